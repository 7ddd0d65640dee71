import { z } from "zod";
import { limits } from "../../limits.ts";
import type { StreamData } from "../../template/event-data.ts";
import { isTemplate } from "../../template/is-template.ts";
import { oneLine } from "../../template/one-line.ts";
import { renderField } from "../../template/render-field.ts";
import { statusShape, streamShape } from "../../template/shape.ts";
import { TemplateError } from "../../template/template-problem.ts";
import { text } from "../schema-parts.ts";
import { templateComplaints } from "../template-complaints.ts";
import { statusUrlSchema } from "../webhook-url-schema.ts";
import { gitHubEvents } from "../event-types.ts";
import { type CommitPlace, type GitHubType, groupContext, plainContext } from "./git-hub-type.ts";

export interface CommitStatusConfig {
  readonly type: "commitStatus";
  readonly pullRequestHeads: boolean;
  /** Of what there is one status: a GitRepo, or all those of a namespace that follow one branch of the repository. */
  readonly group: "gitRepo" | "repository";
  /** Under which name it stands on the commit, a template of `StreamData`; "" for `plainContext`. */
  readonly context: string;
  /** A template; "" for the texts of core/message/status-description.ts. */
  readonly description: string;
  /** Where the status leads, a template behind its host; "" for nowhere. */
  readonly targetUrl: string;
}

const schema = z
  .strictObject({
    context: text({
      max: limits.statusContextMax,
      // A name that was rendered is a template of itself (`written` below): no "{{" may come out of one.
      pattern: "^[^\\\\]*[^\\\\\\s][^\\\\]*$",
      code: "MissingField",
      allowed: "the name of a status, or a template of it. Write one without a backslash",
      complain: (value) => templateComplaints(value, { contentType: "text/plain", shape: streamShape })[0] ?? null,
    })
      .optional()
      .describe(
        "The status' name on the commit: a name or a template, of gitRepo.namespace, gitRepo.name and target.name alone. Default: fleet/<namespace>/<gitrepo>, for a group fleet/<namespace>@<branch>, and the target in brackets. SIGNALMAN_NAME goes before it.",
      ),
    description: text({
      max: limits.statusDescriptionSourceMax,
      pattern: "\\S",
      code: "MissingField",
      allowed: "a text, or a template of it",
      complain: (value) => templateComplaints(value, { contentType: "text/plain", shape: statusShape })[0] ?? null,
    })
      .optional()
      .describe(
        "What the status says: a template, cut to 140 characters. It sees status.state and status.description, the text by default, too. Commits that a later one replaced keep the texts by default.",
      ),
    group: z
      .enum(["gitRepo", "repository"])
      .optional()
      .describe(
        "repository makes one status for all GitRepos of the namespace that follow one branch of the repository: deployed when each of them is. Default gitRepo.",
      ),
    pullRequestHeads: z
      .boolean()
      .optional()
      .describe("Also put the final status on the head commits of the pull requests that came in with the commit. Default true."),
    targetUrl: statusUrlSchema
      .optional()
      .describe(
        "Where the status leads: http or https. Behind the host a template; what it inserts is percent-encoded. Default: nowhere.",
      ),
  })
  .describe("A commit status on the commit that is deployed.");

export const commitStatus: GitHubType<typeof schema, CommitStatusConfig> = {
  schema,
  config: ({ context = "", description = "", group = "gitRepo", pullRequestHeads = true, targetUrl = "" }) => {
    return { type: "commitStatus", context, description, group, pullRequestHeads, targetUrl };
  },
  onByDefault: gitHubEvents,
  manner: {
    marksCommits: true,
    marksInSteps: false,
    followsText: true,
    repeatsMessage: false,
    keepsRow: false,
    namesPullRequests: true,
  },
  place: { noun: "commit status", nameOf: contextOf, written: (context) => ({ context }) },
};

/** True where the context would be another one for each GitRepo of a group. */
export function namesGitRepo(context: string): boolean {
  const [one, other] = ["a", "b"].map((name) => {
    const gitRepo = { namespace: "n", name, branch: "", revision: "" };
    return contextOf({ ...commitStatus.config({ context }) }, { gitRepo, target: "t" });
  });
  return one !== other;
}

/** "" where the template does not render, makes nothing, or makes what would be a template itself. */
function contextOf(config: CommitStatusConfig, place: CommitPlace): string {
  if (config.context === "") return config.group === "repository" ? groupContext(place) : plainContext(place);
  if (!isTemplate(config.context)) return oneLine(config.context);
  const { namespace, name } = place.gitRepo;
  const context: StreamData = { gitRepo: { namespace, name }, target: { name: place.target } };
  try {
    const name = oneLine(renderField(config, { source: config.context, contentType: "text/plain", context }));
    return isTemplate(name) ? "" : name;
  } catch (error) {
    if (error instanceof TemplateError) return "";
    throw error;
  }
}
