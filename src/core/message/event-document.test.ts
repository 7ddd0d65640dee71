import { describe, expect, test } from "vitest";
import { eventTypes } from "../notification/rule.ts";
import { eventDataSchema, templateContextSchema } from "../template/event-data.ts";
import { eventBody, eventDocument, templateContext, toldRelation } from "./event-document.ts";
import { sampleMessage } from "./sample-message.ts";

describe("the documented object (design §4)", () => {
  test.each(eventTypes)("%s is what its schema says, and nothing else", (event) => {
    const message = sampleMessage(event);
    expect(eventDataSchema.parse(eventDocument(message))).toEqual(eventDocument(message));
    expect(templateContextSchema.parse(templateContext(message, "s"))).toEqual(templateContext(message, "s"));
  });

  test("the schema knows each event type", () => {
    expect(eventDataSchema.shape.type.options).toEqual([...eventTypes]);
  });

  test("every field has a description", () => {
    const missing: string[] = [];
    const walk = (
      schema: { description?: string; properties?: object; items?: object; anyOf?: object[] },
      path: string,
    ): void => {
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        if ((field as { description?: string }).description === undefined) missing.push(`${path}${name}`);
        walk(field as object, `${path}${name}.`);
      }
      if (schema.items !== undefined) walk(schema.items, `${path}[].`);
      for (const alternative of schema.anyOf ?? []) walk(alternative, path);
    };
    walk(templateContextSchema.toJSONSchema() as object, "");
    expect(missing).toEqual([]);
  });

  test("how the commit stands to the one before, in a receiver's words", () => {
    const told = (relation: Parameters<typeof toldRelation>[0]["relation"]) => toldRelation({ relation, event: "GitRepoReady" });
    expect(["first", "same", "ahead", "behind", "diverged", "unknownEver", "unknownYet"].map((it) => told(it as "same"))).toEqual(
      ["first", "same", "ahead", "rolledBack", "diverged", "unknown", "unknown"],
    );
    expect(toldRelation({ relation: "same", event: "GitRepoRolledBack" })).toBe("rolledBack");
  });
});

describe("the body of format: event (design §5)", () => {
  test("has type, timestamp, stream, sequence and data, and is the same whenever it is made", () => {
    const message = sampleMessage("GitRepoReady");
    const body = eventBody(message, "a/b");
    expect(body).toBe(eventBody(message, "a/b"));
    expect(JSON.parse(body)).toEqual({
      type: "GitRepoReady",
      timestamp: "2026-11-23T12:01:00.000Z",
      stream: "a/b",
      sequence: 7,
      data: eventDocument(message),
    });
  });
});
