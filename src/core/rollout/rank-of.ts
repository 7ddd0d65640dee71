import type { ReasonCode } from "./rollout.ts";

/** What a person should hear first: what is wrong, what somebody decided, what is on its way, what is only to be made sure of. */
const order: readonly ReasonCode[] = [
  "NoCommit",
  "NotAccepted",
  "JobFailed",
  "Stalled",
  "BundleError",
  "NotInstalled",
  "ErrApplied",
  "GenerationNotObserved",
  "ForceSyncNotObserved",
  "JobUnfinished",
  "JobNotSeen",
  "BranchAndRevision",
  "NotReady",
  "Modified",
  "NoBundles",
  "NoTargets",
  "DependencyWait",
  "Paused",
  "OffSchedule",
  "WaitingForValues",
  "Offline",
  "WaitApplied",
  "NotMonitored",
  "ClusterMissing",
  "OutOfSync",
  "ContentNotCurrent",
  "BundleCommit",
  "BundleNotObserved",
  "BundlePartitions",
  "BundleDeleting",
  "ClusterCommit",
  "AwaitingPoll",
  "AwaitingBranchHead",
  "Settling",
];

const ranks = new Map(order.map((code, rank) => [code, rank]));

/** Smaller is more important. */
export function rankOf(code: ReasonCode): number {
  return ranks.get(code) ?? order.length;
}
