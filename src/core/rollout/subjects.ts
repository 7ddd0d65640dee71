import type { GitRepoView } from "../fleet/inventory.ts";
import type { GitRepoRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import type { AppliedSubject } from "./is-applied.ts";
import { type ConfirmedSubject, isPollTooLate } from "./is-confirmed.ts";
import type { RolloutMemory } from "./memory.ts";

/** What A is asked of: the GitRepo as it is, and what was seen of the commit's Job. */
export function appliedSubject(memory: RolloutMemory, view: GitRepoView, now: number): AppliedSubject {
  const { job, key } = memory;
  const commit = key?.commit ?? "";
  return {
    gitRepo: view.gitRepo,
    commit,
    jobOutcome: job.outcome,
    jobMessage: job.message,
    isAppliedWithoutJob: job.outcome === "notSeen" && isAppliedWithoutJob(memory, view, now),
  };
}

export function confirmedSubject(memory: RolloutMemory, gitRepo: GitRepoRecord, now: number): ConfirmedSubject {
  const { branchHead, confirmedMs, firstAppliedMs, key } = memory;
  const isHeadMoved =
    branchHead !== null &&
    branchHead.sha !== key?.commit &&
    branchHead.askedMs >= firstAppliedMs &&
    now < branchHead.askedMs + limits.branchHeadMovedMs;
  return { gitRepo, commit: key?.commit ?? "", confirmedMs, isHeadMoved };
}

/** A Job was missed (a restart, a gap in the watch): a later poll and the labels of all bundles must do (fleet-facts §1.3). */
function isAppliedWithoutJob(memory: RolloutMemory, { gitRepo, bundles }: GitRepoView, now: number): boolean {
  if (now < memory.startedMs + limits.watchLagMs || bundles.size === 0) return false;
  if (!isPollTooLate(gitRepo) && memory.polls.newestMs <= memory.job.missedPollMs) return false;
  for (const { commit } of bundles.values()) if (commit !== memory.key?.commit) return false;
  return true;
}
