/** One row of a pull-request comment: what one stream (GitRepo × target) says about one pull request. Derived from its cursor. */
export interface CommentRow {
  /** `namespace/name`. */
  readonly gitRepo: string;
  /** "" for the unnamed target. */
  readonly target: string;
  readonly state: "deployed" | "inProgress" | "failed" | "rolledBack";
  /** What Fleet deployed (or tries to), containing this pull request. */
  readonly commit: string;
  /** Set where `state` is "rolledBack": the older commit that runs now. */
  readonly rolledBackTo: string;
  readonly ready: number;
  readonly total: number;
  readonly offline: number;
  readonly failed: number;
  readonly failedNames: readonly string[];
  /** Fleet's words, untrusted; "" where nothing failed. */
  readonly failureMessage: string;
  /** False where the rollout moved no deploymentID of this GitRepo: the row is folded. */
  readonly changed: boolean;
  readonly updatedMs: number;
}
