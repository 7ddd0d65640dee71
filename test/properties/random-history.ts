import fc from "fast-check";
import type { CommitNode } from "../../src/core/history/relation.ts";

/** A commit of a random history. `content` is what its tree holds: two commits of the same content are a change and its revert. */
export interface RandomCommit extends CommitNode {
  readonly content: number;
}

/** What people do with three branches. A branch without a commit yet begins a root of its own. */
type Act =
  | { readonly kind: "commit" | "rewind"; readonly on: number; readonly content: number }
  | { readonly kind: "merge"; readonly on: number; readonly content: number; readonly others: readonly number[] }
  | { readonly kind: "crissCross"; readonly on: number; readonly content: number; readonly with: number };

const branchCount = 3;
const commitsMax = 16;
const branch = fc.nat(branchCount - 1);
const content = fc.nat(3);

/** Commits, merges of one branch and of two (octopus), criss-cross merges, force-pushes back to a parent, reverts (content that was there before). */
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("commit" as const), on: branch, content }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rewind" as const), on: branch, content }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("merge" as const),
      on: branch,
      content,
      others: fc.uniqueArray(branch, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crissCross" as const), on: branch, content, with: branch }) },
);

/** Random histories, parents before their children; commits are named c0, c1, … */
export const randomHistories: fc.Arbitrary<readonly RandomCommit[]> = fc
  .array(act, { minLength: 3, maxLength: commitsMax })
  .map(grow)
  .filter((commits) => commits.length >= 2);

function grow(acts: readonly Act[]): readonly RandomCommit[] {
  const commits: RandomCommit[] = [];
  const heads = new Map<number, string>();
  const add = (on: number, parents: readonly (string | undefined)[], { content: tree }: Act) => {
    const known = [...new Set(parents.filter((it) => it !== undefined))];
    commits.push({ sha: `c${commits.length}`, parents: known, content: tree });
    return { on, sha: `c${commits.length - 1}` };
  };
  for (const it of acts) {
    const own = heads.get(it.on);
    const made = [];
    if (it.kind === "commit") made.push(add(it.on, [own], it));
    if (it.kind === "merge") made.push(add(it.on, [own, ...it.others.map((other) => heads.get(other))], it));
    if (it.kind === "crissCross") {
      const other = heads.get(it.with);
      made.push(add(it.on, [own, other], it), add(it.with, [other, own], it));
    }
    if (it.kind === "rewind") {
      const parent = commits.find(({ sha }) => sha === own)?.parents[0];
      if (parent !== undefined) made.push({ on: it.on, sha: parent });
    }
    for (const { on, sha } of made) heads.set(on, sha);
  }
  return commits;
}
