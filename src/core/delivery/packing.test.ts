import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleGitRepo, sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { limits } from "../limits.ts";
import { consider } from "./consider.ts";
import type { DeliveryDocument } from "./delivery-document.ts";
import type { DeliveryEffect } from "./effect.ts";
import { type DeliveryState, allParts, newDeliveryState } from "./state.ts";
import { type DeliveryInput, dueMs, step } from "./step.ts";

const rule = sampleRule("webhook", { order: "every" });

/**
 * Fails: a commit of a GitRepo fails with an error text of a size. Answers: the store took (or did not take) what it was given last. Crashes: a
 * new process knows what was stored, and nothing else.
 */
const happening = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant("fails" as const),
      gitRepos: fc.integer({ min: 1, max: 40 }),
      first: fc.nat(60),
      letter: fc.constantFrom("x", "é", "語", "😀", '"'),
      size: fc.nat(limits.conditionMessageMax),
    }),
  },
  { weight: 20, arbitrary: fc.record({ kind: fc.constant("stores" as const), isDown: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: "crashes" } as const) },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** core/delivery on a store that answers when it is told to, and receivers that never answer: everything piles up. */
class PiledUp {
  state: DeliveryState = newDeliveryState("");
  /** What the store holds, by name. */
  readonly stored = new Map<string, DeliveryDocument>();
  /** How often each stream is known to have been stored: by its last write that was answered. */
  readonly known = new Map<string, number>();
  readonly sizes: number[] = [];
  #open: DeliveryEffect[] = [];
  #now = 1_000_000;
  #commits = 0;

  happen(it: Happening): void {
    if (it.kind === "fails") for (let index = 0; index < it.gitRepos; index += 1) this.#fail(`r${(it.first + index) % 60}`, it);
    if (it.kind === "stores") this.#answer(it.isDown);
    if (it.kind === "crashes") this.restart();
    this.#feed(null);
  }

  /** Lets the store take everything, until nothing is due. */
  settle(): void {
    for (let turn = 0; turn < 100; turn += 1) {
      this.#answer(false);
      this.#now = Math.max(this.#now, Math.min(dueMs(this.state), this.#now + 60_000));
      this.#feed(null);
    }
  }

  restart(): void {
    this.state = newDeliveryState("");
    this.#open = [];
    this.#feed({ kind: "loaded", documents: [...this.stored.values()] });
  }

  #fail(name: string, { letter, size }: { letter: string; size: number }): void {
    this.#commits += 1;
    const gitRepo = sampleGitRepo({ name, uid: `uid-${name}`, commit: `c${this.#commits}` });
    const failure = { kind: "job", message: letter.repeat(size / letter.length), clusters: [] } as const;
    const rollout = sampleRollout(`c${this.#commits}`, "failed", { gitRepo, failure });
    const knowledge = { relation: () => "ahead" as const, pullRequests: () => [] };
    this.#take(consider(this.state, { rule, rollout, memory: "", knowledge }, this.#now).effects);
  }

  #answer(isDown: boolean): void {
    for (const effect of this.#open.splice(0)) {
      if (effect.kind === "remove") this.#feed({ kind: "saved", namespace: effect.namespace, name: effect.name });
      if (effect.kind !== "save") continue;
      const { namespace, name } = effect.document;
      if (!isDown) this.stored.set(name, effect.document);
      if (!isDown) for (const text of effect.document.spec.streams) this.#note(text);
      this.#feed(isDown ? { kind: "saveFailed", namespace, name, reason: "down" } : { kind: "saved", namespace, name });
    }
  }

  #note(text: string): void {
    const { identity, revision } = JSON.parse(text) as { identity: { gitRepoName: string }; revision: number };
    this.known.set(identity.gitRepoName, Math.max(this.known.get(identity.gitRepoName) ?? 0, revision));
  }

  #feed(input: DeliveryInput | null): void {
    this.#take(step(this.state, input, this.#now));
  }

  #take(effects: readonly DeliveryEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "save") this.sizes.push(Buffer.byteLength(effect.document.spec.streams.join("")));
      if (effect.kind === "save" || effect.kind === "remove") this.#open.push(effect);
    }
  }
}

const stories = fc.array(happening, { minLength: 5, maxLength: 60 });

describe("the packing of streams into parts of a Delivery", () => {
  test("no part that is written is larger than limits.deliveryBytesMax", () => {
    const property = fc.property(stories, (story) => {
      const piled = new PiledUp();
      for (const it of story) piled.happen(it);
      piled.settle();
      expect(Math.max(0, ...piled.sizes)).toBeLessThanOrEqual(limits.deliveryBytesMax);
    });
    fc.assert(property, { numRuns: 60 });
  });

  test("after a crash at any moment each stream that was stored is there once, as it was stored last", () => {
    const property = fc.property(stories, (story) => {
      const piled = new PiledUp();
      for (const it of story) piled.happen(it);
      piled.restart();
      const revisions = new Map<string, number>();
      for (const part of allParts(piled.state)) {
        for (const stream of part.streams.values()) {
          expect(revisions.has(stream.identity.gitRepoName)).toBe(false);
          revisions.set(stream.identity.gitRepoName, stream.revision);
        }
      }
      for (const [name, revision] of piled.known) expect(revisions.get(name)).toBeGreaterThanOrEqual(revision);
    });
    fc.assert(property, { numRuns: 60 });
  });
});
