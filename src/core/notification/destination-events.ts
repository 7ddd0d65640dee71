import { oneOf } from "./found.ts";
import type { Complaint } from "./schema-parts.ts";
import type { WrittenDestination } from "./written-destination.ts";
import { type EventType, gitHubEvents } from "./event-types.ts";

export { gitHubEvents } from "./event-types.ts";

/** What is told of one bundle on one cluster, and of one cluster, in streams of their own. */
export const bundleEvents = ["BundleDeployed", "BundleFailed", "BundleDrifted"] as const satisfies readonly EventType[];
export const clusterEvents = ["ClusterOffline", "ClusterOnline"] as const satisfies readonly EventType[];

/** Every event that a destination can ask for. */
export const webhookEvents = [
  "GitRepoAdded",
  "GitRepoRemoved",
  "GitRepoDeploying",
  "GitRepoReady",
  "GitRepoFailed",
  "GitRepoRolledBack",
  "GitRepoDegraded",
  ...bundleEvents,
  ...clusterEvents,
] as const satisfies readonly EventType[];

/** `on` of a destination that does not say (design §4). */
export const defaultEvents = {
  webhook: ["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"] as const satisfies readonly EventType[],
};

/** The events of `on` that the destination cannot report. */
export function foreignEvents({ on = [], github }: WrittenDestination): readonly Complaint[] {
  if (github === undefined) return [];
  return on.flatMap((event, index): Complaint[] => {
    if (gitHubEvents.some((it) => it === event)) return [];
    const message = `A github destination cannot report ${event}; allowed are ${oneOf(gitHubEvents)}. Remove it, or use a webhook.`;
    return [{ code: "EventNotTheirs", path: ["on", index], message }];
  });
}
