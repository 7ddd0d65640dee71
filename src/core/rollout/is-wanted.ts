import type { GitRepoRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import type { Alarm } from "./alarm.ts";
import { isPollTooLate, isSha } from "./is-confirmed.ts";
import type { RolloutMemory } from "./memory.ts";

/**
 * True where Fleet is known to want this commit, should it be older than the one before: `spec.revision` pins it, GitHub says that it is the
 * branch's head, or two later polls still show it and it is not what a late webhook set (Fleet ≤ 0.14, fleet-facts §1.3, §1.6).
 */
export function isWanted(memory: RolloutMemory, gitRepo: GitRepoRecord): boolean {
  const commit = memory.key?.commit ?? "";
  if (commit === "") return false;
  if (gitRepo.revision !== "" && (!isSha(gitRepo.revision) || gitRepo.revision === commit)) return true;
  const { branchHead } = memory;
  if (branchHead !== null && branchHead.sha === commit && branchHead.askedMs >= memory.startedMs) return true;
  return memory.polls.later >= 2 && !mayBeLateWebhook(commit, gitRepo);
}

/**
 * After which time GitHub must have been asked for the branch's head so that its answer settles something; null where there is nothing to
 * settle. Once A holds, the answer confirms sooner than the next poll; where polls cannot tell whether a commit is wanted, it does.
 */
export function wantsBranchHead(memory: RolloutMemory, gitRepo: GitRepoRecord, alarm: Alarm): number | null {
  if (gitRepo.revision !== "" || memory.key === null || memory.key.commit === "") return null;
  const answeredMs = memory.branchHead?.askedMs ?? -Infinity;
  const isUnconfirmed = memory.appliedMs !== Infinity && memory.confirmedMs === Infinity;
  if (isUnconfirmed && answeredMs < memory.firstAppliedMs) return memory.firstAppliedMs;
  if (isWanted(memory, gitRepo)) return null;
  if (!isPollTooLate(gitRepo) && !mayBeLateWebhook(memory.key.commit, gitRepo)) return null;
  if (answeredMs < memory.startedMs) return memory.startedMs;
  const againMs = answeredMs + limits.branchHeadAgainMs;
  return alarm.passed(againMs) ? againMs : null;
}

/** Fleet ≤ 0.14 has no `lastWebhookTime`, and takes whatever commit a webhook names, however late it comes. */
function mayBeLateWebhook(commit: string, gitRepo: GitRepoRecord): boolean {
  return gitRepo.webhookCommit === commit && gitRepo.lastWebhookMs === 0;
}
