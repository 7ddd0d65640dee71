import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fatesOf, keepReplaced, replacedBy, settleFates } from "../../src/core/delivery/fates.ts";
import { newStream } from "../../src/core/delivery/stream.ts";
import { KnownCommits } from "../../src/core/history/known-commits.ts";
import type { CommitNode } from "../../src/core/history/relation.ts";
import { type GitGraph, GitGraphs } from "./git-graph.ts";
import { randomHistories } from "./random-history.ts";

let graphs: GitGraphs;
beforeAll(() => (graphs = new GitGraphs()));
afterAll(() => graphs.remove());

/** What a stream tells, one after the other: of which commit, by its place in the history, and what. */
const walks = fc.array(
  fc.record({ place: fc.nat(), event: fc.constantFrom("GitRepoDeploying", "GitRepoReady", "GitRepoFailed") }),
  { minLength: 1, maxLength: 8 },
);
type Walk = typeof walks extends fc.Arbitrary<infer T> ? T : never;

const at = (history: readonly CommitNode[], place: number) => history[place % history.length]?.sha ?? "";
const notification = { kind: "Notification", namespace: "fleet-default", name: "n" } as const;

/** What each commit's status says in the end, as "commit state". */
function shownStates(history: readonly CommitNode[], walk: Walk): readonly string[] {
  const commits = new KnownCommits();
  commits.add(history);
  const named = { gitRepoNamespace: "fleet-default", gitRepoName: "shop", target: "", subject: "" };
  const stream = newStream({ notification, destination: "status", ...named });
  const shown = new Map<string, string>();
  for (const { place, event } of walk) {
    const commit = at(history, place);
    const replaced = replacedBy(commit, stream);
    keepReplaced(commit, stream);
    const fates = fatesOf({ replaced, event }, (base) => commits.relation({ base, head: commit }) ?? "unknownYet") ?? [];
    settleFates(stream, { commit, event, fates });
    stream.acknowledged = { epoch: 0, commit, event, attempt: "", rolledBackFrom: "" };
    shown.set(commit, event);
    for (const it of fates) shown.set(it.commit, it.fate);
  }
  return linesOf(shown);
}

/** The rule of design §5 in plain words, on the sets of `git rev-list`: whoever has no outcome shares the first one that can be its own. */
function expectedStates(git: GitGraph, history: readonly CommitNode[], walk: Walk): readonly string[] {
  const shown = new Map<string, string>();
  const open = new Set<string>();
  const contains = (commit: string, other: string) => git.range({ base: "", head: commit }).includes(other);
  for (const { place, event } of walk) {
    const commit = at(history, place);
    open.delete(commit);
    for (const other of open) {
      const isOlder = contains(commit, other);
      if (!isOlder && !contains(other, commit)) shown.set(other, "rewritten");
      else if (event === "GitRepoReady") shown.set(other, isOlder ? "deployed" : "rolledBack");
      else if (event === "GitRepoFailed") shown.set(other, isOlder ? "failed" : "leftBehind");
      else shown.set(other, "waiting");
      if (shown.get(other) !== "waiting") open.delete(other);
    }
    shown.set(commit, event);
    if (event === "GitRepoDeploying") open.add(commit);
  }
  return linesOf(shown);
}

function linesOf(shown: ReadonlyMap<string, string>): readonly string[] {
  return [...shown].map(([commit, state]) => `${commit} ${state}`).toSorted();
}

describe("what becomes of commits that were replaced before they had an outcome, on random histories", () => {
  test("each commit's status says what `git rev-list` says of it in the end", { timeout: 60_000 }, () => {
    const property = fc.property(randomHistories, walks, (history, walk) => {
      expect(shownStates(history, walk)).toEqual(expectedStates(graphs.write(history), history, walk));
    });
    fc.assert(property, { numRuns: 60 });
  });

  test("the twin itself tells apart: all that can become of a commit happens", () => {
    const found = new Set<string>();
    const samples = fc.sample(fc.tuple(randomHistories, walks), { numRuns: 60, seed: 1 });
    for (const [history, walk] of samples) {
      for (const line of expectedStates(graphs.write(history), history, walk)) found.add(line.split(" ")[1] ?? "");
    }
    expect([...found]).toEqual(
      expect.arrayContaining(["deployed", "failed", "leftBehind", "rewritten", "rolledBack", "waiting"]),
    );
  });
});
