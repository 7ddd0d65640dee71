import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { pendingFromMs } from "./pending-from.ts";

const clusters = {
  total: 2,
  ready: 0,
  failed: 0,
  offline: 0,
  paused: 0,
  updating: 2,
  offlineNames: [],
  pausedNames: [],
  failedNames: [],
  updatingNames: [],
};
const paused = { ...clusters, updating: 1, paused: 1, pausedNames: ["c1"] };

test("a commit that changes something is pending at once, one that changes nothing never", () => {
  expect(pendingFromMs({ changed: true, applied: false, clusters, startedMs: 5 })).toBe(-Infinity);
  expect(pendingFromMs({ changed: false, applied: true, clusters, startedMs: 5 })).toBe(Infinity);
});

test("where it is not known whether something changes, it is shown after a while: not applied yet, or paused", () => {
  expect(pendingFromMs({ changed: false, applied: false, clusters, startedMs: 5 })).toBe(5 + limits.pendingAfterMs);
  expect(pendingFromMs({ changed: false, applied: true, clusters: paused, startedMs: 5 })).toBe(5 + limits.pendingAfterMs);
});
