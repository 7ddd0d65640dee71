import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sampleWebhook } from "../../../test/samples/webhook.ts";
import { limits } from "../limits.ts";
import { sampleMessage } from "./sample-message.ts";
import { webhookHeaders } from "./webhook-headers.ts";

function headersOf(headers: Record<string, string>, target = "") {
  const config = { ...sampleWebhook, headers };
  return webhookHeaders(config, { message: sampleMessage("GitRepoReady", { target }), stream: "s" });
}

test("values may be templates; names are in small letters", () => {
  expect(headersOf({ "X-Env": "prod", "X-Commit": "{{short commit}} of {{gitRepo.name}}" })).toEqual({
    "x-env": "prod",
    "x-commit": "4f2a91c of shop",
  });
});

test("no value smuggles a line, whatever is in it", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a\r\nx-evil: 1", "\n\n", "\u0000", "\u2028")),
      (value) => {
        const headers = headersOf({ "X-A": "{{target.name}}", "X-B": "[{{{json target.name}}}]" }, value);
        expect(Object.keys(headers)).toEqual(["x-a", "x-b"]);
        for (const it of Object.values(headers)) expect(it).toMatch(/^[\x20-\x7e]*$/);
      },
    ),
    { numRuns: 200 },
  );
});

test("a value is cut, and ends with an ellipsis that is percent-encoded too", () => {
  const { "x-a": value = "" } = headersOf({ "X-A": "{{target.name}}" }, "x".repeat(1_000));
  expect(value).toBe(`${"x".repeat(limits.headerValueMax - 1)}%E2%80%A6`);
});
