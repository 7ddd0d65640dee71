import { matchesLabels } from "../fleet/label-selector.ts";
import type { ClusterRecord } from "../fleet/record.ts";
import type { ClusterMatch } from "./rule.ts";

/** True where all that `match` gives fits the cluster, as in Fleet's own targets; `groups` are the ClusterGroups that the cluster is in. */
export function matchesCluster(
  { clusterName, clusterGroup, clusterSelector }: ClusterMatch,
  { cluster, groups }: { cluster: Pick<ClusterRecord, "name" | "displayName" | "labels">; groups: ReadonlySet<string> },
): boolean {
  return (
    (clusterName === undefined || clusterName === cluster.name || clusterName === cluster.displayName) &&
    (clusterGroup === undefined || groups.has(clusterGroup)) &&
    (clusterSelector === undefined || matchesLabels(clusterSelector, cluster.labels))
  );
}
