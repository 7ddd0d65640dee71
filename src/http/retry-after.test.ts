import { expect, test } from "vitest";
import { retryAfterUntil } from "./retry-after.ts";

const now = Date.parse("2026-11-23T12:00:00Z");

test.each([
  ["seconds", "120", now + 120_000],
  ["an HTTP date", "Mon, 23 Nov 2026 12:05:00 GMT", now + 300_000],
  ["zero", "0", 0],
  ["a date that has passed", "Mon, 23 Nov 2026 11:00:00 GMT", 0],
  ["more than an hour", "86400", now + 3_600_000],
  ["more than a number holds", "9".repeat(400), now + 3_600_000],
  ["neither", "soon", 0],
  ["nothing", undefined, 0],
  ["an empty value", " ", 0],
  ["a negative number", "-5", 0],
])("Retry-After: %s", (_, value, until) => {
  expect(retryAfterUntil(value, now)).toBe(until);
});
