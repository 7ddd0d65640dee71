import { limits } from "../limits.ts";
import type { CommitNode, Relation } from "./relation.ts";

/**
 * What is known of one repository's commit graph, from compare answers, push events and recordings.
 *
 * Two kinds of knowledge: the parents of commits (at most `limits.knownCommitsMax`, oldest forgotten first), and relations of pairs that
 * GitHub told. Both are immutable facts of git, so neither ever expires; forgetting only costs a question.
 */
export class KnownCommits {
  readonly #parents = new Map<string, readonly string[]>();
  readonly #told = new Map<string, Relation>();

  add(commits: readonly CommitNode[]): void {
    for (const { sha, parents } of commits) {
      this.#parents.delete(sha);
      this.#parents.set(sha, parents);
    }
    forgetOldest(this.#parents, limits.knownCommitsMax);
  }

  /** `relation` is how `head` stands to `base`. */
  tell(pair: { base: string; head: string }, relation: Relation): void {
    this.#told.set(`${pair.base} ${pair.head}`, relation);
    this.#told.set(`${pair.head} ${pair.base}`, mirrored(relation));
    forgetOldest(this.#told, limits.knownCommitsMax);
  }

  /** How `head` stands to `base`, or null where what is known does not tell. */
  relation({ base, head }: { base: string; head: string }): Relation | null {
    if (base === head) return "same";
    const told = this.#told.get(`${base} ${head}`);
    if (told !== undefined) return told;
    const forward = this.#reaches({ from: head, to: base });
    if (forward === "yes") return "ahead";
    const backward = this.#reaches({ from: base, to: head });
    if (backward === "yes") return "behind";
    return forward === "no" && backward === "no" ? "diverged" : null;
  }

  /** Walks parents from `from`. "no" only where every ancestor is known down to the roots. Bounded by `limits.knownCommitsMax`. */
  #reaches({ from, to }: { from: string; to: string }): "yes" | "no" | "unknown" {
    const seen = new Set([from]);
    const open = [from];
    let complete = true;
    for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
      const parents = this.#parents.get(sha);
      if (parents === undefined) complete = false;
      for (const parent of parents ?? []) {
        if (parent === to) return "yes";
        if (!seen.has(parent)) {
          seen.add(parent);
          open.push(parent);
        }
      }
    }
    return complete ? "no" : "unknown";
  }
}

function mirrored(relation: Relation): Relation {
  if (relation === "ahead") return "behind";
  if (relation === "behind") return "ahead";
  return relation;
}

function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
