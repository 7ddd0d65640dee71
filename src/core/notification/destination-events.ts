import type { EventType } from "./rule.ts";

/** What a commit's own place on GitHub can say; what happens to a commit after it was deployed is not rewritten on it (design §4). */
export const gitHubEvents = [
  "GitRepoDeploying",
  "GitRepoReady",
  "GitRepoFailed",
  "GitRepoRolledBack",
] as const satisfies readonly EventType[];

/** Every event that a destination can ask for: those of a rollout. */
export const webhookEvents = [
  "GitRepoDeploying",
  "GitRepoReady",
  "GitRepoFailed",
  "GitRepoRolledBack",
  "GitRepoDegraded",
] as const satisfies readonly EventType[];

/** `on` of a destination that does not say (design §4). */
export const defaultEvents = {
  github: gitHubEvents,
  webhook: ["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"] as const satisfies readonly EventType[],
};
