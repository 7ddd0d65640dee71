import { branchName, resolveReference, type GitCommit, type GitComparison, type GitHistory } from "./git-history.ts";

/** A commit as a recording's first line has it (design §11). */
export interface RecordedCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/**
 * A history of which only the graph is known, with the SHAs of a recording, so that a recording can be played against the simulated
 * GitHub. No file, no tree, nothing to commit to; it answers about ancestry as git does (`git-history.test.ts` compares the two).
 */
export class RecordedHistory implements GitHistory {
  readonly #commits = new Map<string, GitCommit>();
  readonly #branches = new Map<string, string>();

  constructor(commits: readonly RecordedCommit[], branches: Readonly<Record<string, string>>) {
    for (const commit of commits) this.add(commit);
    for (const [branch, sha] of Object.entries(branches)) this.#branches.set(branch, this.#existing(sha).sha);
  }

  /** Adds a commit; no branch moves. Parents that are not recorded are where the history begins. */
  add(commit: RecordedCommit): void {
    const made = { tree: commit.sha, authorName: "Ada Lovelace", authorEmail: "ada@example.com", committedMs: 0 };
    this.#commits.set(commit.sha, { ...commit, ...made });
  }

  lookup(sha: string): GitCommit | null {
    return this.#commits.get(sha) ?? null;
  }
  head(branch: string): string | null {
    return this.#branches.get(branchName(branch)) ?? null;
  }
  branches(): ReadonlyMap<string, string> {
    return this.#branches;
  }
  resolve(reference: string): string | null {
    return resolveReference(reference, this.#branches, this.#commits.keys());
  }

  async compare(base: string, head: string): Promise<GitComparison> {
    const ofBase = this.#ancestors(base);
    const ofHead = this.#ancestors(head);
    const aheadBy = [...ofHead].filter((sha) => !ofBase.has(sha)).length;
    const behindBy = [...ofBase].filter((sha) => !ofHead.has(sha)).length;
    if (behindBy === 0) return { status: aheadBy === 0 ? "identical" : "ahead", aheadBy, behindBy, mergeBase: base };
    if (aheadBy === 0) return { status: "behind", aheadBy, behindBy, mergeBase: head };
    return { status: "diverged", aheadBy, behindBy, mergeBase: this.#bestCommon(ofBase, ofHead) };
  }

  async range(base: string, head: string): Promise<readonly string[]> {
    const excluded = this.#ancestors(base);
    const range: string[] = [];
    const seen = new Set<string>();
    // Depth first by an own stack (histories are long): a commit is listed once all of its parents are.
    const stack: { sha: string; parentsDone: boolean }[] = [{ sha: this.#existing(head).sha, parentsDone: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      if (top.parentsDone) range.push(top.sha);
      else if (!seen.has(top.sha) && !excluded.has(top.sha)) {
        seen.add(top.sha);
        stack.push({ sha: top.sha, parentsDone: true }, ...this.#parents(top.sha).map((sha) => ({ sha, parentsDone: false })));
      }
    }
    return range;
  }

  async contains(descendant: string, ancestor: string): Promise<boolean> {
    return this.#ancestors(descendant).has(ancestor);
  }

  async setBranch(branch: string, sha: string | null): Promise<void> {
    if (sha === null) this.#branches.delete(branchName(branch));
    else this.#branches.set(branchName(branch), this.#existing(sha).sha);
  }

  async close(): Promise<void> {}

  /** The commit itself and all that it can reach. */
  #ancestors(sha: string): ReadonlySet<string> {
    const found = new Set([this.#existing(sha).sha]);
    for (const each of found) for (const parent of this.#parents(each)) found.add(parent); // a Set is walked while it grows
    return found;
  }

  /** A common ancestor that no other common ancestor descends from; null where there is none. */
  #bestCommon(ofBase: ReadonlySet<string>, ofHead: ReadonlySet<string>): string | null {
    const common = [...ofBase].filter((sha) => ofHead.has(sha));
    const best = common.find((sha) => common.every((other) => other === sha || !this.#ancestors(other).has(sha)));
    return best ?? null;
  }

  #parents(sha: string): readonly string[] {
    return this.#existing(sha).parents.filter((parent) => this.#commits.has(parent));
  }

  #existing(sha: string): GitCommit {
    const commit = this.#commits.get(sha);
    if (commit === undefined)
      throw new Error(`No commit ${sha} in the recorded history. There are ${this.#commits.size} others.`);
    return commit;
  }
}
