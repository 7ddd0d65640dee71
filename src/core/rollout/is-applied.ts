import type { GitRepoRecord } from "../fleet/record.ts";
import { type Broken, type Clause, allBroken, broken } from "./clause.ts";

/** What has become of the Job that writes the commit's bundles, as far as it was seen. */
export type JobOutcome = "notSeen" | "unfinished" | "complete" | "failed";

export interface AppliedSubject {
  readonly gitRepo: GitRepoRecord;
  /** The rollout's commit. */
  readonly commit: string;
  readonly jobOutcome: JobOutcome;
  /** What is known of a failed Job. */
  readonly jobMessage: string;
  /** True where there are bundles, all have the commit as label, and a poll came after the rollout began: stands for a Job that was missed. */
  readonly isAppliedWithoutJob: boolean;
}

/**
 * A: the commit's bundles are in the API (fleet-facts §1.3). The GitRepo alone does not tell (§1.2, W1: `Ready` and `gitJobStatus` say nothing
 * while the Job runs), so the Job must have been seen to complete. A Job that was missed (a restart, a gap in the watch) is made up for by
 * a later poll and the bundles' labels; never one that was seen to fail, since on Fleet 0.13 a deleted failed Job leaves no trace (§1.3).
 */
export const appliedClauses: readonly Clause<AppliedSubject>[] = [
  {
    name: "commit",
    broken: ({ gitRepo, commit }) => {
      if (commit === "") return broken("NoCommit", gitRepo.gitPolling?.status === "False" ? gitRepo.gitPolling.message : "");
      return gitRepo.commit === commit ? null : broken("NotAccepted", gitRepo.accepted?.message ?? "");
    },
  },
  {
    name: "accepted",
    broken: ({ gitRepo }) => (gitRepo.accepted?.status === "False" ? broken("NotAccepted", gitRepo.accepted.message) : null),
  },
  {
    name: "observedGeneration",
    broken: ({ gitRepo }) => (gitRepo.observedGeneration === gitRepo.generation ? null : broken("GenerationNotObserved")),
  },
  {
    name: "updateGeneration",
    broken: ({ gitRepo }) => (gitRepo.updateGeneration === gitRepo.forceSyncGeneration ? null : broken("ForceSyncNotObserved")),
  },
  {
    name: "job",
    broken: ({ jobOutcome, jobMessage, isAppliedWithoutJob }) => {
      if (jobOutcome === "failed") return broken("JobFailed", jobMessage);
      if (jobOutcome === "unfinished") return broken("JobUnfinished");
      return jobOutcome === "complete" || isAppliedWithoutJob ? null : broken("JobNotSeen");
    },
  },
  {
    name: "gitJobStatus",
    broken: ({ gitRepo, jobMessage }) =>
      gitRepo.gitJobStatus === "Failed" ? broken("JobFailed", gitRepo.stalled?.message || jobMessage) : null,
  },
  {
    // Also after a failed poll, until Fleet's next reconcile (fleet-facts §2.2): then the Job has not failed.
    name: "stalled",
    broken: ({ gitRepo }) => (gitRepo.stalled?.status === "True" ? broken("Stalled", gitRepo.stalled.message) : null),
  },
];

/** What of A does not hold; empty where the commit's bundles are in the API. */
export function isApplied(subject: AppliedSubject, clauses = appliedClauses): readonly Broken[] {
  return allBroken(clauses, subject);
}
