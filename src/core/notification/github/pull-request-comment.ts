import { z } from "zod";
import { gitHubEvents } from "../event-types.ts";
import type { GitHubType } from "./git-hub-type.ts";

export interface PullRequestCommentConfig {
  readonly type: "pullRequestComment";
}

const schema = z.strictObject({}).describe("One comment on each pull request that came in, kept up to date in place.");

export const pullRequestComment: GitHubType<typeof schema, PullRequestCommentConfig> = {
  schema,
  config: () => ({ type: "pullRequestComment" }),
  onByDefault: gitHubEvents,
  manner: { marksCommits: false, followsText: false, repeatsMessage: false, keepsRow: true, namesPullRequests: true },
  place: null,
};
