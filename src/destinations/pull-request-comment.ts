import type { Octokit } from "@octokit/rest";
import { createHash } from "node:crypto";
import type { Outcome } from "../core/delivery/outcome.ts";
import { repositoryKey } from "../core/history/parse-repository.ts";
import type { PullRequest, Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import { commentMarker, hasCommentMarker } from "../core/message/comment-marker.ts";
import { commentBody } from "../core/message/comment.ts";
import type { PullRequestCommentConfig } from "../core/notification/rule.ts";
import { gitHubOutcome } from "../github/outcome.ts";
import { notOnGitHub } from "./commit-status.ts";
import type { Attempt, Destination, DestinationIo } from "./destination.ts";

/**
 * One comment for each pull request that came in with a rollout (design §5), edited in place. It is found by author and marker over all pages
 * and never read as state: its rows come from the cursors. Created at an outcome; an edit notifies nobody.
 */
export const pullRequestComment: Destination<PullRequestCommentConfig> = {
  type: "pullRequestComment",
  async apply(attempt, io, signal): Promise<Outcome> {
    const { repository, message } = attempt;
    if (message.pullRequests.length === 0) return { kind: "delivered" };
    if (repository === null) return notOnGitHub(message.gitRepo.repo);
    try {
      const octokit = await io.github(repository, signal);
      for (const pullRequest of message.pullRequests) {
        const outcome = await put({ octokit, repository, pullRequest, attempt }, io, signal);
        // A conversation that is locked or gone (403, 404, 410) stays so; the other pull requests go on.
        if (outcome.kind === "park" && outcome.code !== "Unauthorized" && message.pullRequests.length > 1) continue;
        if (outcome.kind !== "delivered") return isClosed(outcome) ? { kind: "delivered" } : outcome;
      }
      return { kind: "delivered" };
    } catch (error) {
      return gitHubOutcome(error, { isWrite: false, now: io.now() });
    }
  },
};

interface Put {
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

async function put({ octokit, repository, pullRequest, attempt }: Put, io: DestinationIo, signal: AbortSignal): Promise<Outcome> {
  const { rule, instance } = attempt;
  const marker = commentMarker({ instance, notification: rule.notification, destination: rule.destination });
  const slot = `comment ${repositoryKey(repository)} ${pullRequest.number} ${marker}`;
  const where = { owner: repository.owner, repo: repository.name, request: { signal } };
  return await io.inSlot(slot, async (memory) => {
    let isWrite = false;
    try {
      const body = commentBody({ marker, rows: io.rows(pullRequest) });
      const remembered = memory.get();
      const known: Known | null =
        remembered === null
          ? await find({ octokit, repository, pullRequest, attempt }, { marker, io, signal })
          : parseKnown(remembered);
      if (known?.hash === hashOf(body)) return { kind: "delivered" };
      isWrite = true;
      memory.set(null);
      const { data } =
        known === null
          ? await octokit.rest.issues.createComment({ ...where, issue_number: pullRequest.number, body })
          : await octokit.rest.issues.updateComment({ ...where, comment_id: known.id, body });
      memory.set(JSON.stringify({ id: data.id, hash: hashOf(body) } satisfies Known));
      return { kind: "delivered" };
    } catch (error) {
      return gitHubOutcome(error, { isWrite, now: io.now() });
    }
  });
}

/** Ours is the first comment with the marker by our own login: others can plant the marker. All pages, at most `limits.commentPagesMax`. */
async function find(
  { octokit, repository, pullRequest }: Put,
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
    const ours = data.find((it) => it.user?.login === login && hasCommentMarker(it.body ?? "", marker));
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
  return createHash("sha256").update(timeless).digest("base64url");
}

function parseKnown(text: string): Known {
  return JSON.parse(text) as Known;
}

function isClosed(outcome: Outcome): boolean {
  return outcome.kind === "park" && (outcome.code === "Gone" || outcome.code === "NotFound" || outcome.code === "Refused");
}
