/**
 * A commit as the history knows it. Times are milliseconds since the epoch; git itself keeps whole seconds.
 */
export interface GitCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly tree: string;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly committedMs: number;
}

/** How `head` stands to `base`, in the words of GitHub's compare. `mergeBase` is null where the two share no history. */
export interface GitComparison {
  readonly status: "identical" | "ahead" | "behind" | "diverged";
  readonly aheadBy: number;
  readonly behindBy: number;
  readonly mergeBase: string | null;
}

/**
 * What a GitHub repository asks of a history. Two kinds exist: a real git repository (`git-repository.ts`), and a recorded one, where
 * only the graph is known (`git-recorded-history.ts`) and the SHAs are the recording's.
 */
export interface GitHistory {
  /** The commit, null where the history does not have it (whether or not a branch still leads to it). */
  lookup(sha: string): GitCommit | null;
  /** The branch's commit, null where there is no such branch. */
  head(branch: string): string | null;
  /** Branch name → commit, in order of creation. */
  branches(): ReadonlyMap<string, string>;
  /** Throws where the history has not both commits. */
  compare(base: string, head: string): Promise<GitComparison>;
  /** The commits that `head` has and `base` has not, oldest first (parents before children), as GitHub's compare lists them. */
  range(base: string, head: string): Promise<readonly string[]>;
  /** Whether `ancestor` is `descendant` or can be reached from it. */
  contains(descendant: string, ancestor: string): Promise<boolean>;
  /** A full SHA for a branch name (with or without `refs/heads/` or `heads/`), a full SHA, or a unique abbreviation; null otherwise. */
  resolve(reference: string): string | null;
  /** Moves the branch without asking; `null` deletes it. */
  setBranch(branch: string, sha: string | null): Promise<void>;
  close(): Promise<void>;
}

/** `refs/heads/main` and `heads/main` → `main`. */
export function branchName(reference: string): string {
  return reference.replace(/^(refs\/)?heads\//, "");
}

/** What `GitHistory.resolve` promises, for any list of branches and commits. */
export function resolveReference(
  reference: string,
  branches: ReadonlyMap<string, string>,
  shas: Iterable<string>,
): string | null {
  const head = branches.get(branchName(reference));
  if (head !== undefined) return head;
  if (!/^[0-9a-f]{7,40}$/.test(reference)) return null;
  const matches = [...shas].filter((sha) => sha.startsWith(reference));
  return matches.length === 1 ? (matches[0] ?? null) : null;
}
