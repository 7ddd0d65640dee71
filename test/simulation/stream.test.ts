import { describe, expect, test } from "vitest";
import type { DeliveryState } from "../../src/core/delivery/state.ts";
import { storedNow } from "../../src/core/delivery/stored-stream.ts";
import type { Rule } from "../../src/core/notification/rule.ts";
import type { RolloutPhase } from "../../src/core/rollout/rollout.ts";
import { sampleRule } from "../samples/rollout.ts";
import { type Fault, StreamWorld } from "./stream-world.ts";

/** mulberry32: small, seeded, good enough to draw faults. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Violation {
  readonly seed: number;
  readonly what: string;
}

/** Plays one random history with faults, then a quiet end without; returns what was violated. */
export function play(seed: number, rule: Rule, forget?: (state: DeliveryState) => void): Violation[] {
  const draw = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(draw() * items.length)] as T;
  let faultRate = 0.35;
  const faults: Fault[] = ["refused", "lost", "crashBefore", "crashAfter"];
  const world = new StreamWorld(rule, () => (draw() < faultRate ? pick(faults) : "none"), forget);
  const shas: string[] = [];
  const add = (parents: string[]) => {
    const sha = `c${shas.length}`;
    shas.push(sha);
    world.commits.add([{ sha, parents }]);
    return sha;
  };
  let current = add([]);
  let phase: RolloutPhase = "deploying";
  world.show(current, phase);
  for (let turn = 0; turn < 15; turn += 1) {
    const roll = draw();
    if (roll < 0.45) [current, phase] = [add([current]), "deploying"];
    else if (roll < 0.6) [current, phase] = [pick(shas), "deploying"];
    else if (roll < 0.7) [current, phase] = [add([pick(shas)]), "deploying"];
    else phase = pick(["ready", "ready", "failed", "deploying"] as const);
    world.show(current, phase);
    if (draw() < 0.7) world.rest(Math.floor(draw() * 30_000));
  }
  faultRate = 0;
  phase = pick(["ready", "failed"] as const);
  world.show(current, phase);
  const rested = world.rest(24 * 3_600_000);
  const violations: string[] = rested ? [] : ["does not come to rest"];
  violations.push(
    ...orderViolations(world),
    ...endViolations(world, { current, phase, tellsDegraded: rule.on.has("GitRepoDegraded") }),
  );
  if (rule.order === "every") violations.push(...sequenceViolations(world));
  return violations.map((what) => ({ seed, what }));
}

/** Every message's commit is or descends from the one before, or it says that it is not and Fleet wants it. */
function orderViolations(world: StreamWorld): string[] {
  const violations: string[] = [];
  let last = "";
  for (const { message } of world.received) {
    const at = message.event === "GitRepoRolledBack" ? message.rolledBackTo : message.commit;
    const relation = last === "" ? "same" : world.commits.relation({ base: last, head: at });
    const isTold = message.rolledBackTo !== "" || message.rolledBackFrom !== "" || message.relation === "diverged";
    if (relation !== "same" && relation !== "ahead" && !isTold)
      violations.push(`${at} after ${last} (${relation}) without a word`);
    last = at;
  }
  return violations;
}

/** At quiet the last message tells the final state, and the cursor says so. */
function endViolations(
  world: StreamWorld,
  { current, phase, tellsDegraded }: { current: string; phase: RolloutPhase; tellsDegraded: boolean },
): string[] {
  const last = world.received.at(-1)?.message;
  if (last === undefined) return [];
  const at = last.event === "GitRepoRolledBack" ? last.rolledBackTo : last.commit;
  const isReady = last.event === "GitRepoReady" || last.event === "GitRepoRolledBack";
  // What happens to a commit after it was deployed is not rewritten on the commit (design §4).
  const isTrue = isReady === (phase === "ready") || (isReady && !tellsDegraded);
  const violations = at === current && isTrue ? [] : [`ends with ${last.event} of ${at}, Fleet shows ${current} ${phase}`];
  const [stream] = world.state.streams.values();
  if (stream?.acknowledged?.commit !== current || stream.possible.length > 0) violations.push("the cursor is not at the end");
  return violations;
}

/** A receiver that sorts by sequence and drops repetitions by id sees every number once. */
function sequenceViolations(world: StreamWorld): string[] {
  const bySequence = new Map<number, string>();
  const violations: string[] = [];
  for (const { message } of world.received) {
    const known = bySequence.get(message.sequence);
    if (known !== undefined && known !== message.id) violations.push(`two ids for sequence ${message.sequence}`);
    bySequence.set(message.sequence, message.id);
  }
  const numbers = [...bySequence.keys()].sort((a, b) => a - b);
  numbers.forEach((number, index) => {
    if (index > 0 && number !== (numbers[index - 1] ?? 0) + 1) violations.push(`a gap before sequence ${number}`);
  });
  return violations;
}

const runs = 3_000;
const allOf = (rule: Rule, forget?: (state: DeliveryState) => void) =>
  Array.from({ length: runs }, (_, seed) => play(seed + 1, rule, forget)).flat();

describe("one stream through crashes, lost answers and failed writes", () => {
  test.each(["webhook", "commitStatus"] as const)("%s, latest: in git order, and the end is told", (type) => {
    expect(allOf(sampleRule(type)).slice(0, 5)).toEqual([]);
  });

  test("webhook, every: in git order, no gap in the sequence, one id for each number", () => {
    expect(allOf(sampleRule("webhook", { order: "every" })).slice(0, 5)).toEqual([]);
  });

  test("counter-test: compared with the acknowledged cursor alone, the order breaks", () => {
    const forget = (state: DeliveryState) => {
      for (const stream of state.streams.values()) if (stream.head.phase !== "storing") stream.possible = [];
    };
    expect(allOf(sampleRule("webhook"), forget).length).toBeGreaterThan(0);
  });

  test("counter-test: with intents that are not stored before the send, the order breaks", () => {
    const forget = (state: DeliveryState) => {
      for (const stream of state.streams.values()) stream.stored = storedNow(stream);
    };
    expect(allOf(sampleRule("webhook"), forget).length).toBeGreaterThan(0);
  });
});
