import type { GitRepoView } from "../fleet/inventory.ts";
import type { JobRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import type { RolloutMemory } from "./memory.ts";
import type { RolloutKey } from "./rollout.ts";

/**
 * Follows the Job that writes the rollout's bundles. Told in prose:
 *
 * It is **notSeen** until one with the rollout's commit shows up: then **unfinished**, and at its end **complete** or **failed**, which is
 * remembered when the Job is deleted (Fleet deletes successful ones at once; a failed one that somebody deletes is not made again, and on 0.13
 * nothing tells of it any more). An unfinished one that vanishes without an end is notSeen again. Another Job for the same commit (a
 * changed secret) starts over. `setJob` is the only setter.
 *
 * Returns "another" where a new Job took the place of one that was seen before.
 */
export function followJobs(memory: RolloutMemory, view: GitRepoView, now: number): "same" | "another" {
  const { job, key } = memory;
  if (key === null) return "same";
  const seenUid = job.uid;
  for (const ended of endedSince(view, job.endedCount)) if (isOf(ended, key)) setJob(memory, ended);
  job.endedCount = view.endedJobs.count;
  const present = presentJob(view, key.commit);
  if (present !== null) setJob(memory, present);
  else if (job.outcome === "unfinished") {
    job.outcome = "notSeen";
    job.missedPollMs = memory.polls.newestMs;
  }
  const { gitRepo } = view;
  if (job.outcome === "failed" && gitRepo.gitJobStatus === "Failed" && gitRepo.stalled?.status === "True") {
    // The Job's own text says only that its backoff limit was reached.
    job.message = gitRepo.stalled.message || job.message;
  }
  // Failed before this process looked: from Fleet's word alone, once it has stood for a while.
  if (job.outcome === "notSeen" && gitRepo.gitJobStatus === "Failed" && hasFailedLong(memory, now)) {
    job.outcome = "failed";
    job.message = gitRepo.stalled?.message ?? "";
  }
  return seenUid !== "" && job.uid !== seenUid ? "another" : "same";
}

function setJob(memory: RolloutMemory, { uid, outcome, message, completedMs }: JobRecord): void {
  const { job } = memory;
  if (job.uid === uid && job.outcome === outcome) return;
  if (outcome !== "failed") job.message = "";
  else if (job.message === "") job.message = message;
  job.uid = uid;
  job.outcome = outcome;
  job.completedMs = completedMs;
}

/** Fleet names a Job after its commit, so there is at most one; an older generation's that still runs or failed counts as well. */
function presentJob(view: GitRepoView, commit: string): JobRecord | null {
  let found: JobRecord | null = null;
  for (const job of view.jobs.values()) {
    if (job.commit !== commit) continue;
    if (found === null || found.outcome === "complete") found = job;
  }
  return found;
}

function endedSince({ endedJobs }: GitRepoView, count: number): readonly JobRecord[] {
  const news = Math.max(0, endedJobs.count - count);
  return news === 0 ? [] : endedJobs.recent.slice(-news);
}

function isOf(job: JobRecord, key: RolloutKey): boolean {
  return job.commit === key.commit && job.generation === key.generation && job.forceSyncGeneration === key.forceSyncGeneration;
}

function hasFailedLong({ waits }: RolloutMemory, now: number): boolean {
  return now - (waits.get("JobFailed") ?? Infinity) >= limits.jobFailedMs;
}
