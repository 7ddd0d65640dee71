import { describe, expect, test } from "vitest";
import { sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { limits } from "../limits.ts";
import type { Message } from "../message/message.ts";
import type { Rule } from "../notification/rule.ts";
import { consider } from "./consider.ts";
import type { DeliveryDocument } from "./delivery-document.ts";
import type { DeliveryEffect } from "./effect.ts";
import { newDeliveryState } from "./state.ts";
import { type DeliveryInput, dueMs, step } from "./step.ts";

/** One process. Its saves wait until they are answered: a write may reach the store late. */
class Holder {
  readonly sent: Message[] = [];
  readonly sentMs: number[] = [];
  readonly saves: DeliveryDocument[] = [];
  readonly #state = newDeliveryState("");
  readonly #rule: Rule;
  now = 1_000_000;

  constructor(rule: Rule, documents: readonly DeliveryDocument[]) {
    this.#rule = rule;
    this.feed({ kind: "loaded", documents });
  }

  look(commit: string): void {
    const relation = (base: string, head: string) => (base === head ? "same" : base < head ? "ahead" : "behind");
    const knowledge = { relation, pullRequests: () => [] } as const;
    const rollout = sampleRollout(commit, "failed");
    this.#take(consider(this.#state, { rule: this.#rule, rollout, memory: "", knowledge }, this.now).effects);
    this.feed(null);
  }

  feed(input: DeliveryInput | null): void {
    this.#take(step(this.#state, input, this.now));
  }

  /** The store refuses what is to be saved: another process has stored something else. */
  conflict(stored: DeliveryDocument): void {
    const [last] = this.saves.splice(0);
    if (last === undefined) throw new Error("nothing is to be saved");
    this.feed({ kind: "saveConflicted", namespace: last.namespace, name: last.name, stored });
  }

  /** Time goes on until nothing is due; every message is delivered, and every save taken: those are returned. */
  finish(): readonly DeliveryDocument[] {
    const taken: DeliveryDocument[] = [];
    for (let turn = 0; turn < 50 && (this.saves.length > 0 || dueMs(this.#state) < Infinity); turn += 1) {
      for (const document of this.saves.splice(0)) {
        taken.push(document);
        this.feed({ kind: "saved", namespace: document.namespace, name: document.name });
      }
      const next = dueMs(this.#state);
      if (next < Infinity) this.now = Math.max(this.now, next);
      this.feed(null);
    }
    return taken;
  }

  #take(effects: readonly DeliveryEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "save") this.saves.push(effect.document);
      if (effect.kind !== "send") continue;
      this.sent.push(effect.send.message);
      this.sentMs.push(this.now);
      this.feed({ kind: "sent", stream: effect.send.stream, outcome: { kind: "delivered" } });
    }
  }
}

/** Both know that "a" was told; the former one stores "b" after the other one has loaded what there was. */
function handOver(rule: Rule, late: string): { former: Holder; next: Holder } {
  const former = new Holder(rule, []);
  former.look("a");
  const documents = former.finish();
  const next = new Holder(rule, documents.slice(-1));
  former.look("b");
  const written = former.saves.at(-1);
  if (written === undefined) throw new Error("the former holder stores nothing");
  next.look(late);
  next.conflict(written);
  return { former, next };
}

describe("a former holder's last write comes after its successor has begun", () => {
  test("under `every` what it stored is told, in its place and under its id, and what is newer comes behind it", () => {
    const { former, next } = handOver(sampleRule("webhook", { order: "every" }), "c");
    next.finish();
    expect(next.sent.map(({ commit, sequence }) => `${sequence} ${commit}`)).toEqual(["2 b", "3 c"]);
    expect(former.saves.at(-1)?.spec.streams.join()).toContain(next.sent[0]?.id ?? "none");
  });

  test("under `latest` its place is not taken by another message", () => {
    const { next } = handOver(sampleRule("webhook"), "c");
    next.finish();
    expect(next.sent.map(({ commit, sequence }) => `${sequence} ${commit}`)).toEqual(["3 c"]);
  });

  test("under `latest` the same thing said again is the very same message", () => {
    const { former, next } = handOver(sampleRule("webhook"), "b");
    next.finish();
    expect(next.sent.map(({ commit, sequence }) => `${sequence} ${commit}`)).toEqual(["2 b"]);
    expect(former.saves.at(-1)?.spec.streams.join()).toContain(next.sent[0]?.id ?? "none");
  });

  test("nothing is written before what it may have had on the wire is settled", () => {
    const { next } = handOver(sampleRule("webhook", { order: "every" }), "c");
    const beganMs = next.now;
    next.finish();
    expect(next.sentMs[0]).toBeGreaterThanOrEqual(beganMs + limits.unknownOutcomeMs);
  });
});
