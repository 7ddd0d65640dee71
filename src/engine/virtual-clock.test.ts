import { expect, test } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

test("wakes in the order of time, and only what is due", () => {
  const clock = new VirtualClock(1_000);
  const woken: string[] = [];
  clock.wakeAt(1_300, () => woken.push("late"));
  clock.wakeAt(1_200, () => woken.push("early"));
  clock.wakeAt(9_000, () => woken.push("never"));
  expect(clock.nextMs()).toBe(1_200);
  clock.moveTo(1_500);
  expect(woken).toEqual(["early", "late"]);
  expect(clock.now()).toBe(1_500);
});

test("a wake-up that was taken back does not come", () => {
  const clock = new VirtualClock(0);
  const cancel = clock.wakeAt(10, () => expect.unreachable());
  cancel();
  clock.moveTo(20);
  expect(clock.nextMs()).toBe(Infinity);
});
