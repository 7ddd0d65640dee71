import { limits } from "../limits.ts";
import { labelsOf, readMetadata } from "./metadata.ts";
import { type RawObject, flagOf, nameOf, objectOf, timeMsOf } from "./raw-value.ts";
import type { ClusterRecord } from "./record.ts";

/**
 * A Cluster of `fleet.cattle.io/v1alpha1`; null where it has no identity.
 *
 * The agent's check-in interval is no part of the object (fleet-facts §2.4: it is `agentCheckinInterval` in Fleet's own configuration): who runs
 * Signalman says it.
 */
export function projectCluster(
  object: RawObject,
  { checkinIntervalMs = limits.checkinIntervalDefaultMs }: { readonly checkinIntervalMs?: number | undefined } = {},
): ClusterRecord | null {
  const metadata = readMetadata(object);
  if (metadata === null) return null;
  const agent = objectOf(objectOf(object["status"])["agent"]);
  return {
    kind: "Cluster",
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    displayName: nameOf(metadata.labels["management.cattle.io/cluster-display-name"]) || metadata.name,
    labels: labelsOf(metadata),
    paused: flagOf(objectOf(object["spec"])["paused"]),
    lastSeenMs: timeMsOf(agent["lastSeen"]),
    checkinIntervalMs,
  };
}
