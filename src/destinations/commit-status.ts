import type { Outcome } from "../core/delivery/outcome.ts";
import { limits } from "../core/limits.ts";
import { templateContext } from "../core/message/event-document.ts";
import { renderUrl } from "../core/message/render-url.ts";
import type { CommitStatusConfig } from "../core/notification/rule.ts";
import { placeName } from "../core/notification/github/git-hub-types.ts";
import { cut } from "../core/template/cut.ts";
import type { StatusTemplateContext } from "../core/template/event-data.ts";
import { oneLine } from "../core/template/one-line.ts";
import { renderField } from "../core/template/render-field.ts";
import { TemplateError } from "../core/template/template-problem.ts";
import { wholeList } from "../github/whole-list.ts";
import { type CommitMark, type MarkPlace, markCommits, nothingShown, type Shown } from "./commit-marks.ts";
import { type StatusWrite, statusContext, statusWrites } from "./commit-status-writes.ts";
import type { Destination } from "./destination.ts";

/** Commit statuses (design §5). Which commits get which status, and when, is `markCommits`. */
export const commitStatus: Destination<CommitStatusConfig> = {
  type: "commitStatus",
  async apply(attempt, io, signal): Promise<Outcome> {
    const { message, stream, config, instance } = attempt;
    const place = placeName(config, message);
    if (place === "") return templateFailed("context", "makes no name");
    const context = templateContext(message, stream);
    const targetUrl = rendered("targetUrl", () => renderUrl(config, { source: config.targetUrl, context }));
    if (typeof targetUrl !== "string") return targetUrl;
    const writes: StatusWrite[] = [];
    for (const write of statusWrites(message, config)) {
      const description = rendered("description", () => describe(write, { config, stream }));
      if (typeof description !== "string") return description;
      writes.push({ ...write, description });
    }
    const mark = statusMark({ context: statusContext({ name: instance.name, place }), targetUrl });
    return await markCommits(mark, { attempt, io, writes }, signal);
  },
};

/** What the status says of the commit; a commit that shares what became of another one keeps our words. */
function describe(
  { about, state, description }: StatusWrite,
  { config, stream }: { config: CommitStatusConfig; stream: string },
): string {
  if (config.description === "" || about === null) return description;
  const context: StatusTemplateContext = { ...templateContext(about, stream), status: { state, description } };
  const text = renderField(config, { source: config.description, contentType: "text/plain", context });
  return cut(oneLine(text), limits.statusDescriptionMax);
}

function rendered(field: string, render: () => string): string | Outcome {
  try {
    return render();
  } catch (error) {
    if (error instanceof TemplateError) return templateFailed(field, `failed at ${error.message}`);
    throw error;
  }
}

function templateFailed(field: string, how: string): Outcome {
  return { kind: "park", code: "TemplateFailed", reason: `The template of commitStatus.${field} ${how}` };
}

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
