import { z } from "zod";
import { limits } from "../../limits.ts";
import { text } from "../schema-parts.ts";
import { templateComplaints } from "../template-complaints.ts";
import { gitHubEvents } from "../event-types.ts";
import type { GitHubType } from "./git-hub-type.ts";

export interface DeploymentConfig {
  readonly type: "deployment";
  /** A template; "" for the default. */
  readonly environment: string;
}

const schema = z
  .strictObject({
    environment: text({
      max: limits.environmentMax,
      code: "MissingField",
      allowed: "the name of an environment, or a template of it",
      complain: (value) => templateComplaints(value, { contentType: "text/plain" })[0] ?? null,
    })
      .optional()
      .describe(
        "The environment: a name or a template. Default: fleet/<namespace>/<gitrepo>, and the target in brackets. Environments of one name are one on GitHub.",
      ),
  })
  .describe("A deployment for each rollout, with its statuses along the way. Nothing is merged, no check is waited for.");

export const deployment: GitHubType<typeof schema, DeploymentConfig> = {
  schema,
  config: ({ environment = "" }) => ({ type: "deployment", environment }),
  onByDefault: gitHubEvents,
  manner: {
    marksCommits: true,
    marksInSteps: true,
    followsText: false,
    repeatsMessage: false,
    keepsRow: false,
    namesPullRequests: false,
  },
  place: null,
};
