import { z } from "zod";
import { checked, complainOfChoice } from "./schema-parts.ts";
import { statusUrlSchema } from "./webhook-url-schema.ts";

const commitStatus = z
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

const pullRequestComment = z
  .strictObject({})
  .describe("One comment on each pull request that came in, kept up to date in place.");

/** What is written to the GitRepo's own repository on GitHub. */
export const gitHubSchema = checked(z.strictObject({ commitStatus, pullRequestComment }).partial(), {
  complain: (github) => {
    return complainOfChoice(github, {
      code: "DestinationType",
      owner: "github",
      choices: ["commitStatus", "pullRequestComment"],
      remedy: "Make one destination for each.",
    });
  },
  cel: [
    {
      rule: "has(self.commitStatus) != has(self.pullRequestComment)",
      message: "exactly one of commitStatus and pullRequestComment is needed",
    },
  ],
}).describe("Something in the GitRepo's own repository on GitHub. Exactly one of commitStatus and pullRequestComment.");
