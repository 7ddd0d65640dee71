import type { RolloutKey } from "./rollout.ts";

/** Since when something has been so, for one deploymentID: another one starts anew. */
export interface Since {
  readonly tag: string;
  readonly sinceMs: number;
}

/**
 * What must be remembered of a GitRepo's current rollout because no object shows it any more. Mutated by `track` alone.
 *
 * All of it is about the rollout `key`, but for `polls` and the deploymentIDs, which are about the GitRepo.
 */
export interface RolloutMemory {
  key: RolloutKey | null;
  startedMs: number;
  /** X's Job was seen Complete: Fleet deletes it at once afterwards. */
  isJobSeenComplete: boolean;
  /** What X's Job failed with; "" where it was not seen failed. Stays when somebody deletes the Job by hand, until another Job of X runs. */
  jobFailure: string;
  jobFailedSinceMs: number;
  /** Since when rule A's clauses hold without a break; Infinity where they don't. */
  appliedSinceMs: number;
  /** The newest poll that was known when A began to hold. */
  pollAtAppliedMs: number;
  /** A later poll, or the branch's head, showed X once A held. */
  isConfirmed: boolean;
  /** Polls seen since X became the commit that showed X. */
  pollsOfCommit: number;
  /** The newest `lastPollingTriggered` ever seen: a whole-status write can bring an old one back. */
  lastPollMs: number;
  branchHead: { readonly sha: string; readonly askedMs: number } | null;
  /** True where a deploymentID moved since the rollout began. */
  isChanged: boolean;
  /** deploymentID by BundleDeployment uid, as `track` last saw them; null before it saw any. */
  deploymentIds: ReadonlyMap<string, string> | null;
  /** Since when a BundleDeployment (uid + reason code) is in trouble. Bounded by the BundleDeployments that are. */
  since: Map<string, Since>;
  /** After a restart: since when something had been failing. Taken over by what is found failing first. */
  restoredFailingSinceMs: number;
  /** Since when the whole rule holds, by target; a target is missing where it does not. */
  readonly holdsSince: Map<string, number>;
}

export function newMemory(): RolloutMemory {
  return {
    key: null,
    startedMs: 0,
    isJobSeenComplete: false,
    jobFailure: "",
    jobFailedSinceMs: Infinity,
    appliedSinceMs: Infinity,
    pollAtAppliedMs: 0,
    isConfirmed: false,
    pollsOfCommit: 0,
    lastPollMs: 0,
    branchHead: null,
    isChanged: false,
    deploymentIds: null,
    since: new Map(),
    restoredFailingSinceMs: Infinity,
    holdsSince: new Map(),
  };
}
