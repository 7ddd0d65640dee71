import type { GitRepoView } from "../fleet/inventory.ts";
import type { GitRepoRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import { isApplied } from "./is-applied.ts";
import { isConfirmed } from "./is-confirmed.ts";
import { type BranchHead, type RolloutMemory, isSameKey } from "./memory.ts";
import { newStanding } from "./standing.ts";
import { appliedSubject, confirmedSubject } from "./subjects.ts";
import type { ReasonCode, RolloutKey } from "./rollout.ts";
import { followJobs } from "./track-jobs.ts";
import { followObjects } from "./track-objects.ts";

export { type BranchHead, type RolloutMemory, newMemory } from "./memory.ts";

/**
 * Takes what the view shows now into the memory. To be called after every change of the GitRepo's objects (one or a batch), and before
 * `judge`; costs O(what changed).
 *
 * A rollout **begins** when its key changes: what was known of the former one is forgotten, but for where each deploymentID stood. Then its
 * Job, its polls, its bundles and its clusters are **followed**; A first **applies**, and is **confirmed** by a poll that comes later.
 */
export function track(memory: RolloutMemory, view: GitRepoView, now: number): void {
  const { gitRepo } = view;
  followRefusal(memory, gitRepo, now);
  const key = keyOf(memory, gitRepo, now);
  const isNew = memory.key === null || !isSameKey(memory.key, key);
  if (isNew) begin(memory, key, now);
  const isShownByPoll = followPolls(memory, gitRepo, isNew);
  if (followJobs(memory, view, now) === "another") forgetApplied(memory);
  followObjects(memory, view, now);
  followApplied(memory, view, now);
  if (isShownByPoll && memory.polls.newestMs > memory.firstAppliedPollMs) memory.confirmedMs = Math.min(memory.confirmedMs, now);
  if (!memory.hasHeld) memory.hasHeld = holds(memory, view, now);
  memory.trackedMs = now;
}

/** Takes GitHub's answer to what `judge` asked for (`wantsBranchHeadAfterMs`). */
export function answerBranchHead(memory: RolloutMemory, head: BranchHead): void {
  if (memory.branchHead !== null && memory.branchHead.askedMs > head.askedMs) return;
  memory.branchHead = head;
  if (head.sha === memory.key?.commit && head.askedMs >= memory.firstAppliedMs) {
    memory.confirmedMs = Math.min(memory.confirmedMs, head.askedMs);
  }
}

function keyOf(memory: RolloutMemory, gitRepo: GitRepoRecord, now: number): RolloutKey {
  const { refused } = memory;
  const isRefused = refused !== null && now - refused.sinceMs >= limits.refusedMs;
  return {
    gitRepoUid: gitRepo.uid,
    commit: isRefused ? refused.commit : gitRepo.commit,
    generation: gitRepo.generation,
    forceSyncGeneration: gitRepo.forceSyncGeneration,
  };
}

/** What Fleet refuses (a restriction, a secret, a Job that cannot be made) is only in `pollingCommit` (fleet-facts §1.1, step 3). */
function followRefusal(memory: RolloutMemory, gitRepo: GitRepoRecord, now: number): void {
  const { pollingCommit, commit, accepted } = gitRepo;
  const isRefused = accepted?.status === "False" && pollingCommit !== "" && pollingCommit !== commit;
  if (!isRefused) memory.refused = null;
  else if (memory.refused?.commit !== pollingCommit) memory.refused = { commit: pollingCommit, sinceMs: now };
}

function begin(memory: RolloutMemory, key: RolloutKey, now: number): void {
  const hasBaseline = memory.version !== -1 && memory.deployments.size > 0;
  memory.key = key;
  memory.startedMs = now;
  memory.progressMs = now;
  // What moved under a name that was never deployed is brought by the next one that is.
  memory.isChanged = !hasBaseline || (memory.isChanged && !memory.hasHeld);
  memory.hasHeld = false;
  Object.assign(memory.job, { outcome: "notSeen", message: "", completedMs: 0, uid: "", missedPollMs: memory.polls.newestMs });
  memory.polls.later = 0;
  memory.branchHead = null;
  memory.waits.clear();
  memory.troubles = new Map();
  memory.countsMs = Infinity;
  memory.countsBrokenMs = Infinity;
  memory.appliedMs = Infinity;
  forgetApplied(memory);
  memory.bundles.clear();
  for (const [uid, { deploymentId }] of memory.deployments) memory.deployments.set(uid, newStanding(deploymentId, undefined));
  memory.version = -1;
}

/** A new Job for the same commit clones anew: what confirmed the former one does not confirm it. */
function forgetApplied(memory: RolloutMemory): void {
  memory.firstAppliedMs = Infinity;
  memory.firstAppliedPollMs = Infinity;
  memory.confirmedMs = Infinity;
}

/** True where a poll came since the last look and still shows the rollout's commit. */
function followPolls({ polls, key }: RolloutMemory, gitRepo: GitRepoRecord, isNew: boolean): boolean {
  const hasPolled = gitRepo.lastPollingMs > polls.newestMs;
  // The poll that brings another commit does not show this one; `pollingCommit` is absent on Fleet 0.13, and on 0.14 a webhook beats it.
  const bringsAnother = gitRepo.pollingCommit !== key?.commit && gitRepo.pollingCommit !== polls.pollingCommit;
  const denies = gitRepo.pollingCommit !== "" && gitRepo.pollingCommit !== key?.commit;
  polls.newestMs = Math.max(polls.newestMs, gitRepo.lastPollingMs);
  polls.pollingCommit = gitRepo.pollingCommit;
  if (isNew || !hasPolled) return false;
  if (!denies) polls.later += 1;
  return !bringsAnother;
}

function followApplied(memory: RolloutMemory, view: GitRepoView, now: number): void {
  const broken = isApplied(appliedSubject(memory, view, now), memory.rule.applied);
  const codes = new Set<ReasonCode>(broken.map((it) => it.code));
  for (const code of memory.waits.keys()) if (!codes.has(code)) memory.waits.delete(code);
  for (const code of codes) if (!memory.waits.has(code)) memory.waits.set(code, now);
  if (codes.size > 0) {
    memory.appliedMs = Infinity;
    return;
  }
  memory.appliedMs = Math.min(memory.appliedMs, now);
  if (memory.firstAppliedMs !== Infinity) return;
  memory.firstAppliedMs = now;
  memory.firstAppliedPollMs = Math.max(memory.polls.newestMs, memory.job.completedMs);
  memory.progressMs = now;
}

/** True where the whole rule holds for all clusters, but for the hold. */
function holds(memory: RolloutMemory, view: GitRepoView, now: number): boolean {
  if (memory.appliedMs === Infinity || memory.countsMs === Infinity || view.bundleDeployments.size === 0) return false;
  if (isConfirmed(confirmedSubject(memory, view.gitRepo, now), memory.rule.confirmed).length > 0) return false;
  for (const { code } of memory.bundles.values()) if (code !== null) return false;
  for (const { code } of memory.deployments.values()) if (code !== null) return false;
  return true;
}
