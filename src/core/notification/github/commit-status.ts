import { z } from "zod";
import { statusUrlSchema } from "../webhook-url-schema.ts";
import { gitHubEvents } from "../event-types.ts";
import { type GitHubType, plainContext } from "./git-hub-type.ts";

export interface CommitStatusConfig {
  readonly type: "commitStatus";
  readonly pullRequestHeads: boolean;
  /** Where the status leads, a template behind its host; "" for nowhere. */
  readonly targetUrl: string;
}

const schema = z
  .strictObject({
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
  config: ({ pullRequestHeads = true, targetUrl = "" }) => ({ type: "commitStatus", pullRequestHeads, targetUrl }),
  onByDefault: gitHubEvents,
  manner: { marksCommits: true, followsText: true, repeatsMessage: false, keepsRow: false, namesPullRequests: true },
  placeOf: (place) => `the commit status "${plainContext(place)}"`,
};
