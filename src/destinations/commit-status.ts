import type { Octokit } from "@octokit/rest";
import type { Outcome } from "../core/delivery/outcome.ts";
import { repositoryKey } from "../core/history/parse-repository.ts";
import type { Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import { templateContext } from "../core/message/event-document.ts";
import { renderUrl } from "../core/message/render-url.ts";
import type { CommitStatusConfig } from "../core/notification/rule.ts";
import { TemplateError } from "../core/template/template-problem.ts";
import { gitHubFailure } from "../github/failure.ts";
import { gitHubOutcome } from "../github/outcome.ts";
import { wholeList } from "../github/whole-list.ts";
import { type StatusWrite, statusContext, statusWrites } from "./commit-status-writes.ts";
import type { Attempt, Destination, DestinationIo, SlotMemory } from "./destination.ts";
import { remarkOf } from "./remark.ts";

/**
 * Commit statuses (design §5). Which commits get which status is `statusWrites`; here each is made so, one write at a time in a slot
 * (repository, sha, context), and an unchanged one is never posted again: what was posted is remembered, and where it is not known (after a
 * restart, or an answer that was lost) GitHub is asked first.
 */
export const commitStatus: Destination<CommitStatusConfig> = {
  type: "commitStatus",
  async apply(attempt, io, signal): Promise<Outcome> {
    const { repository, message, config, instance } = attempt;
    if (repository === null) return notOnGitHub(message.gitRepo.repo);
    const writes = statusWrites(message, config);
    if (writes.length === 0) return { kind: "delivered" };
    let targetUrl: string;
    try {
      targetUrl = renderUrl(config, { source: config.targetUrl, context: templateContext(message, attempt.stream) });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return {
        kind: "park",
        code: "TemplateFailed",
        reason: `The template of commitStatus.targetUrl failed at ${error.message}`,
      };
    }
    try {
      const octokit = await io.github(repository, signal);
      const context = statusContext({ name: instance.name, message });
      return await putAll({ octokit, repository, context, targetUrl, attempt, writes }, io, signal);
    } catch (error) {
      return gitHubOutcome(error, { isWrite: false, now: io.now() });
    }
  },
};

interface Place {
  readonly octokit: Octokit;
  readonly repository: Repository;
  readonly context: string;
  /** "" for none. */
  readonly targetUrl: string;
  readonly attempt: Attempt<CommitStatusConfig>;
}

/** What came of one write; `isAboutCommit`: GitHub takes no status on this commit, which says nothing of the others. */
type Put = Outcome & { readonly isAboutCommit?: boolean };

/**
 * One after the other; the first that must be tried again ends the try, and the next one skips what is done. Other commits than the one that runs
 * (rebased heads, rewritten history) may be gone from GitHub: that holds up nothing, and is remarked.
 */
async function putAll(
  { writes, ...place }: Place & { readonly writes: readonly StatusWrite[] },
  io: DestinationIo,
  signal: AbortSignal,
): Promise<Outcome> {
  const { message } = place.attempt;
  const running = message.rolledBackTo || message.commit;
  const remarks: string[] = [];
  let ownOutcome: Outcome | null = null;
  for (const write of writes) {
    const { isAboutCommit = false, ...outcome } = await put(place, { write, io, signal });
    if (outcome.kind === "delivered") continue;
    if (!isAboutCommit) return outcome;
    // Where even the commit that runs is "not found" it may as well be the repository: no more such questions (github-facts §1.7).
    if (write.sha === running && outcome.kind === "park" && outcome.code === "NotFound") return outcome;
    if (write.sha === running) ownOutcome = outcome;
    else remarks.push(`not shown on ${write.sha.slice(0, 7)}: ${outcome.reason}`);
  }
  return ownOutcome ?? { kind: "delivered", ...remarkOf(remarks) };
}

interface Writing {
  readonly write: StatusWrite;
  readonly io: DestinationIo;
  readonly signal: AbortSignal;
}

async function put(place: Place, { write, io, signal }: Writing): Promise<Put> {
  const { octokit, repository, context, targetUrl } = place;
  const wanted = textOf({ ...write, targetUrl });
  const slot = `status ${repositoryKey(repository)} ${write.sha} ${context}`.toLowerCase();
  return await io.inSlot(slot, async (memory): Promise<Put> => {
    let shown = memory.get();
    let isWrite = false;
    try {
      shown ??= await askedFor(place, { write, memory, signal });
      if (isSettled({ over: write.over, wanted }, shown ?? nothingShown)) return { kind: "delivered" };
      isWrite = true;
      memory.set(null);
      await octokit.rest.repos.createCommitStatus({
        owner: repository.owner,
        repo: repository.name,
        sha: write.sha,
        state: write.state,
        description: write.description,
        context,
        ...(targetUrl !== "" && { target_url: targetUrl }),
        request: { signal },
      });
      memory.set(wanted);
      return { kind: "delivered" };
    } catch (error) {
      const outcome = gitHubOutcome(error, { isWrite, now: io.now() });
      if (outcome.kind !== "unknown") memory.set(shown);
      return ofThisCommit(error, outcome, { attempt: place.attempt, now: io.now() });
    }
  });
}

/** What a slot's memory says of a commit without a status in our context. */
const nothingShown = "";

function isSettled({ over, wanted }: Pick<StatusWrite, "over"> & { wanted: string }, shown: string): boolean {
  if (shown === wanted) return true;
  const isPending = shown.startsWith("pending ");
  switch (over) {
    case "anything":
      return false;
    case "unlessFinal":
      return shown !== nothingShown && !isPending;
    case "unlessSuccess":
      return shown.startsWith("success ");
    case "pending":
      return !isPending;
  }
}

/** What GitHub shows in the slot; null, unasked, for a commit of which nothing can have been told before this message. */
async function askedFor(
  { octokit, repository, context, attempt }: Place,
  { write, memory, signal }: { write: StatusWrite; memory: SlotMemory; signal: AbortSignal },
): Promise<string | null> {
  const { message, verify } = attempt;
  const isFresh = write.sha === message.commit && !verify && message.relation === "ahead" && message.epoch === 0;
  if (isFresh) return null;
  for (let page = 1; page <= limits.statusPagesMax; page += 1) {
    const { data } = await octokit.rest.repos.listCommitStatusesForRef({
      owner: repository.owner,
      repo: repository.name,
      ref: write.sha,
      per_page: 100,
      page,
      request: { signal },
    });
    // Newest first (github-facts §1.1).
    const newest = wholeList(data).find((it) => it.context.toLowerCase() === context.toLowerCase());
    if (newest !== undefined || data.length < 100) {
      const text = newest === undefined ? nothingShown : textOf({ ...newest, targetUrl: newest.target_url });
      memory.set(text);
      return text;
    }
  }
  return nothingShown;
}

/**
 * GitHub's API may not know a commit yet that Fleet knows already: for a while that is waited for (design §7). 404 is what some endpoints answer
 * instead of 422 for a commit; on a commit that has its 1000 statuses nothing more can be shown (github-facts §1.1).
 */
function ofThisCommit(
  error: unknown,
  outcome: Outcome,
  { attempt, now }: { attempt: Attempt<CommitStatusConfig>; now: number },
): Put {
  const failure = gitHubFailure(error, now);
  if (failure.kind !== "refused" || outcome.kind !== "park") return outcome;
  const isUnknown = failure.status === 422 && /no commit found/i.test(failure.reason);
  const isFull = failure.status === 422 && /maximum number of statuses/i.test(failure.reason);
  if (!isUnknown && !isFull && failure.status !== 404) return outcome;
  const isYoung = now - attempt.message.createdMs < limits.commitUnknownForNowMs;
  if (!isUnknown || !isYoung) return { ...outcome, isAboutCommit: true };
  const notBeforeMs = now + limits.askUnknownCommitMs;
  return { kind: "retry", reason: outcome.reason, notBeforeMs, endpointUntilMs: 0, isAboutCommit: true };
}

interface Shown {
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
}

/** Two statuses of one text are one: its last line is where it leads. */
function textOf({ state, description, targetUrl }: Shown): string {
  return `${state} ${description ?? ""}\n${targetUrl ?? ""}`;
}

export function notOnGitHub(repo: string): Outcome {
  return { kind: "park", code: "NotOnGitHub", reason: `"${repo.slice(0, 200)}" names no repository on a GitHub host` };
}
