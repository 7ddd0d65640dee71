import { z } from "zod";
import { limits } from "../../limits.ts";
import { gitHubMarkdown } from "../../template/escaping.ts";
import { commentShape } from "../../template/shape.ts";
import { text } from "../schema-parts.ts";
import { templateComplaints } from "../template-complaints.ts";
import { gitHubEvents } from "../event-types.ts";
import type { GitHubType } from "./git-hub-type.ts";

export interface PullRequestCommentConfig {
  readonly type: "pullRequestComment";
  /** A template in Markdown; "" for the table of core/message/comment.ts. */
  readonly body: string;
}

const schema = z
  .strictObject({
    body: text({
      max: limits.templateSourceMax,
      pattern: "\\S",
      code: "MissingField",
      allowed: "a text in Markdown, or a template of it",
      complain: (value) => templateComplaints(value, { contentType: gitHubMarkdown, shape: commentShape })[0] ?? null,
    })
      .optional()
      .describe(
        "What the comment says: a template in Markdown over pullRequest and rows, the same for all targets; what it inserts stays text. Default: a table of the rows, and the errors.",
      ),
  })
  .describe("One comment on each pull request that came in, kept up to date in place.");

export const pullRequestComment: GitHubType<typeof schema, PullRequestCommentConfig> = {
  schema,
  config: ({ body = "" }) => ({ type: "pullRequestComment", body }),
  onByDefault: gitHubEvents,
  manner: {
    marksCommits: false,
    marksInSteps: false,
    followsText: false,
    repeatsMessage: false,
    keepsRow: true,
    namesPullRequests: true,
  },
  place: null,
};
