import type { GitRepoRecord } from "../fleet/record.ts";

/** One attempt to bring one commit of a GitRepo to its clusters (design §1). */
export interface RolloutKey {
  readonly gitRepoUid: string;
  readonly commit: string;
  readonly generation: number;
  readonly forceSyncGeneration: number;
}

/**
 * deploying: on its way, or waiting (`waitingFor` says for what) · ready: deployed by the rule of fleet-facts §1.3 and held for `settle`
 * · failed: Fleet will not mend it by itself, or has not within its grace.
 */
export type RolloutPhase = "deploying" | "ready" | "failed";

/** Why something is not yet so: which part of the rule, about what, since when. Texts for people are made in `core/message`. */
export interface Reason {
  /** Stable code: one for each clause of the rule, e.g. "JobUnfinished", "AwaitingPoll", "BundleCommit", "WaitApplied", "Paused". */
  readonly code: ReasonCode;
  readonly bundle: string;
  /** Display name of the cluster; "" where the reason is about no cluster. */
  readonly cluster: string;
  /** What Fleet said, cut and untrusted; "" where nothing. */
  readonly message: string;
  readonly sinceMs: number;
}

export type ReasonCode =
  // A: applied to the API
  | "NoCommit"
  | "GenerationNotObserved"
  | "ForceSyncNotObserved"
  | "JobUnfinished"
  | "JobNotSeen"
  | "JobFailed"
  | "Stalled"
  | "NotAccepted"
  | "BranchAndRevision"
  // A: confirmed
  | "AwaitingPoll"
  | "AwaitingBranchHead"
  // B: every bundle
  | "NoBundles"
  | "BundleCommit"
  | "BundleNotObserved"
  | "BundlePartitions"
  | "BundleError"
  | "BundleDeleting"
  // C: every cluster
  | "NoTargets"
  | "ClusterMissing"
  | "ClusterCommit"
  | "OutOfSync"
  | "WaitApplied"
  | "ErrApplied"
  | "DependencyWait"
  | "NotInstalled"
  | "NotReady"
  | "Modified"
  | "NotMonitored"
  | "Paused"
  | "OffSchedule"
  | "WaitingForValues"
  | "Offline"
  | "ContentNotCurrent"
  // the hold
  | "Settling";

/** What failed. `clusters` is empty unless `kind` is "cluster". */
export interface Failure {
  readonly kind: "job" | "accepted" | "bundle" | "cluster" | "deadline";
  /** What a person needs to know, from Fleet's own words; cut, untrusted. */
  readonly message: string;
  /** At most `limits.listedClustersMax` entries, sorted by name; `clusters.failed` has the count. */
  readonly clusters: readonly ClusterFailure[];
}
export interface ClusterFailure {
  readonly cluster: string;
  readonly bundle: string;
  readonly message: string;
}

export interface ClusterCounts {
  readonly total: number;
  readonly ready: number;
  readonly failed: number;
  readonly offline: number;
  readonly paused: number;
  /** Everything else that is not ready. total = ready + failed + offline + paused + updating. */
  readonly updating: number;
  /** Names for texts, sorted, at most `limits.listedClustersMax` each. */
  readonly offlineNames: readonly string[];
  readonly pausedNames: readonly string[];
  readonly failedNames: readonly string[];
  readonly updatingNames: readonly string[];
}

/** How many GitRepos of a group have deployed its commit (design §5, `group: repository`). */
export interface GitRepoCounts {
  readonly total: number;
  readonly ready: number;
  readonly failed: number;
  /** Names for texts, sorted, at most `limits.listedClustersMax` each. */
  readonly failedNames: readonly string[];
  /** Those that are on their way, or show another commit. */
  readonly waitingNames: readonly string[];
}

/**
 * The verdict about one rollout in one scope (GitRepo × target). A value: everything downstream (events, messages, `explain`) is derived
 * from it and from nothing else.
 */
export interface Rollout {
  readonly gitRepo: GitRepoRecord;
  /** "" for the unnamed target. */
  readonly target: string;
  readonly key: RolloutKey;
  readonly phase: RolloutPhase;
  /** True where rule A holds: the commit's bundles are in the API. */
  readonly applied: boolean;
  /** True where the whole rule holds and only the hold is left ("40/40 clusters ready, confirming"). */
  readonly holding: boolean;
  /** Ordered by importance, at most `limits.reasonsMax`; empty when ready. */
  readonly waitingFor: readonly Reason[];
  /** Set exactly when phase is "failed". */
  readonly failure: Failure | null;
  readonly clusters: ClusterCounts;
  readonly bundles: number;
  /** True where a deploymentID moved since the last rollout for which the rule held (or it is the GitRepo's first). */
  readonly changed: boolean;
  readonly startedMs: number;
  /**
   * True where Fleet is known to want this commit, which matters where it is behind the one reported: `spec.revision` pins it, or GitHub
   * says that it is the branch's head, or two later polls still show it (fleet-facts §1.3). False: it may be a late webhook.
   */
  readonly wanted: boolean;
  /** Only where several GitRepos are told of together. */
  readonly gitRepos?: GitRepoCounts;
}

/** Durations of one Notification, milliseconds (design §3, §6, §7). */
export interface Timing {
  readonly settleMs: number;
  readonly errorGraceMs: number;
  readonly notReadyDeadlineMs: number;
  readonly maxHoldMs: number;
}
