import type { Outcome } from "../core/delivery/outcome.ts";
import { limits } from "../core/limits.ts";
import { templateContext } from "../core/message/event-document.ts";
import { renderUrl } from "../core/message/render-url.ts";
import type { CommitStatusConfig } from "../core/notification/rule.ts";
import { TemplateError } from "../core/template/template-problem.ts";
import { wholeList } from "../github/whole-list.ts";
import { type CommitMark, type MarkPlace, markCommits, nothingShown, type Shown } from "./commit-marks.ts";
import { statusContext } from "./commit-status-writes.ts";
import type { Destination } from "./destination.ts";

/** Commit statuses (design §5). Which commits get which status, and when, is `markCommits`. */
export const commitStatus: Destination<CommitStatusConfig> = {
  type: "commitStatus",
  async apply(attempt, io, signal): Promise<Outcome> {
    const { message, config, instance } = attempt;
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
    const context = statusContext({ name: instance.name, message });
    const { pullRequestHeads } = config;
    return await markCommits(statusMark({ context, targetUrl }), { attempt, io, pullRequestHeads }, signal);
  },
};

/** `targetUrl`: "" for none. */
function statusMark({ context, targetUrl }: { context: string; targetUrl: string }): CommitMark {
  return {
    slotOf: () => `status ${context}`,
    writesOnce: true,
    textOf: (write) => textOf({ ...write, targetUrl }),
    ask: (place, { sha }) => askedFor(place, { sha, context }),
    async write({ octokit, repository, signal }, { sha, state, description }) {
      await octokit.rest.repos.createCommitStatus({
        owner: repository.owner,
        repo: repository.name,
        sha,
        state,
        description,
        context,
        ...(targetUrl !== "" && { target_url: targetUrl }),
        request: { signal },
      });
      return 0;
    },
  };
}

async function askedFor(
  { octokit, repository, signal }: MarkPlace,
  { sha, context }: { sha: string; context: string },
): Promise<Shown> {
  for (let page = 1; page <= limits.statusPagesMax; page += 1) {
    const { data } = await octokit.rest.repos.listCommitStatusesForRef({
      owner: repository.owner,
      repo: repository.name,
      ref: sha,
      per_page: 100,
      page,
      request: { signal },
    });
    // Newest first (github-facts §1.1).
    const newest = wholeList(data).find((it) => it.context.toLowerCase() === context.toLowerCase());
    if (newest !== undefined) return { id: 0, text: textOf({ ...newest, targetUrl: newest.target_url }) };
    if (data.length < 100) break;
  }
  return nothingShown;
}

interface StatusText {
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
}

/** Two statuses of one text are one: its last line is where it leads. */
function textOf({ state, description, targetUrl }: StatusText): string {
  return `${state} ${description ?? ""}\n${targetUrl ?? ""}`;
}
