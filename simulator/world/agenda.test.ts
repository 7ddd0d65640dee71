import { describe, expect, test } from "vitest";
import { Agenda, type Process } from "./agenda.ts";
import { seededRandom } from "./seeded-random.ts";

function agenda(seed = 1): Agenda {
  return new Agenda(0, seededRandom(seed));
}

describe("an agenda", () => {
  test("lets happen what is due, in order of time, and at one time in order of planning", () => {
    const times = agenda();
    const told: string[] = [];
    times.after(20, () => told.push("c"));
    times.after(10, () => told.push("a"));
    times.after(10, () => told.push("b"));
    times.after(30, () => told.push("late"));
    times.advance(20);
    expect(told).toEqual(["a", "b", "c"]);
    expect(times.nowMs).toBe(20);
    expect(times.nextMs).toBe(30);
  });

  test("runs a process step by step at its own times, until it is stopped", () => {
    const times = agenda();
    const told: number[] = [];
    const running = times.start(
      (function* (): Process {
        while (true) {
          told.push(times.nowMs);
          yield 10;
        }
      })(),
    );
    times.advance(25);
    running.stop();
    times.advance(100);
    expect(told).toEqual([0, 10, 20]);
    expect(running.isDone).toBe(true);
    expect(times.nextMs).toBe(Infinity);
  });

  test("what happens can plan more, which happens in the same advance where it is due", () => {
    const times = agenda();
    const told: number[] = [];
    times.after(5, () => void times.after(5, () => told.push(times.nowMs)));
    times.advance(10);
    expect(told).toEqual([10]);
  });

  test("the same seed draws the same durations, within their bounds", () => {
    const drawn = [1, 1, 2].map((seed) => {
      const times = agenda(seed);
      return Array.from({ length: 50 }, () => times.draw([10, 20]));
    });
    expect(drawn[0]).toEqual(drawn[1]);
    expect(drawn[0]).not.toEqual(drawn[2]);
    for (const duration of drawn.flat()) expect(duration >= 10 && duration <= 20).toBe(true);
  });
});
