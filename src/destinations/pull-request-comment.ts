import type { Octokit } from "@octokit/rest";
import { hash } from "node:crypto";
import type { Outcome } from "../core/delivery/outcome.ts";
import { repositoryKey } from "../core/history/parse-repository.ts";
import type { PullRequest, Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import { commentMarker, hasCommentMarker } from "../core/message/comment-marker.ts";
import { renderComment } from "../core/message/comment-template.ts";
import type { EventType, PullRequestCommentConfig } from "../core/notification/rule.ts";
import { TemplateError } from "../core/template/template-problem.ts";
import { gitHubFailure } from "../github/failure.ts";
import { gitHubOutcome } from "../github/outcome.ts";
import { wholeList } from "../github/whole-list.ts";
import { notOnGitHub } from "./commit-marks.ts";
import type { Attempt, Destination, DestinationIo, SlotMemory } from "./destination.ts";
import { remarkOf } from "./remark.ts";

/**
 * One comment for each pull request that came in with a rollout (design §5) or went away with it, edited in place. It is found by author and marker over all pages
 * and never read as state: its rows come from the cursors. Created at an outcome; an edit notifies nobody.
 */
export const pullRequestComment: Destination<PullRequestCommentConfig> = {
  type: "pullRequestComment",
  async apply(attempt, io, signal): Promise<Outcome> {
    const { repository, message } = attempt;
    // Who may not ask GitHub for an outcome's pull requests is told of none: that is to be seen, and no comment that was not needed.
    const pullRequests = [...message.pullRequests, ...(message.arrivedPullRequests ?? [])];
    if (pullRequests.length === 0 && !outcomes.has(message.event)) return { kind: "delivered" };
    if (repository === null) return notOnGitHub(message.gitRepo.repo);
    const remarks: string[] = [];
    try {
      const octokit = await io.github(repository, signal);
      for (const pullRequest of pullRequests) {
        const { isClosed = false, ...outcome } = await put({ octokit, repository, pullRequest, attempt }, io, signal);
        if (outcome.kind === "delivered") continue;
        // A conversation that is locked or gone stays so; the others go on.
        if (!isClosed) return outcome;
        if (outcome.kind === "park" && outcome.code === "NotFound") await checkRepository({ octokit, repository, signal });
        remarks.push(`no comment on #${pullRequest.number}: ${outcome.reason}`);
      }
      return { kind: "delivered", ...remarkOf(remarks) };
    } catch (error) {
      return gitHubOutcome(error, { isWrite: false, now: io.now() });
    }
  },
};

const outcomes: ReadonlySet<EventType> = new Set<EventType>(["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"]);

interface Place {
  readonly octokit: Octokit;
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
  readonly attempt: Attempt<PullRequestCommentConfig>;
}

/** A slot's memory: the comment's id and a hash of what it shows. */
interface Known {
  readonly id: number;
  readonly hash: string;
}

async function put(place: Place, io: DestinationIo, signal: AbortSignal): Promise<Outcome & { readonly isClosed?: boolean }> {
  const { repository, pullRequest, attempt } = place;
  const { rule, instance } = attempt;
  const marker = commentMarker({ instance, notification: rule.notification, destination: rule.destination });
  const slot = `comment ${repositoryKey(repository)} ${pullRequest.number} ${marker}`;
  return await io.inSlot(slot, async (memory) => {
    const rows = io.rows(pullRequest);
    if (rows === null) {
      const notBeforeMs = io.now() + limits.askRetryMinMs;
      return { kind: "retry", reason: "which GitRepos have this pull request is being asked", notBeforeMs, endpointUntilMs: 0 };
    }
    const before = memory.get();
    const progress = { isWrite: false };
    try {
      const body = renderComment(attempt.config, { marker, rows, pullRequest });
      await bringAbout({ place, marker, body, memory, progress }, io, signal);
      return { kind: "delivered" };
    } catch (error) {
      if (error instanceof TemplateError) {
        const reason = `The template of pullRequestComment.body failed at ${error.message}`;
        return { kind: "park", code: "TemplateFailed", reason };
      }
      const outcome = gitHubOutcome(error, { isWrite: progress.isWrite, now: io.now() });
      if (outcome.kind !== "unknown") memory.set(before);
      return { ...outcome, isClosed: isConversationClosed(error, io.now()) };
    }
  });
}

interface Writing {
  readonly place: Place;
  readonly marker: string;
  readonly body: string;
  readonly memory: SlotMemory;
  /** `isWrite`: from now on an error leaves open what GitHub shows. */
  readonly progress: { isWrite: boolean };
}

async function bringAbout(writing: Writing, io: DestinationIo, signal: AbortSignal): Promise<void> {
  const { place, marker, body, memory, progress } = writing;
  const remembered = parseKnown(memory.get());
  if (remembered !== null && (await edit(writing, remembered, signal))) return;
  // Never written by this process, or somebody deleted it.
  const found = await find(place, { marker, io, signal });
  if (found !== null && (await edit(writing, found, signal))) return;
  if (!outcomes.has(place.attempt.message.event)) return;
  progress.isWrite = true;
  memory.set(null);
  const { data } = await place.octokit.rest.issues.createComment({
    owner: place.repository.owner,
    repo: place.repository.name,
    issue_number: place.pullRequest.number,
    body,
    request: { signal },
  });
  remember(memory, { id: data.id, body });
}

/** False where the comment is not there any more. */
async function edit({ place, body, memory, progress }: Writing, known: Known, signal: AbortSignal): Promise<boolean> {
  if (known.hash === hashOf(body)) {
    memory.set(JSON.stringify(known));
    return true;
  }
  progress.isWrite = true;
  memory.set(null);
  try {
    const { data } = await place.octokit.rest.issues.updateComment({
      owner: place.repository.owner,
      repo: place.repository.name,
      comment_id: known.id,
      body,
      request: { signal },
    });
    remember(memory, { id: data.id, body });
    return true;
  } catch (error) {
    if ((error as { status?: unknown } | null)?.status !== 404) throw error;
    progress.isWrite = false;
    return false;
  }
}

/** The answer of a write may be cut off: then it is known to be done, and nothing else. */
function remember(memory: SlotMemory, { id, body }: { id: unknown; body: string }): void {
  memory.set(typeof id === "number" ? JSON.stringify({ id, hash: hashOf(body) } satisfies Known) : null);
}

/** Throws where it is not the pull request that is "not found", but the repository: then nothing was said to anybody. */
async function checkRepository({ octokit, repository, signal }: Pick<Place, "octokit" | "repository"> & { signal: AbortSignal }) {
  await octokit.rest.repos.get({ owner: repository.owner, repo: repository.name, request: { signal } });
}

/** Ours is the first comment with the marker by our own login: others can plant the marker. All pages, at most `limits.commentPagesMax`. */
async function find(
  { octokit, repository, pullRequest }: Place,
  { marker, io, signal }: { marker: string; io: DestinationIo; signal: AbortSignal },
): Promise<Known | null> {
  const login = await io.botLogin(repository, signal);
  for (let page = 1; page <= limits.commentPagesMax; page += 1) {
    const { data } = await octokit.rest.issues.listComments({
      owner: repository.owner,
      repo: repository.name,
      issue_number: pullRequest.number,
      per_page: 100,
      page,
      request: { signal },
    });
    const ours = wholeList(data).find((it) => it.user?.login === login && hasCommentMarker(it.body ?? "", marker));
    if (ours !== undefined) return { id: ours.id, hash: hashOf(ours.body ?? "") };
    if (data.length < 100) return null;
  }
  return null;
}

/** Two bodies that differ in their times alone say the same. */
function hashOf(body: string): string {
  const timeless = body
    .replaceAll(/\| \d{4}-\d{2}-\d{2} \d{2}:\d{2} \|/g, "| |")
    .replaceAll("\r\n", "\n")
    .trimEnd();
  return hash("sha256", timeless, "base64url");
}

function parseKnown(text: string | null): Known | null {
  return text === null ? null : (JSON.parse(text) as Known);
}

/** Locked (403, in words), or the pull request is gone (404, 410): github-facts §1.4. A missing permission is a 403 too, in other words. */
function isConversationClosed(error: unknown, now: number): boolean {
  const failure = gitHubFailure(error, now);
  if (failure.kind !== "refused") return false;
  return failure.status === 404 || failure.status === 410 || (failure.status === 403 && /\blocked\b/i.test(failure.reason));
}
