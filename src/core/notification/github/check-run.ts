import { z } from "zod";
import { gitHubEvents } from "../event-types.ts";
import { type GitHubType, plainContext } from "./git-hub-type.ts";

export interface CheckRunConfig {
  readonly type: "checkRun";
}

const schema = z
  .strictObject({})
  .describe("A check run on the commit that is deployed, with a page about its clusters and errors. Needs a GitHub App.");

export const checkRun: GitHubType<typeof schema, CheckRunConfig> = {
  schema,
  config: () => ({ type: "checkRun" }),
  onByDefault: gitHubEvents,
  manner: {
    marksCommits: true,
    marksInSteps: false,
    followsText: true,
    repeatsMessage: false,
    keepsRow: false,
    namesPullRequests: false,
  },
  place: { noun: "check run", nameOf: (_, place) => `${plainContext(place)} rollout`, written: () => ({}) },
};
