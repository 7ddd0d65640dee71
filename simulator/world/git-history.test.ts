import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitHistory } from "./git-history.ts";
import { RecordedHistory } from "./git-recorded-history.ts";
import { createGitRepository, type GitRepository } from "./git-repository.ts";

function git(directory: string, ...commandArguments: string[]): string {
  return execFileSync("git", ["--git-dir", directory, ...commandArguments], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** `git`'s own words for a relation, asked without the code under test. */
function relationByMergeBase(directory: string, base: string, head: string): string {
  const isAncestor = (ancestor: string, descendant: string) => {
    try {
      git(directory, "merge-base", "--is-ancestor", ancestor, descendant);
      return true;
    } catch {
      return false;
    }
  };
  if (base === head) return "identical";
  if (isAncestor(base, head)) return "ahead";
  return isAncestor(head, base) ? "behind" : "diverged";
}

describe("relations, on random graphs", () => {
  let repository: GitRepository;
  beforeAll(async () => {
    repository = await createGitRepository({ now: () => 0 });
  });
  afterAll(() => repository.close());

  /** Each commit's parents, as positions of earlier ones; no parent makes a root. */
  const graphs = fc.array(fc.uniqueArray(fc.nat(), { maxLength: 2 }), { minLength: 2, maxLength: 7 });

  async function grow(parentsOf: readonly (readonly number[])[], run: number): Promise<string[]> {
    const shas: string[] = [];
    for (const [index, positions] of parentsOf.entries()) {
      const parents = index === 0 ? [] : [...new Set(positions.map((position) => shas[position % index]!))];
      shas.push(await repository.commit({ file: `${run}/${index}` }, { branch: null, parents }));
    }
    return shas;
  }

  test(
    "a real repository and a recorded history say what git merge-base says, and list what rev-list lists",
    { timeout: 60_000 },
    async () => {
      let run = 0;
      const property = fc.asyncProperty(graphs, fc.nat(), fc.nat(), async (parentsOf, one, other) => {
        run += 1;
        const shas = await grow(parentsOf, run);
        const base = shas[one % shas.length]!;
        const head = shas[other % shas.length]!;
        const recorded = new RecordedHistory(
          shas.map((sha) => repository.lookup(sha)!),
          {},
        );
        const expected = relationByMergeBase(repository.directory, base, head);
        const listed = git(repository.directory, "rev-list", `${base}..${head}`).split("\n").filter(Boolean);
        for (const history of [repository, recorded] satisfies GitHistory[]) {
          const { status, aheadBy, mergeBase } = await history.compare(base, head);
          expect(status).toBe(expected);
          expect(aheadBy).toBe(listed.length);
          const range = await history.range(base, head);
          expect(range.toSorted()).toEqual(listed.toSorted());
          expectParentsFirst(history, range);
          expect(await history.contains(head, base)).toBe(expected === "identical" || expected === "ahead");
          if (mergeBase !== null) expect(git(repository.directory, "merge-base", "--all", base, head)).toContain(mergeBase);
          else expect(() => git(repository.directory, "merge-base", base, head)).toThrow();
        }
      });
      await fc.assert(property, { numRuns: 25 });
    },
  );

  function expectParentsFirst(history: GitHistory, range: readonly string[]): void {
    for (const [index, sha] of range.entries()) {
      for (const parent of history.lookup(sha)!.parents) expect(range.indexOf(parent)).toBeLessThan(index);
    }
  }
});

describe("a recorded history", () => {
  const history = new RecordedHistory(
    [
      { sha: "b".repeat(40), parents: ["a".repeat(40)], message: "second" },
      { sha: "c".repeat(40), parents: ["b".repeat(40)], message: "third" },
    ],
    { main: "c".repeat(40) },
  );

  test("begins where its recording begins: a parent that is not recorded is left out", async () => {
    expect(await history.compare("b".repeat(40), "c".repeat(40))).toMatchObject({ status: "ahead", aheadBy: 1 });
  });

  test("moves branches to any commit that it has, and to no other", async () => {
    await history.setBranch("main", "b".repeat(40));
    expect(history.resolve("refs/heads/main")).toBe("b".repeat(40));
    await expect(history.setBranch("main", "f".repeat(40))).rejects.toThrow("No commit f");
  });
});
