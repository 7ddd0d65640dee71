import { limits } from "../limits.ts";
import type { GitRepoRecord } from "../fleet/record.ts";
import { type Clause, type RuleContext, unmet } from "./context.ts";

/** Texts of `Accepted=False` that Fleet mends by itself within a second (fleet-facts §1.6). */
const passing = [/^jobs\.batch ".*" not found$/, /debounc/i];

/**
 * Rule A (fleet-facts §1.3): the commit's bundles are in the API. The clauses that look at Fleet's objects; that the tree which was applied
 * is the commit's own is confirmed afterwards (`confirmed`).
 */
export const appliedClauses: readonly Clause<GitRepoRecord>[] = [
  {
    name: "branch and revision are not both set",
    // The label is the revision, the content is the branch's HEAD, for ever.
    unmet: (gitRepo) => (gitRepo.branch !== "" && gitRepo.revision !== "" ? unmet("BranchAndRevision") : null),
  },
  {
    name: "a commit is known",
    unmet: (gitRepo) => (gitRepo.commit === "" ? unmet("NoCommit", gitRepo.gitPolling?.message) : null),
  },
  {
    name: "observedGeneration is the generation",
    unmet: (gitRepo) => (gitRepo.observedGeneration === gitRepo.generation ? null : unmet("GenerationNotObserved")),
  },
  {
    name: "updateGeneration is forceSyncGeneration",
    unmet: (gitRepo) => (gitRepo.updateGeneration === gitRepo.forceSyncGeneration ? null : unmet("ForceSyncNotObserved")),
  },
  {
    name: "no Job of the commit is unfinished or failed",
    unmet(_, { view, key }) {
      const jobs = view.jobs.filter((it) => it.commit === key.commit);
      const failed = jobs.find((it) => it.outcome === "failed");
      if (failed !== undefined) return unmet("JobFailed", failed.message);
      return jobs.some((it) => it.outcome === "unfinished") ? unmet("JobUnfinished") : null;
    },
  },
  {
    name: "the Job was seen Complete, or time has shown it",
    unmet: (_, context) => (isJobSettled(context) ? null : unmet("JobNotSeen")),
  },
  {
    name: "gitJobStatus is not Failed",
    unmet: (gitRepo) => (gitRepo.gitJobStatus === "Failed" ? unmet("JobFailed", gitRepo.stalled?.message) : null),
  },
  {
    name: "no failure of the Job is remembered",
    unmet: (_, { memory }) => (memory.jobFailedSinceMs === Infinity ? null : unmet("JobFailed", memory.jobFailure)),
  },
  {
    name: "Stalled is not True",
    unmet: ({ stalled }) => (stalled?.status === "True" ? unmet("Stalled", stalled.message) : null),
  },
  {
    name: "Accepted is not False",
    unmet: ({ accepted }) => (accepted?.status === "False" ? unmet("NotAccepted", accepted.message) : null),
  },
];

/** True for a refusal that Fleet takes back by itself. */
export function isPassingRefusal(message: string): boolean {
  return passing.some((it) => it.test(message));
}

/**
 * The Job comes over another watch than the GitRepo's status, up to 283 ms later (fleet-facts §1.6): where it was not seen Complete, a poll
 * since then must have shown the commit, or some seconds must have passed.
 */
function isJobSettled({ memory, now }: RuleContext): boolean {
  return memory.isJobSeenComplete || memory.pollsOfCommit > 0 || now - memory.startedMs >= limits.jobUnseenMs;
}

/** True where polls come often enough to confirm a commit in time (fleet-facts §1.3). */
export function isPolled(gitRepo: GitRepoRecord): boolean {
  return !gitRepo.pollingDisabled && gitRepo.pollingIntervalMs <= limits.confirmingPollMaxMs;
}

/**
 * The Job clones the branch's HEAD and not X: only a poll after A held, or GitHub's branch head asked after that, shows that HEAD had not moved
 * under it. Where polls are rare and GitHub was not asked, only the hold helps.
 */
export const confirmedClause: Clause<GitRepoRecord> = {
  name: "a later poll, or the branch's head, still shows the commit",
  unmet(gitRepo, { memory, key }) {
    if (memory.isConfirmed) return null;
    const { branchHead } = memory;
    const isHeadElsewhere = branchHead !== null && branchHead.askedMs >= memory.appliedSinceMs && branchHead.sha !== key.commit;
    if (isPolled(gitRepo)) return unmet("AwaitingPoll");
    return isHeadElsewhere ? unmet("AwaitingBranchHead") : null;
  },
};
