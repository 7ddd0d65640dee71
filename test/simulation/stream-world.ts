import { consider } from "../../src/core/delivery/consider.ts";
import type { DeliveryDocument } from "../../src/core/delivery/delivery-document.ts";
import type { DeliveryEffect, Send } from "../../src/core/delivery/effect.ts";
import { type DeliveryState, newDeliveryState } from "../../src/core/delivery/state.ts";
import { type DeliveryInput, dueMs, step } from "../../src/core/delivery/step.ts";
import { KnownCommits } from "../../src/core/history/known-commits.ts";
import type { Message } from "../../src/core/message/message.ts";
import type { Rule } from "../../src/core/notification/rule.ts";
import type { RolloutPhase } from "../../src/core/rollout/rollout.ts";
import { sampleRollout } from "../samples/rollout.ts";

/** What may go wrong with one effect. `lost`: it took effect and its answer did not arrive. */
export type Fault = "none" | "refused" | "lost" | "crashBefore" | "crashAfter";

export interface Received {
  readonly message: Message;
  /** What Fleet wanted when the message arrived. */
  readonly desired: string;
}

/**
 * One stream's world: a commit graph, what Fleet shows, the Delivery as stored, and a receiver that records what it gets. The real
 * core/delivery runs in it; a crash forgets its state and loads what is stored. Effects are performed at once, with a fault each.
 */
export class StreamWorld {
  readonly received: Received[] = [];
  readonly commits = new KnownCommits();
  readonly stored = new Map<string, DeliveryDocument>();
  saves = 0;
  now = 1_000_000;
  #state: DeliveryState = newDeliveryState("");
  #current: { commit: string; phase: RolloutPhase } | null = null;
  readonly #rule: Rule;
  readonly #nextFault: () => Fault;
  readonly #forget: (state: DeliveryState) => void;

  /** `forget` may damage the state after each step: the counter-tests take a guard away with it. */
  constructor(rule: Rule, nextFault: () => Fault, forget: (state: DeliveryState) => void = () => {}) {
    this.#rule = rule;
    this.#nextFault = nextFault;
    this.#forget = forget;
  }

  get state(): DeliveryState {
    return this.#state;
  }

  show(commit: string, phase: RolloutPhase): void {
    this.#current = { commit, phase };
    this.#look();
  }

  /** Lets time pass until nothing is due, but `limitMs` at most; true where it came to rest. */
  rest(limitMs: number): boolean {
    const endMs = this.now + limitMs;
    for (let turns = 0; turns < 10_000; turns += 1) {
      const next = dueMs(this.#state);
      if (next === Infinity) return true;
      if (next > endMs) return false;
      this.now = Math.max(this.now, next);
      this.#feed(null);
      this.#look();
    }
    return false;
  }

  #look(): void {
    if (this.#current === null) return;
    const { commit, phase } = this.#current;
    const knowledge = {
      relation: (base: string, head: string) => this.commits.relation({ base, head }) ?? "unknownEver",
      pullRequests: () => [],
    };
    const rollout = sampleRollout(commit, phase);
    const { effects } = consider(this.#state, { rule: this.#rule, rollout, memory: "", knowledge }, this.now);
    this.#perform(effects);
    this.#feed(null);
  }

  #feed(input: DeliveryInput | null): void {
    const effects = step(this.#state, input, this.now);
    this.#forget(this.#state);
    this.#perform(effects);
  }

  #perform(effects: readonly DeliveryEffect[]): void {
    const state = this.#state;
    for (const effect of effects) {
      // A crash forgets everything that the dead process was about to do.
      if (state !== this.#state) return;
      if (effect.kind === "save") this.#save(effect.document);
      if (effect.kind === "send") this.#send(effect.send);
    }
  }

  #save(document: DeliveryDocument): void {
    const { namespace, name } = document;
    const fault = this.#nextFault();
    if (fault === "crashBefore") return this.#crash();
    this.saves += 1;
    if (fault !== "refused") this.stored.set(name, structuredClone(document));
    if (fault === "crashAfter") return this.#crash();
    if (fault === "none") this.#feed({ kind: "saved", namespace, name });
    else this.#feed({ kind: "saveFailed", namespace, name, reason: fault });
  }

  #send({ stream, message }: Send): void {
    const fault = this.#nextFault();
    if (fault === "crashBefore") return this.#crash();
    if (fault !== "refused") this.received.push({ message, desired: this.#current?.commit ?? "" });
    if (fault === "crashAfter") return this.#crash();
    if (fault === "none") return this.#feed({ kind: "sent", stream, outcome: { kind: "delivered" } });
    if (fault === "lost") return this.#feed({ kind: "sent", stream, outcome: { kind: "unknown", reason: "lost" } });
    this.#feed({ kind: "sent", stream, outcome: { kind: "retry", reason: "503", notBeforeMs: 0, endpointUntilMs: 0 } });
  }

  #crash(): void {
    this.#state = newDeliveryState("");
    this.now += 1_000;
    this.#feed({ kind: "loaded", documents: [...this.stored.values()].map((it) => structuredClone(it)) });
    this.#look();
  }
}
