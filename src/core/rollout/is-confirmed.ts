import type { GitRepoRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import { type Broken, type Clause, allBroken, broken } from "./clause.ts";

export interface ConfirmedSubject {
  readonly gitRepo: GitRepoRecord;
  readonly commit: string;
  /** Since when it is known that the branch's head was still the commit after A first held; Infinity where it is not known. */
  readonly confirmedMs: number;
  /** GitHub said after A first held that another commit is the branch's head, and Fleet may be about to follow. */
  readonly isHeadMoved: boolean;
}

/**
 * A confirmed: the Job clones the branch's head and not the commit that it is named after, so what was deployed is that commit only if the
 * head was still the commit afterwards (fleet-facts §1.3).
 */
export const confirmedClauses: readonly Clause<ConfirmedSubject>[] = [
  {
    // What is cloned by its SHA needs no confirmation.
    name: "poll",
    broken: ({ gitRepo, confirmedMs }) =>
      confirmedMs !== Infinity || isPollTooLate(gitRepo) || isSha(gitRepo.revision) ? null : broken("AwaitingPoll"),
  },
  {
    name: "branchHead",
    broken: ({ confirmedMs, isHeadMoved }) => (confirmedMs === Infinity && isHeadMoved ? broken("AwaitingBranchHead") : null),
  },
  {
    // The label is the revision, the content the branch's head, for ever.
    name: "branchAndRevision",
    broken: ({ gitRepo }) => (gitRepo.branch !== "" && gitRepo.revision !== "" ? broken("BranchAndRevision") : null),
  },
  {
    // A revision that was just changed can get a Job under the old commit's name first (fleet-facts §1.5); the next poll ends that.
    name: "revision",
    broken: ({ gitRepo, commit }) => (isSha(gitRepo.revision) && gitRepo.revision !== commit ? broken("AwaitingPoll") : null),
  },
];

/** What keeps an applied commit from being confirmed; empty where nothing does. */
export function isConfirmed(subject: ConfirmedSubject, clauses = confirmedClauses): readonly Broken[] {
  return allBroken(clauses, subject);
}

/** With polling off, or every hour as a webhook sets it, a confirming poll would never come in time: there only the hold helps. */
export function isPollTooLate({ pollingDisabled, pollingIntervalMs }: GitRepoRecord): boolean {
  return pollingDisabled || pollingIntervalMs > limits.confirmingPollMaxMs;
}

/** Fleet takes 40 or 64 hex digits for a commit without asking the remote (fleet-facts §1.4). */
export function isSha(revision: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision);
}
