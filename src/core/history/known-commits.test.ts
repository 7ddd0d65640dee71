import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { KnownCommits } from "./known-commits.ts";
import type { CommitNode } from "./relation.ts";

/** Random DAGs: each commit has up to three parents among the earlier ones; none makes it a root (merges, criss-cross, octopus). */
const graphs = fc.array(fc.array(fc.nat(1_000), { maxLength: 3 }), { minLength: 2, maxLength: 14 }).map((rows) =>
  rows.map((parents, index): CommitNode => ({
    sha: `c${index}`,
    parents: index === 0 ? [] : [...new Set(parents.map((it) => `c${it % index}`))],
  })),
);

/** The dumb twin: the set of all ancestors, by brute force. */
function ancestors(graph: readonly CommitNode[], sha: string): Set<string> {
  const found = new Set<string>();
  const visit = (at: string) => {
    for (const parent of graph.find((it) => it.sha === at)?.parents ?? []) {
      found.add(parent);
      visit(parent);
    }
  };
  visit(sha);
  return found;
}

function twin(graph: readonly CommitNode[], { base, head }: { base: string; head: string }): string {
  if (base === head) return "same";
  if (ancestors(graph, head).has(base)) return "ahead";
  return ancestors(graph, base).has(head) ? "behind" : "diverged";
}

describe("KnownCommits", () => {
  test("a complete graph answers every pair as its dumb twin does", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const commits = new KnownCommits();
        commits.add(graph);
        for (const { sha: base } of graph) {
          for (const { sha: head } of graph) expect(commits.relation({ base, head })).toBe(twin(graph, { base, head }));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a graph with gaps never tells what is not so", () => {
    fc.assert(
      fc.property(graphs, fc.nat(), (graph, missing) => {
        const commits = new KnownCommits();
        commits.add(graph.filter((_, index) => index !== missing % graph.length));
        for (const { sha: base } of graph) {
          for (const { sha: head } of graph) {
            expect([null, twin(graph, { base, head })]).toContain(commits.relation({ base, head }));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test("what GitHub told of a pair holds both ways", () => {
    const commits = new KnownCommits();
    commits.tell({ base: "a", head: "b" }, "ahead");
    expect(commits.relation({ base: "b", head: "a" })).toBe("behind");
  });

  test("at most limits.knownCommitsMax commits are remembered, the oldest are forgotten", () => {
    const commits = new KnownCommits();
    const chain = Array.from({ length: limits.knownCommitsMax + 2 }, (_, index) => ({
      sha: `c${index}`,
      parents: index === 0 ? [] : [`c${index - 1}`],
    }));
    commits.add(chain);
    expect(commits.relation({ base: "c0", head: "c1" })).toBeNull();
    expect(commits.relation({ base: `c${limits.knownCommitsMax}`, head: `c${limits.knownCommitsMax + 1}` })).toBe("ahead");
  });
});
