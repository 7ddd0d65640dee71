import { hash } from "node:crypto";
import type { Outcome } from "../core/delivery/outcome.ts";
import { limits } from "../core/limits.ts";
import { checkRunPage } from "../core/message/check-run-page.ts";
import { escapeMarkdown } from "../core/template/escape-markdown.ts";
import type { CheckRunConfig } from "../core/notification/github/check-run.ts";
import { placeName } from "../core/notification/github/git-hub-types.ts";
import { wholeList } from "../github/whole-list.ts";
import { type CommitMark, type MarkPlace, markCommits, nothingShown, runningCommit, type Shown } from "./commit-marks.ts";
import { type StatusWrite, statusContext, statusWrites } from "./commit-status-writes.ts";
import type { Attempt, Destination, DestinationIo } from "./destination.ts";

/**
 * Check runs (design §5): what a commit status says, with a page about clusters and errors, created once for a commit and updated in place. Ours
 * is found by our App and its `external_id`. Never under the name of a status: a rule that requires the one would wait for both
 * (github-facts §1.2).
 */
export const checkRun: Destination<CheckRunConfig> = {
  type: "checkRun",
  async apply(attempt, io, signal): Promise<Outcome> {
    const writes = statusWrites(attempt.message, { pullRequestHeads: false });
    return await markCommits(checkRunMark(attempt, io), { attempt, io, writes }, signal);
  },
};

type Conclusion = "success" | "failure" | "cancelled";

/** `error` says that a commit was not deployed and never will be: nothing of it failed. */
const conclusions: Readonly<Record<Exclude<StatusWrite["state"], "pending">, Conclusion>> = {
  success: "success",
  failure: "failure",
  error: "cancelled",
};
const states: Readonly<Record<string, StatusWrite["state"]>> = { success: "success", failure: "failure", cancelled: "error" };

function checkRunMark({ message, stream, config, instance }: Attempt<CheckRunConfig>, io: DestinationIo): CommitMark {
  const name = statusContext({ name: instance.name, place: placeName(config, message) });
  const externalId = hash("sha256", [instance.cluster, instance.shard, stream].join("\n"), "base64url");
  const pageOf = ({ sha, description }: StatusWrite) => {
    return sha === runningCommit(message) ? checkRunPage(message) : escapeMarkdown(description);
  };
  return {
    slotOf: () => `check ${name}`,
    writesOnce: true,
    textOf: (write) => textOf({ state: write.state, title: write.description, summary: pageOf(write) }),
    ask: (place, { sha }) => askedFor(place, { sha, name, externalId, io }),
    async write({ octokit, repository, signal }, write, { id }) {
      const { state } = write;
      const content = {
        owner: repository.owner,
        repo: repository.name,
        ...(state === "pending"
          ? { status: "in_progress" as const }
          : { status: "completed" as const, conclusion: conclusions[state] }),
        output: { title: write.description, summary: pageOf(write) },
        request: { signal },
      };
      if (id !== 0) {
        await octokit.rest.checks.update({ ...content, check_run_id: id });
        return id;
      }
      const { data } = await octokit.rest.checks.create({ ...content, name, head_sha: write.sha, external_id: externalId });
      return data.id;
    },
  };
}

async function askedFor(
  { octokit, repository, signal }: MarkPlace,
  { sha, name, externalId, io }: { sha: string; name: string; externalId: string; io: DestinationIo },
): Promise<Shown> {
  const login = await io.botLogin(repository, signal);
  for (let page = 1; page <= limits.statusPagesMax; page += 1) {
    const { data } = await octokit.rest.checks.listForRef({
      owner: repository.owner,
      repo: repository.name,
      ref: sha,
      check_name: name,
      filter: "all",
      per_page: 100,
      page,
      request: { signal },
    });
    const runs = wholeList(data.check_runs);
    const ours = runs.find((it) => it.external_id === externalId && `${it.app?.slug}[bot]` === login);
    if (ours !== undefined) return { id: ours.id, text: textOf(readRun(ours)) };
    if (runs.length < 100) break;
  }
  return nothingShown;
}

interface RunText {
  readonly state: string;
  readonly title: string;
  readonly summary: string;
}

interface Run {
  readonly conclusion: string | null;
  readonly output: { readonly title: string | null; readonly summary: string | null };
}

function readRun({ conclusion, output }: Run): RunText {
  const state = conclusion === null ? "pending" : (states[conclusion] ?? "error");
  return { state, title: output.title ?? "", summary: output.summary ?? "" };
}

/** Pages are long: their hash is remembered. GitHub may give line ends and white space at the end back in another form. */
function textOf({ state, title, summary }: RunText): string {
  const page = summary.replaceAll("\r\n", "\n").trimEnd();
  return `${state} ${title}\n${hash("sha256", page, "base64url")}`;
}
