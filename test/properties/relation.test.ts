import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { History } from "../../src/core/history/history.ts";
import { KnownCommits } from "../../src/core/history/known-commits.ts";
import type { CommitNode } from "../../src/core/history/relation.ts";
import { GitGraphs } from "./git-graph.ts";
import { randomHistories } from "./random-history.ts";

let graphs: GitGraphs;
beforeAll(() => (graphs = new GitGraphs()));
afterAll(() => graphs.remove());

const picks = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 4 });
const pairsOf = (history: readonly CommitNode[], picked: readonly (readonly [number, number])[]) =>
  picked.map(([base, head]) => ({
    base: history[base % history.length]?.sha ?? "",
    head: history[head % history.length]?.sha ?? "",
  }));
const repository = { host: "github.com", owner: "acme", name: "shop" };

describe("which commit is newer, on random histories with merges, criss-cross, octopus and reverts", () => {
  test("a graph that is known says what `git merge-base` says", { timeout: 60_000 }, () => {
    const property = fc.property(randomHistories, picks, (history, picked) => {
      const git = graphs.write(history);
      const commits = new KnownCommits();
      commits.add(history);
      for (const pair of pairsOf(history, picked)) expect(commits.relation(pair)).toBe(git.relation(pair));
    });
    fc.assert(property, { numRuns: 60 });
  });

  test("of what comparisons brought, in any order, nothing is concluded that `git` denies", { timeout: 60_000 }, () => {
    const property = fc.property(randomHistories, picks, picks, (history, asked, wanted) => {
      const git = graphs.write(history);
      const known = new History();
      for (const pair of pairsOf(history, asked)) {
        known.relation({ repository, ...pair }, 0);
        const listed = new Set(git.range(pair));
        const commits = history.filter(({ sha }) => listed.has(sha));
        for (const inquiry of known.takeDue(0))
          known.answer({ inquiry, answer: { kind: "relation", relation: git.relation(pair), commits }, askedMs: 0 }, 0);
        expect(known.relation({ repository, ...pair }, 0)).toBe(git.relation(pair));
      }
      for (const pair of pairsOf(history, wanted))
        expect(["unknownYet", git.relation(pair)]).toContain(known.relation({ repository, ...pair }, 0));
    });
    fc.assert(property, { numRuns: 60 });
  });

  test("the twin itself tells apart: histories have all four relations", () => {
    const found = new Set<string>();
    for (const history of fc.sample(randomHistories, { numRuns: 30, seed: 1 })) {
      const git = graphs.write(history);
      for (const pair of pairsOf(history, [
        [0, 1],
        [1, 0],
        [0, 0],
        [history.length - 1, history.length - 2],
      ]))
        found.add(git.relation(pair));
    }
    expect([...found].toSorted()).toEqual(["ahead", "behind", "diverged", "same"]);
  });
});
