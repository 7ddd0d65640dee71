import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acknowledge, intend } from "../../src/core/delivery/intent.ts";
import { type StreamState, newStream, seen } from "../../src/core/delivery/stream.ts";
import { admit } from "../../src/core/history/admit.ts";
import { KnownCommits } from "../../src/core/history/known-commits.ts";
import type { CommitNode } from "../../src/core/history/relation.ts";
import { sampleMessage } from "../../src/core/message/sample-message.ts";
import { randomHistories } from "./random-history.ts";

/** Fleet shows a commit; where it is told, this comes of it. `refused`: the receiver has not seen it, which nobody needs to know. */
const show = fc.record({
  position: fc.nat(),
  isWanted: fc.boolean(),
  outcome: fc.constantFrom("delivered", "unknown", "refused"),
});
type Show = typeof show extends fc.Arbitrary<infer T> ? T : never;

/** What a receiver may have got, all of it, in the order in which it was sent: the twin forgets nothing. */
interface Sent {
  readonly commit: string;
  readonly relation: string;
}

type Cursor = (stream: StreamState) => ReturnType<typeof seen>;

function play(history: readonly CommitNode[], shows: readonly Show[], cursor: Cursor): readonly Sent[] {
  const commits = new KnownCommits();
  commits.add(history);
  const identity = { gitRepoNamespace: "fleet-default", gitRepoName: "shop", target: "", subject: "" };
  const notification = { kind: "Notification", namespace: "fleet-default", name: "n" } as const;
  const stream = Object.assign(newStream({ notification, destination: "hook", ...identity }), { destinationType: "webhook" });
  const sent: Sent[] = [];
  for (const { position, isWanted, outcome } of shows) {
    const commit = history[position % history.length]?.sha ?? "";
    const candidate = { commit, wanted: isWanted };
    const told = admit({ seen: cursor(stream), candidate }, (base) => commits.relation({ base, head: commit }) ?? "unknownYet");
    if (told.kind !== "admit") continue;
    const message = { ...sampleMessage("GitRepoReady"), commit, epoch: told.epoch, rolledBackFrom: told.rolledBackFrom };
    intend(stream, message);
    if (outcome === "delivered") acknowledge(stream, message);
    sent.push({ commit, relation: told.relation });
  }
  return sent;
}

/** Messages that call themselves newer than (or the same as) all before, although something that may have arrived says otherwise. */
function lies(history: readonly CommitNode[], sent: readonly Sent[]): readonly Sent[] {
  const commits = new KnownCommits();
  commits.add(history);
  let since: Sent[] = [];
  return sent.filter((it) => {
    if (it.relation === "behind" || it.relation === "diverged") since = [];
    const isLie = since.some(
      ({ commit }) => !["same", "ahead"].includes(commits.relation({ base: commit, head: it.commit }) ?? ""),
    );
    since.push(it);
    return isLie;
  });
}

const shows = fc.array(show, { minLength: 2, maxLength: 25 });

describe("the order of a stream, on random histories and outcomes", () => {
  test("what the cursor keeps is enough: nothing is told as newer than what may have arrived and is not its ancestor", () => {
    const property = fc.property(randomHistories, shows, (history, shown) => {
      expect(lies(history, play(history, shown, seen))).toEqual([]);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test("counter-test: compared with the acknowledged position alone, it is told wrongly", () => {
    const acknowledged: Cursor = (stream) => (stream.acknowledged === null ? [] : [stream.acknowledged]);
    const isFound = fc
      .sample(fc.tuple(randomHistories, shows), { numRuns: 500, seed: 1 })
      .some(([history, shown]) => lies(history, play(history, shown, acknowledged)).length > 0);
    expect(isFound).toBe(true);
  });
});
