import { assert, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

test.each([
  ["15s", 15_000],
  ["3m", 180_000],
  ["1h30m", 5_400_000],
  ["0s", 0],
  ["250ms", 250],
  ["90m", 5_400_000],
])("%s is %d ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "15", "s", "1d", "1.5h", "-1s", "3m1h", " 1s", "1s\n", "1e3s", "9999999999s"])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeNull();
});

test("what formatDuration writes, parseDuration reads", () => {
  assert(property(nat(604_800_000), (ms) => parseDuration(formatDuration(ms)) === ms));
});
