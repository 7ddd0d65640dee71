import { expect, test } from "vitest";
import { sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { consider } from "./consider.ts";
import type { Knowledge } from "./decide.ts";
import { newDeliveryState } from "./state.ts";

const maxHoldMs = sampleRule("webhook").timing.maxHoldMs;
const unknown: Knowledge = { relation: () => "unknownYet", pullRequests: () => null };

/** Tells a stream of an outcome while nothing is known of history, and again after `laterMs`; returns when it wants to look again. */
function wakes(type: "webhook" | "commitStatus", laterMs: number): number {
  const state = newDeliveryState("");
  const rule = sampleRule(type);
  const look = (now: number) =>
    consider(state, { rule, rollout: sampleRollout("a", "failed"), memory: "", knowledge: unknown }, now).wakeAtMs;
  look(1_000_000);
  return look(1_000_000 + laterMs);
}

test("a status that waits for history is looked at again when an answer comes, however long that takes", () => {
  expect(wakes("commitStatus", 1)).toBe(Infinity);
  expect(wakes("commitStatus", maxHoldMs + 1)).toBe(Infinity);
});

test("a webhook that waits for history goes on after maxHold", () => {
  expect(wakes("webhook", 1)).toBe(1_000_000 + maxHoldMs);
});
