import { HTTP, type CloudEvent } from "cloudevents";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleMessage } from "./sample-message.ts";
import { webhookBody } from "./webhook-body.ts";
import { eventDocument } from "./event-document.ts";
import { sampleWebhook } from "../../../test/samples/webhook.ts";
import { eventTypes } from "../notification/rule.ts";

const stream = "Notification/fleet-default/deployments/chat:fleet-default/shop:";
const config = { ...sampleWebhook, format: "cloudevents" } as const;

/** As a receiver reads it with the CNCF's own package. */
function received(message = sampleMessage("GitRepoFailed"), name = stream): CloudEvent<unknown> {
  const { contentType, body } = webhookBody(config, { message, stream: name });
  const event = HTTP.toEvent({ headers: { "content-type": contentType ?? "" }, body }) as CloudEvent<unknown>;
  event.validate();
  return event;
}

describe("a CloudEvent 1.0, structured (oracle: the package cloudevents)", () => {
  test("its attributes, and the documented object as its data", () => {
    const message = sampleMessage("GitRepoFailed");
    const { data, ...attributes } = received(message).toJSON();
    expect(attributes).toMatchInlineSnapshot(`
      {
        "data_base64": undefined,
        "datacontentencoding": undefined,
        "datacontenttype": "application/json",
        "dataschema": undefined,
        "id": "msg_0aZ3kQp7vXn1sYbR2cTdUe4fGhJ",
        "schemaurl": undefined,
        "sequence": "0000000000000007",
        "source": "/signalman/Notification/fleet-default/deployments/chat:fleet-default/shop:",
        "specversion": "1.0",
        "subject": "fleet-default/shop",
        "time": "2026-11-23T12:01:00.000Z",
        "type": "dev.signalman.GitRepoFailed",
      }
    `);
    expect(data).toEqual(eventDocument(message));
  });

  test.each(eventTypes)("%s is valid", (type) => {
    expect(received(sampleMessage(type)).type).toBe(`dev.signalman.${type}`);
  });

  test("the sequence of a source compares as text", () => {
    const sequences = [1, 2, 9, 10, 99, 1_000, Number.MAX_SAFE_INTEGER].map(
      (sequence) => received(sampleMessage("GitRepoReady", { sequence }))["sequence"] as string,
    );
    expect(sequences.toSorted()).toEqual(sequences);
  });

  test("names of all kinds make a valid source", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const { source } = received(sampleMessage("GitRepoReady"), `${stream}${name}`);
        expect(source).toMatch(/^\/signalman\/[-A-Za-z0-9._~!'()*:%/]*$/);
      }),
      { numRuns: 50 },
    );
  });
});
