import type { BundleRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import type { OnCluster, UnmetOnCluster } from "./context.ts";
import type { ClusterCounts, Failure } from "./rollout.ts";

type State = "failed" | "offline" | "paused" | "updating" | "ready";
const worstFirst: readonly State[] = ["failed", "offline", "paused", "updating", "ready"];

/** Each cluster counts once, in the worst state that any of its bundles is in. Targets that have nothing yet count as updating. */
export function countClusters({
  subjects,
  unmet,
  failure,
  bundles,
  isWholeScope,
}: {
  subjects: readonly OnCluster[];
  unmet: readonly UnmetOnCluster[];
  failure: Failure | null;
  bundles: readonly BundleRecord[];
  isWholeScope: boolean;
}): ClusterCounts {
  const failedOn = new Set(failure?.clusters.map((it) => `${it.cluster} ${it.bundle}`));
  const stateOf = new Map<OnCluster, State>();
  for (const { subject, reason } of unmet) {
    const isFailed = failedOn.has(`${subject.clusterName} ${subject.deployment.bundleName}`);
    stateOf.set(
      subject,
      isFailed ? "failed" : reason.code === "Offline" ? "offline" : reason.code === "Paused" ? "paused" : "updating",
    );
  }
  const clusters = new Map<string, { name: string; state: State }>();
  for (const subject of subjects) {
    const { clusterNamespace, clusterName } = subject.deployment;
    const key = `${clusterNamespace}/${clusterName}`;
    const state = stateOf.get(subject) ?? "ready";
    const known = clusters.get(key)?.state ?? "ready";
    clusters.set(key, {
      name: subject.clusterName,
      state: worstFirst.indexOf(state) < worstFirst.indexOf(known) ? state : known,
    });
  }
  const names = (state: State) => [...clusters.values()].filter((it) => it.state === state).map((it) => it.name);
  const listed = (state: State) => names(state).toSorted().slice(0, limits.listedClustersMax);
  const desired = isWholeScope ? Math.max(0, ...bundles.map((it) => it.desiredReady)) : 0;
  const missing = Math.max(0, desired - clusters.size);
  return {
    total: clusters.size + missing,
    ready: names("ready").length,
    failed: names("failed").length,
    offline: names("offline").length,
    paused: names("paused").length,
    updating: names("updating").length + missing,
    offlineNames: listed("offline"),
    pausedNames: listed("paused"),
    failedNames: listed("failed"),
    updatingNames: listed("updating"),
  };
}
