import type { Octokit } from "@octokit/rest";
import type { Outcome } from "../core/delivery/outcome.ts";
import type { Repository } from "../core/history/relation.ts";
import { repositoryKey } from "../core/history/parse-repository.ts";
import { limits } from "../core/limits.ts";
import type { CommitStatusConfig } from "../core/notification/rule.ts";
import { gitHubOutcome } from "../github/outcome.ts";
import { type StatusWrite, statusContext, statusWrites } from "./commit-status-writes.ts";
import type { Attempt, Destination, DestinationIo, SlotMemory } from "./destination.ts";

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
    const context = statusContext({ name: instance.name, message });
    const writes = statusWrites(message, config);
    if (writes.length === 0) return { kind: "delivered" };
    let outcome: Outcome = { kind: "delivered" };
    try {
      const octokit = await io.github(repository, signal);
      for (const write of writes) {
        const came = await put({ octokit, repository, write, context, attempt }, io, signal);
        // A head commit that was rebased away, or a commit that GitHub forgot, holds up nothing else.
        if (came.kind === "park" && write.sha !== message.commit) continue;
        outcome = came;
        if (came.kind !== "delivered") return came;
      }
    } catch (error) {
      return gitHubOutcome(error, { isWrite: false, now: io.now() });
    }
    return outcome;
  },
};

interface Put {
  readonly octokit: Octokit;
  readonly repository: Repository;
  readonly write: StatusWrite;
  readonly context: string;
  readonly attempt: Attempt<CommitStatusConfig>;
}

async function put(
  { octokit, repository, write, context, attempt }: Put,
  io: DestinationIo,
  signal: AbortSignal,
): Promise<Outcome> {
  const slot = `status ${repositoryKey(repository)} ${write.sha} ${context.toLowerCase()}`;
  return await io.inSlot(slot, async (memory) => {
    const shown = memory.get() ?? (await askedFor({ octokit, repository, write, context, attempt }, memory, signal));
    if (shown === textOf(write) || (write.yields && isFinal(shown))) return { kind: "delivered" };
    try {
      memory.set(null);
      await octokit.rest.repos.createCommitStatus({
        owner: repository.owner,
        repo: repository.name,
        sha: write.sha,
        state: write.state,
        description: write.description,
        context,
        request: { signal },
      });
      memory.set(textOf(write));
      return { kind: "delivered" };
    } catch (error) {
      return gitHubOutcome(error, { isWrite: true, now: io.now() });
    }
  });
}

/** What GitHub shows in the slot: asked where we may have written there before this process, or before an answer was lost. */
async function askedFor(
  { octokit, repository, write, context, attempt }: Put,
  memory: SlotMemory,
  signal: AbortSignal,
): Promise<string | null> {
  const isFresh = write.sha === attempt.message.commit && !attempt.verify && attempt.message.relation !== "same";
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
    const newest = data.find((it) => it.context.toLowerCase() === context.toLowerCase());
    if (newest !== undefined) {
      const text = `${newest.state} ${newest.description ?? ""}`;
      memory.set(text);
      return text;
    }
    if (data.length < 100) return null;
  }
  return null;
}

function textOf({ state, description }: StatusWrite): string {
  return `${state} ${description}`;
}

/** A final word of ours: a commit's own failure and its deployment are not taken back by "replaced" or "waiting". */
function isFinal(shown: string | null): boolean {
  return shown !== null && !shown.startsWith("pending ");
}

export function notOnGitHub(repo: string): Outcome {
  return { kind: "park", code: "NotOnGitHub", reason: `"${repo.slice(0, 200)}" names no repository on a GitHub host` };
}
