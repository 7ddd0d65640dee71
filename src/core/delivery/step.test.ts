import { describe, expect, test } from "vitest";
import { sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { limits } from "../limits.ts";
import type { Rule } from "../notification/rule.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { consider } from "./consider.ts";
import type { DeliveryEffect } from "./effect.ts";
import { orphan, sweepOrphans } from "./orphan.ts";
import type { Outcome } from "./outcome.ts";
import { newDeliveryState } from "./state.ts";
import { type DeliveryInput, dueMs, step } from "./step.ts";

const delivered: Outcome = { kind: "delivered" };
const refused: Outcome = { kind: "retry", reason: "503", notBeforeMs: 0, endpointUntilMs: 0 };

/** Drives core/delivery by hand: every save succeeds at once, sends are collected until they are answered. */
class Driver {
  readonly state = newDeliveryState("");
  readonly sends: Extract<DeliveryEffect, { kind: "send" }>["send"][] = [];
  readonly saved: string[] = [];
  readonly rule: Rule;
  now = 1_000_000;
  isStoreDown = false;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  look(rollout: Rollout): void {
    const knowledge = { relation: () => "ahead" as const, pullRequests: () => [] };
    this.#perform(consider(this.state, { rule: this.rule, rollout, memory: "", knowledge }, this.now).effects);
    this.feed(null);
  }

  feed(input: DeliveryInput | null): void {
    this.#perform(step(this.state, input, this.now));
  }

  answer(outcome: Outcome): void {
    const send = this.sends.at(-1);
    if (send !== undefined) this.feed({ kind: "sent", stream: send.stream, outcome });
  }

  /** Lets the next due thing happen. */
  tick(): void {
    this.now = dueMs(this.state);
    this.feed(null);
  }

  get told(): string[] {
    return this.sends.map(({ message }) => `${message.event} ${message.commit}`);
  }

  #perform(effects: readonly DeliveryEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") this.sends.push(effect.send);
      if (effect.kind !== "save") continue;
      const { namespace, name } = effect.document;
      this.saved.push(name);
      this.feed(this.isStoreDown ? { kind: "saveFailed", namespace, name, reason: "down" } : { kind: "saved", namespace, name });
    }
  }
}

describe("delivery (design §7)", () => {
  test("first sight: a settled rollout only sets the cursor", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "ready"));
    expect(driver.told).toEqual([]);
    driver.look(sampleRollout("b", "ready"));
    expect(driver.told).toEqual(["GitRepoReady b"]);
  });

  test("first sight: one in progress or failed is reported", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    driver.look(sampleRollout("a", "deploying"));
    expect(driver.told).toEqual(["GitRepoDeploying a"]);
  });

  test("first sight: what only waits for the poll or the hold is not in progress", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    const all = sampleRollout("a", "ready").clusters;
    driver.look(
      sampleRollout("a", "deploying", {
        waitingFor: [{ code: "Settling", bundle: "", cluster: "", message: "", sinceMs: 0 }],
        clusters: all,
      }),
    );
    driver.look(sampleRollout("a", "ready"));
    expect(driver.told).toEqual([]);
  });

  test("first sight: a rollout that was seen in progress has an outcome that is news, also where its start was not asked for", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "deploying"));
    driver.look(sampleRollout("a", "ready"));
    expect(driver.told).toEqual(["GitRepoReady a"]);
  });

  test("stored before sent: when the write fails, nothing is sent", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.isStoreDown = true;
    driver.look(sampleRollout("a", "failed"));
    driver.tick();
    expect(driver.saved.length).toBeGreaterThan(1);
    expect(driver.told).toEqual([]);
    driver.isStoreDown = false;
    driver.tick();
    expect(driver.told).toEqual(["GitRepoFailed a"]);
  });

  test("on GitHub the outcome leaves without a write: the intent of its pending covers it", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    driver.look(sampleRollout("a", "deploying"));
    driver.answer(delivered);
    const writes = driver.saved.length;
    driver.look(sampleRollout("a", "ready"));
    expect(driver.told).toEqual(["GitRepoDeploying a", "GitRepoReady a"]);
    expect(driver.saved.length).toBe(writes);
  });

  test("one message at a time for each stream: the next one waits for the acknowledgement", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "failed"));
    driver.look(sampleRollout("b", "ready"));
    expect(driver.told).toEqual(["GitRepoFailed a"]);
    driver.answer(delivered);
    expect(driver.told).toEqual(["GitRepoFailed a", "GitRepoReady b"]);
  });

  test("order latest: what was never sent is superseded by the newest state", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "failed"));
    driver.look(sampleRollout("b", "failed"));
    driver.look(sampleRollout("c", "ready"));
    driver.answer(delivered);
    expect(driver.told).toEqual(["GitRepoFailed a", "GitRepoReady c"]);
  });

  test("order every: each message is kept and sent in order", () => {
    const driver = new Driver(sampleRule("webhook", { order: "every" }));
    for (const [commit, phase] of [
      ["a", "failed"],
      ["b", "failed"],
      ["c", "ready"],
    ] as const)
      driver.look(sampleRollout(commit, phase));
    for (let turn = 0; turn < 3; turn += 1) driver.answer(delivered);
    expect(driver.sends.map(({ message }) => `${message.sequence} ${message.commit}`)).toEqual(["1 a", "2 b", "3 c"]);
  });

  test("order every: what falls off a full queue is told by a gap in the sequence", () => {
    const driver = new Driver(sampleRule("webhook", { order: "every" }));
    for (let commit = 0; commit < 100; commit += 1) driver.look(sampleRollout(`c${commit}`, "failed"));
    const [stream] = driver.state.streams.values();
    expect(stream?.dropped).toBeGreaterThan(0);
    const total = (stream?.queue.length ?? 0) + (stream?.dropped ?? 0);
    expect(total).toBe(100);
    driver.answer(delivered);
    expect(driver.sends[1]?.message.sequence).toBe(2 + (stream?.dropped ?? 0));
  });

  test("a retry repeats the webhook-id and the message", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "failed"));
    driver.answer(refused);
    while (driver.sends.length < 2) driver.tick();
    expect(driver.sends[1]?.message).toEqual(driver.sends[0]?.message);
  });

  test("where a changed template makes another body, the message gets a new id, and keeps its place", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "failed"));
    driver.answer(refused);
    const [stream] = driver.state.streams.values();
    const rule = sampleRule("webhook");
    if (stream !== undefined && rule.config.type === "webhook") {
      stream.rule = { ...rule, config: { ...rule.config, format: "template", body: "{}" } };
    }
    while (driver.sends.length < 2) driver.tick();
    const [first, second] = driver.sends;
    expect(second?.message.id).not.toBe(first?.message.id);
    expect(second?.message.sequence).toBe(first?.message.sequence);
  });

  test("an unknown outcome: asked before it is written again, no sooner than 10 s after the attempt began", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    driver.look(sampleRollout("a", "deploying"));
    const startedMs = driver.now;
    driver.answer({ kind: "unknown", reason: "reset" });
    while (driver.sends.length < 2) driver.tick();
    expect(driver.now).toBeGreaterThanOrEqual(startedMs + 10_000);
    expect(driver.sends[1]?.verify).toBe(true);
  });

  test("what cannot heal is parked, and tried again when something changes", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "failed"));
    driver.answer({ kind: "park", code: "SecretMissing", reason: "no such Secret" });
    expect(driver.sends).toHaveLength(1);
    driver.feed({ kind: "unpark", concerns: () => true });
    expect(driver.sends).toHaveLength(2);
  });

  test("what is parked stays so whatever else is to be said of the commit, and is found when something changes", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    driver.look(sampleRollout("a", "deploying"));
    driver.answer({ kind: "park", code: "NotInstalled", reason: "no App there" });
    driver.look(sampleRollout("a", "failed"));
    driver.tick();
    expect(driver.sends).toHaveLength(1);
    driver.feed({ kind: "unpark", concerns: () => true });
    expect(driver.sends.map((it) => it.message.event)).toEqual(["GitRepoDeploying", "GitRepoFailed"]);
  });

  test("another commit than the one that was parked gets a try of its own", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    driver.look(sampleRollout("a", "deploying"));
    driver.answer({ kind: "park", code: "NotFound", reason: "no such commit" });
    driver.look(sampleRollout("b", "deploying"));
    expect(driver.sends).toHaveLength(2);
  });

  test("a missing Secret is looked for again after 5 min", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "failed"));
    const parkedMs = driver.now;
    driver.answer({ kind: "park", code: "SecretMissing", reason: "no such Secret" });
    while (driver.sends.length < 2) driver.tick();
    expect(driver.now - parkedMs).toBe(300_000);
  });

  test("a commit that was replaced before it settled shares its descendant's outcome", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    driver.look(sampleRollout("a", "deploying"));
    driver.answer(delivered);
    driver.look(sampleRollout("b", "deploying"));
    driver.answer(delivered);
    expect(driver.sends.at(-1)?.message.fates).toEqual([{ commit: "a", fate: "waiting" }]);
    driver.look(sampleRollout("b", "ready"));
    driver.answer(delivered);
    expect(driver.sends.at(-1)?.message.fates).toEqual([{ commit: "a", fate: "deployed" }]);
    expect([...driver.state.streams.values()][0]?.replaced).toEqual([]);
  });

  test("a GitRepo that is deleted leaves nothing pending, and its stream is forgotten after a day", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    driver.look(sampleRollout("a", "deploying"));
    driver.answer(delivered);
    const [stream] = driver.state.streams.values();
    if (stream !== undefined) orphan(driver.state, { stream, reason: "removed" }, driver.now);
    driver.feed(null);
    expect(driver.sends.at(-1)?.message.fates).toEqual([{ commit: "a", fate: "removed" }]);
    driver.answer(delivered);
    sweepOrphans(driver.state, driver.now + limits.orphanKeptMs - 60_000);
    expect(driver.state.streams.size).toBe(1);
    sweepOrphans(driver.state, driver.now + limits.orphanKeptMs);
    expect(driver.state.streams.size).toBe(0);
  });

  test("made anew, what was closed as deleted is told as deployed, though nobody saw it in progress", () => {
    const driver = new Driver(sampleRule("commitStatus"));
    driver.look(sampleRollout("a", "deploying"));
    driver.answer(delivered);
    const [stream] = driver.state.streams.values();
    if (stream !== undefined) orphan(driver.state, { stream, reason: "removed" }, driver.now);
    driver.feed(null);
    driver.answer(delivered);
    sweepOrphans(driver.state, driver.now);
    const { gitRepo, key } = sampleRollout("a", "ready");
    driver.look(sampleRollout("a", "ready", { gitRepo: { ...gitRepo, uid: "another" }, key: { ...key, gitRepoUid: "another" } }));
    expect(driver.sends.at(-1)?.message).toMatchObject({ event: "GitRepoReady", commit: "a" });
  });

  test("after Ready a failure of the same attempt is a degradation, of a new attempt a failure", () => {
    const driver = new Driver(sampleRule("webhook"));
    driver.look(sampleRollout("a", "failed"));
    driver.answer(delivered);
    driver.look(sampleRollout("a", "ready"));
    driver.answer(delivered);
    driver.look(sampleRollout("a", "failed"));
    driver.answer(delivered);
    driver.look(sampleRollout("a", "ready"));
    driver.answer(delivered);
    const key = { gitRepoUid: "uid-shop", commit: "a", generation: 2, forceSyncGeneration: 0 };
    driver.look(sampleRollout("a", "failed", { key }));
    expect(driver.told.map((it) => it.split(" ")[0])).toEqual([
      "GitRepoFailed",
      "GitRepoReady",
      "GitRepoDegraded",
      "GitRepoReady",
      "GitRepoFailed",
    ]);
  });
});
