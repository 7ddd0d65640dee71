import type { Octokit } from "@octokit/rest";
import type { Outcome } from "../core/delivery/outcome.ts";
import { repositoryKey } from "../core/history/parse-repository.ts";
import type { Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import type { Message } from "../core/message/message.ts";
import { gitHubFailure } from "../github/failure.ts";
import { gitHubOutcome } from "../github/outcome.ts";
import type { StatusWrite } from "./commit-status-writes.ts";
import type { Attempt, DestinationIo } from "./destination.ts";
import { remarkOf } from "./remark.ts";

/** What is shown on a commit: a text that is equal where nothing needs to be written; it begins with `pending `, `success `, `failure ` or `error `. */
export interface Shown {
  /** Where it is updated in place; 0 where it is not. */
  readonly id: number;
  readonly text: string;
}

export interface MarkPlace {
  readonly octokit: Octokit;
  readonly repository: Repository;
  readonly signal: AbortSignal;
}

/** A way of showing a commit's state on GitHub. What is shown where, and in which order, is the same for all of them (`markCommits`). */
export interface CommitMark {
  /** "status", and what else tells one mark on a commit from another. */
  slotOf(write: StatusWrite): string;
  /** False where a write takes several requests: after one that failed nothing is known of what is there. */
  readonly writesOnce: boolean;
  /** What GitHub would show. */
  textOf(write: StatusWrite): string;
  /** What GitHub shows on the commit; `nothingShown` where nothing. Asks over all pages. */
  ask(place: MarkPlace, write: StatusWrite): Promise<Shown>;
  /** Writes it, over what is shown, and returns the id of what is updated in place. */
  write(place: MarkPlace, write: StatusWrite, shown: Shown): Promise<number>;
}

/** A commit without a mark of ours. */
export const nothingShown: Shown = { id: 0, text: "" };

/**
 * Marks commits as a message asks for (`writes`, see `statusWrites`), one write at a time in a slot (repository, sha, mark), and never the same twice: what was
 * written is remembered, and where it is not known (after a restart, or an answer that was lost) GitHub is asked first.
 *
 * One after the other; the first that must be tried again ends the try, and the next one skips what is done. Other commits than the one that runs
 * (rebased heads, rewritten history) may be gone from GitHub: that holds up nothing, and is remarked.
 */
export async function markCommits(mark: CommitMark, marking: Marking, signal: AbortSignal): Promise<Outcome> {
  const { attempt, io, writes } = marking;
  const { repository, message } = attempt;
  if (repository === null) return notOnGitHub(message.gitRepo.repo);
  if (writes.length === 0) return { kind: "delivered" };
  try {
    const octokit = await io.github(repository, signal);
    return await putAll({ mark, octokit, repository, marking, signal });
  } catch (error) {
    return gitHubOutcome(error, { isWrite: false, now: io.now() });
  }
}

export interface Marking {
  readonly attempt: Attempt;
  readonly io: DestinationIo;
  readonly writes: readonly StatusWrite[];
}

interface Place extends MarkPlace {
  readonly mark: CommitMark;
  readonly marking: Marking;
}

/** What came of one write; `isAboutCommit`: GitHub takes no mark on this commit, which says nothing of the others. */
type Put = Outcome & { readonly isAboutCommit?: boolean };

async function putAll(place: Place): Promise<Outcome> {
  const running = runningCommit(place.marking.attempt.message);
  const remarks: string[] = [];
  let ownOutcome: Outcome | null = null;
  for (const write of place.marking.writes) {
    const { isAboutCommit = false, ...outcome } = await put(place, write);
    if (outcome.kind === "delivered") continue;
    if (!isAboutCommit) return outcome;
    // Where even the commit that runs is "not found" it may as well be the repository: no more such questions (github-facts §1.7).
    if (write.sha === running && outcome.kind === "park" && outcome.code === "NotFound") return outcome;
    if (write.sha === running) ownOutcome = outcome;
    else remarks.push(`not shown on ${write.sha.slice(0, 7)}: ${outcome.reason}`);
  }
  return ownOutcome ?? { kind: "delivered", ...remarkOf(remarks) };
}

/** The commit that a message says is running, or on its way. */
export function runningCommit({ rolledBackTo, commit }: Message): string {
  return rolledBackTo || commit;
}

async function put(place: Place, write: StatusWrite): Promise<Put> {
  const { mark, repository, marking } = place;
  const { io, attempt } = marking;
  const wanted = mark.textOf(write);
  const slot = `${mark.slotOf(write)} ${repositoryKey(repository)} ${write.sha}`.toLowerCase();
  return await io.inSlot(slot, async (memory): Promise<Put> => {
    const remembered = memory.get();
    let shown = parseShown(remembered);
    let isWrite = false;
    try {
      if (shown === null && !(remembered === null && isFresh(attempt, write))) {
        shown = await mark.ask(place, write);
        memory.set(JSON.stringify(shown));
      }
      if (isSettled({ over: write.over, wanted }, (shown ?? nothingShown).text)) return { kind: "delivered" };
      isWrite = true;
      memory.set(writing);
      const id = await mark.write(place, write, shown ?? nothingShown);
      memory.set(JSON.stringify({ id, text: wanted } satisfies Shown));
      return { kind: "delivered" };
    } catch (error) {
      const outcome = gitHubOutcome(error, { isWrite, now: io.now() });
      const isKnown = outcome.kind !== "unknown" && (!isWrite || mark.writesOnce) && shown !== null;
      memory.set(isKnown ? JSON.stringify(shown) : writing);
      return ofThisCommit(error, outcome, { message: attempt.message, now: io.now() });
    }
  });
}

/** A slot's memory from the beginning of a write until it is known what came of it. */
const writing = JSON.stringify(null);

function parseShown(text: string | null): Shown | null {
  return text === null ? null : (JSON.parse(text) as Shown);
}

/** True for a commit of which nothing can have been told before this message. */
function isFresh({ message, verify }: Attempt, { sha }: StatusWrite): boolean {
  return sha === message.commit && !verify && message.relation === "ahead" && message.epoch === 0;
}

function isSettled({ over, wanted }: Pick<StatusWrite, "over"> & { wanted: string }, shown: string): boolean {
  if (shown === wanted) return true;
  const isPending = shown.startsWith("pending ");
  switch (over) {
    case "anything":
      return false;
    case "unlessFinal":
      return shown !== nothingShown.text && !isPending;
    case "unlessSuccess":
      return shown.startsWith("success ");
    case "pending":
      return !isPending;
  }
}

/**
 * GitHub's API may not know a commit yet that Fleet knows already: for a while that is waited for (design §7). 404 is what some endpoints answer
 * instead of 422 for a commit; on a commit that has its 1000 statuses nothing more can be shown (github-facts §1.1).
 */
function ofThisCommit(error: unknown, outcome: Outcome, { message, now }: { message: Message; now: number }): Put {
  const failure = gitHubFailure(error, now);
  if (failure.kind !== "refused" || outcome.kind !== "park") return outcome;
  const isUnknown = failure.status === 422 && /no commit found|no ref found/i.test(failure.reason);
  const isFull = failure.status === 422 && /maximum number of statuses/i.test(failure.reason);
  if (!isUnknown && !isFull && failure.status !== 404) return outcome;
  const isYoung = now - message.createdMs < limits.commitUnknownForNowMs;
  if (!isUnknown || !isYoung) return { ...outcome, isAboutCommit: true };
  const notBeforeMs = now + limits.askUnknownCommitMs;
  return { kind: "retry", reason: outcome.reason, notBeforeMs, endpointUntilMs: 0, isAboutCommit: true };
}

export function notOnGitHub(repo: string): Outcome {
  return { kind: "park", code: "NotOnGitHub", reason: `"${repo.slice(0, 200)}" names no repository on a GitHub host` };
}
