import { z } from "zod";
import { limits } from "../../limits.ts";
import { text } from "../schema-parts.ts";
import { gitHubEvents } from "../event-types.ts";
import type { GitHubType } from "./git-hub-type.ts";

export interface RepositoryDispatchConfig {
  readonly type: "repositoryDispatch";
  readonly eventType: string;
}

const schema = z
  .strictObject({
    eventType: text({
      max: limits.dispatchEventTypeMax,
      pattern: "^[A-Za-z0-9][-A-Za-z0-9_.]*$",
      code: "InvalidName",
      allowed: 'a name. Use letters, digits, "-", "_" and "."; a workflow asks for it in `on.repository_dispatch.types`',
    })
      .optional()
      .describe("What a workflow asks for in `on.repository_dispatch.types`. Default fleet."),
  })
  .describe("Wakes GitHub Actions workflows of the repository; `github.event.client_payload` is the event.");

export const repositoryDispatch: GitHubType<typeof schema, RepositoryDispatchConfig> = {
  schema,
  config: ({ eventType = "fleet" }) => ({ type: "repositoryDispatch", eventType }),
  onByDefault: gitHubEvents.filter((it) => it !== "GitRepoDeploying"),
  manner: {
    marksCommits: false,
    marksInSteps: false,
    followsText: false,
    repeatsMessage: true,
    keepsRow: false,
    namesPullRequests: true,
  },
  place: null,
};
