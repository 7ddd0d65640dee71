import { describe, expect, test } from "vitest";
import { sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import type { Relation } from "../history/relation.ts";
import { limits } from "../limits.ts";
import type { Message } from "../message/message.ts";
import type { Rule } from "../notification/rule.ts";
import { consider } from "./consider.ts";
import type { DeliveryDocument } from "./delivery-document.ts";
import type { DeliveryEffect } from "./effect.ts";
import type { Knowledge } from "./knowledge.ts";
import { newDeliveryState } from "./state.ts";
import { type DeliveryInput, dueMs, step } from "./step.ts";

/** A commit is named after its ancestors: "abc" descends from "ab", "ac" is its sibling. */
function relation(base: string, head: string): Relation {
  if (base === head) return "same";
  if (head.startsWith(base)) return "ahead";
  return base.startsWith(head) ? "behind" : "diverged";
}

/** One process. Its saves wait until they are answered: a write may reach the store late. */
class Holder {
  readonly sent: Message[] = [];
  readonly sentMs: number[] = [];
  readonly saves: DeliveryDocument[] = [];
  readonly #state = newDeliveryState("");
  readonly #rule: Rule;
  #commit = "";
  isHistoryKnown = true;
  now = 1_000_000;

  constructor(rule: Rule, documents: readonly DeliveryDocument[]) {
    this.#rule = rule;
    this.feed({ kind: "loaded", documents });
  }

  look(commit: string): void {
    this.#commit = commit;
    this.#judge();
    this.feed(null);
  }

  feed(input: DeliveryInput | null): void {
    this.#take(step(this.#state, input, this.now));
    if (this.#state.undecided.size === 0) return;
    this.#state.undecided.clear();
    this.#judge();
    this.feed(null);
  }

  #judge(): void {
    const knowledge: Knowledge = {
      relation: (base, head) => (this.isHistoryKnown ? relation(base, head) : "unknownYet"),
      pullRequests: () => [],
    };
    const rollout = sampleRollout(this.#commit, "failed");
    this.#take(consider(this.#state, { rule: this.#rule, rollout, memory: "", knowledge }, this.now).effects);
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

/** Both know that "a" was told; the former one stores `stored` after the other one has loaded what there was, and has seen `found`. */
function handOver(
  rule: Rule,
  { stored, found, isHistoryKnown = true }: { stored: string; found: string; isHistoryKnown?: boolean },
): { former: Holder; next: Holder } {
  const former = new Holder(rule, []);
  former.look("a");
  const documents = former.finish();
  const next = new Holder(rule, documents.slice(-1));
  former.look(stored);
  const written = former.saves.at(-1);
  if (written === undefined) throw new Error("the former holder stores nothing");
  next.look(found);
  next.isHistoryKnown = isHistoryKnown;
  next.conflict(written);
  return { former, next };
}

describe("a former holder's last write comes after its successor has begun", () => {
  const every = sampleRule("webhook", { order: "every" });
  const latest = sampleRule("webhook");
  const told = ({ sent }: Holder) => sent.map((it) => `${it.sequence} ${it.event} ${it.commit} ${it.relation}`);

  test("under `every` what it stored is told, in its place and under its id, and what is newer comes behind it", () => {
    const { former, next } = handOver(every, { stored: "ab", found: "abc" });
    next.finish();
    expect(told(next)).toEqual(["2 GitRepoFailed ab ahead", "3 GitRepoFailed abc ahead"]);
    expect(former.saves.at(-1)?.spec.streams.join()).toContain(next.sent[0]?.id ?? "none");
  });

  test.each([every, latest])("what was decided without it stands to it as history says ($order)", (rule) => {
    const { next } = handOver(rule, { stored: "ab", found: "ac" });
    next.finish();
    expect(told(next).at(-1)).toBe("3 GitRepoFailed ac diverged");
  });

  test.each([every, latest])("what turns out to be older is told as the step back that it is ($order)", (rule) => {
    const { next } = handOver(rule, { stored: "abc", found: "ab" });
    next.finish();
    expect(told(next).at(-1)).toBe("3 GitRepoFailed ab behind");
    expect(next.sent.at(-1)).toMatchObject({ rolledBackFrom: "abc" });
  });

  test("what cannot be placed yet waits, and is not lost when more is decided meanwhile", () => {
    const { next } = handOver(every, { stored: "ab", found: "ac", isHistoryKnown: false });
    next.look("acd");
    next.finish();
    expect(told(next)).toEqual(["2 GitRepoFailed ab ahead"]);
    next.isHistoryKnown = true;
    next.look("acd");
    next.finish();
    expect(told(next).slice(1)).toEqual(["3 GitRepoFailed ac diverged", "4 GitRepoFailed acd diverged"]);
  });

  test("under `latest` its place is not taken by another message", () => {
    const { next } = handOver(latest, { stored: "ab", found: "abc" });
    next.finish();
    expect(told(next)).toEqual(["3 GitRepoFailed abc ahead"]);
  });

  test("under `latest` the same thing said again is the very same message", () => {
    const { former, next } = handOver(latest, { stored: "ab", found: "ab" });
    next.finish();
    expect(told(next)).toEqual(["2 GitRepoFailed ab ahead"]);
    expect(former.saves.at(-1)?.spec.streams.join()).toContain(next.sent[0]?.id ?? "none");
  });

  test("what the former one attempted before what has arrived by now is left behind", () => {
    const former = new Holder(latest, []);
    former.look("a");
    former.finish();
    former.look("ab");
    const [first] = former.saves.splice(0);
    former.look("ac");
    former.feed({ kind: "saved", namespace: first?.namespace ?? "", name: first?.name ?? "" });
    const [second] = former.saves;
    if (second === undefined) throw new Error("the former holder stores nothing");
    const next = new Holder(latest, [second]);
    next.look("ac");
    next.finish();
    next.look("acd");
    const streams = second.spec.streams.map((it) => it.replace(/"revision":\d+/, '"revision":99'));
    next.conflict({ ...second, spec: { ...second.spec, streams } });
    next.finish();
    expect(told(next)).toEqual(["3 GitRepoFailed ac diverged", "4 GitRepoFailed acd ahead"]);
  });

  test("nothing is written before what it may have had on the wire is settled", () => {
    const { next } = handOver(every, { stored: "ab", found: "abc" });
    const beganMs = next.now;
    next.finish();
    expect(next.sentMs[0]).toBeGreaterThanOrEqual(beganMs + limits.unknownOutcomeMs);
  });
});
