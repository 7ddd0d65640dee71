/** What is told of (design §4). In this order an event of a rollout is more final. */
export const eventTypes = [
  "GitRepoAdded",
  "GitRepoRemoved",
  "GitRepoDeploying",
  "GitRepoReady",
  "GitRepoFailed",
  "GitRepoRolledBack",
  "GitRepoDegraded",
  "BundleDeployed",
  "BundleFailed",
  "BundleDrifted",
  "ClusterOffline",
  "ClusterOnline",
] as const;
export type EventType = (typeof eventTypes)[number];

/** What a commit's own place on GitHub can say; what happens to a commit after it was deployed is not rewritten on it (design §4). */
export const gitHubEvents = [
  "GitRepoDeploying",
  "GitRepoReady",
  "GitRepoFailed",
  "GitRepoRolledBack",
] as const satisfies readonly EventType[];
