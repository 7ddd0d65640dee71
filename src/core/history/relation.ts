/**
 * How a candidate stands to a base in git history (design §7). `unknownYet`: cannot be told yet (API down, or GitHub does not know the
 * commit for now): hold and ask again. `unknownEver`: not in the repository or not on GitHub: Fleet's observed order is all there is.
 */
export type Relation = "same" | "ahead" | "behind" | "diverged" | "unknownEver";
export type RelationOrUnknown = Relation | "unknownYet";

/** The repository of a GitRepo, from any form of `spec.repo`. `host` is lower case; `owner` and `name` keep their case. */
export interface Repository {
  readonly host: string;
  /** All path parts but the last ("acme", or "group/subgroup" on other hosts). */
  readonly owner: string;
  /** Without ".git". */
  readonly name: string;
}

export interface CommitNode {
  readonly sha: string;
  readonly parents: readonly string[];
}

/** A pull request that came in with a range of commits. */
export interface PullRequest {
  readonly number: number;
  /** The commit by which it came in: what containment is asked of. */
  readonly mergeCommit: string;
  readonly headSha: string;
  readonly title: string;
  readonly url: string;
}
