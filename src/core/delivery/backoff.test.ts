import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

const waits = fc.record({
  failures: fc.integer({ min: 1, max: 10_000 }),
  seed: fc.string(),
  minMs: fc.integer({ min: 1, max: 60_000 }),
  maxMs: fc.integer({ min: 60_000, max: 900_000 }),
});

/** The dumb twin: doubles by hand. */
function wholeMs({ failures, minMs, maxMs }: { failures: number; minMs: number; maxMs: number }): number {
  let whole = minMs;
  for (let failed = 1; failed < failures && whole < maxMs; failed += 1) whole += whole;
  return Math.min(whole, maxMs);
}

describe("backoffMs", () => {
  test("is between half of and the whole of a pause that doubles, at most maxMs, however often it failed", () => {
    fc.assert(
      fc.property(waits, (wait) => {
        const pauseMs = backoffMs(wait);
        expect(Number.isInteger(pauseMs)).toBe(true);
        expect(pauseMs).toBeGreaterThanOrEqual(Math.floor(wholeMs(wait) / 2));
        expect(pauseMs).toBeLessThanOrEqual(wholeMs(wait));
      }),
    );
  });

  test("is the same for the same waiter, and spreads different ones over the whole span", () => {
    const wait = { failures: 4, minMs: 1_000, maxMs: 900_000 };
    const pauses = Array.from({ length: 1_000 }, (_, index) => backoffMs({ ...wait, seed: `stream ${index}` }));
    expect(pauses).toEqual(Array.from({ length: 1_000 }, (_, index) => backoffMs({ ...wait, seed: `stream ${index}` })));
    for (const [from, to] of [
      [4_000, 5_000],
      [5_000, 6_000],
      [6_000, 7_000],
      [7_000, 8_001],
    ] as const) {
      expect(pauses.filter((it) => from <= it && it < to).length).toBeGreaterThan(200);
    }
  });
});
