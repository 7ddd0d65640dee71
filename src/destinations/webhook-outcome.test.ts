import { describe, expect, test } from "vitest";
import { webhookOutcome } from "./webhook-outcome.ts";

const now = Date.parse("2026-11-23T12:02:30.700Z");

function answered(status: number, headers: Record<string, string> = {}) {
  return webhookOutcome({ status, headers, body: "@everyone" }, { receiver: "hooks.example.com", now });
}

describe("what an answer means", () => {
  test.each([200, 201, 202, 204, 299])("%i is delivered", (status) => {
    expect(answered(status)).toEqual({ kind: "delivered" });
  });

  test.each([408, 425, 429, 500, 501, 502, 503, 504, 599])("%i is tried again", (status) => {
    const reason = `hooks.example.com answered ${status}`;
    expect(answered(status)).toEqual({ kind: "retry", reason, notBeforeMs: 0, endpointUntilMs: 0 });
  });

  test("Retry-After lets the whole endpoint rest", () => {
    const until = now + 30_000;
    expect(answered(429, { "retry-after": "30" })).toMatchObject({ kind: "retry", notBeforeMs: until, endpointUntilMs: until });
  });

  test.each([
    [400, "Refused"],
    [401, "Unauthorized"],
    [403, "Unauthorized"],
    [404, "NotFound"],
    [405, "Refused"],
    [410, "Gone"],
    [413, "Refused"],
    [422, "Refused"],
    [301, "Refused"],
    [302, "Refused"],
    [307, "Refused"],
  ])("%i cannot heal by trying: parked as %s, with a remedy and nothing of the answer", (status, code) => {
    const outcome = answered(status, { location: "https://elsewhere.example/@everyone" });
    expect(outcome).toMatchObject({ kind: "park", code });
    expect(JSON.stringify(outcome)).toMatch(new RegExp(`hooks\\.example\\.com answered ${status}[.:] [A-Z]?[a-z]+`));
    expect(JSON.stringify(outcome)).not.toMatch(/@everyone|elsewhere/);
  });
});
