import { wantedId } from "./fleet-wanted-id.ts";
import type { RolloutStrategy } from "./fleet-content.ts";
import type { BundleDeploymentSpec, BundleDeploymentStatus, BundleState, ClusterState } from "./fleet-model.ts";

/** move: it is staged and the agent is told · stage: it is staged alone · keep: the rollout has not come to it. */
export type Move = "move" | "stage" | "keep";

/** One target as a pass found it; no `spec` where there was no BundleDeployment yet. */
export interface TargetView {
  readonly cluster: ClusterState;
  readonly spec: BundleDeploymentSpec | null;
  readonly status: BundleDeploymentStatus | null;
}

export interface Partition {
  readonly name: string;
  readonly maxUnavailable: number;
  readonly targets: readonly TargetView[];
}

/** What a pass does with each cluster, by name, and with how many partitions it has to wait for. */
export interface RolloutPlan {
  readonly moves: ReadonlyMap<string, Move>;
  readonly unavailablePartitions: number;
}

/** The partitions of a bundle's targets, in their order. */
export function partitionsOf({ rollout }: BundleState, targets: readonly TargetView[]): readonly Partition[] {
  if (rollout === null) return [{ name: "All", maxUnavailable: Math.max(1, targets.length), targets }];
  return rollout.partitions.map(({ clusters, ...partition }) => ({
    ...partition,
    targets: targets.filter(({ cluster }) => clusters.includes(cluster.name)),
  }));
}

/** How many targets of a bundle may be unavailable at once. */
export function maxUnavailableOf({ rollout }: { readonly rollout: RolloutStrategy | null }, count: number): number {
  return rollout?.maxUnavailable ?? Math.max(1, count);
}

export function isUnavailable({ spec, status }: TargetView): boolean {
  return spec !== null && (status?.appliedDeploymentID !== spec.deploymentID || status.ready !== true);
}

/**
 * One partition after the other (fleet-facts §1.1, step 6): all of it is staged, and each target moves while neither the bundle nor the partition
 * has as many unavailable ones as it may; one that is unavailable, or new, moves at once. A partition with more targets that are unavailable or
 * not up to date than it may have ends the pass: the later ones are left as they are (recordings 19 and 29).
 */
export function planRollout(bundle: BundleState, targets: readonly TargetView[]): RolloutPlan {
  const moves = new Map<string, Move>(targets.map(({ cluster }) => [cluster.name, "keep"]));
  const wanted = wantedId(bundle);
  const most = maxUnavailableOf(bundle, targets.length);
  let unavailable = targets.filter(isUnavailable).length;
  for (const partition of partitionsOf(bundle, targets)) {
    let ofPartition = partition.targets.filter(isUnavailable).length;
    let open = 0;
    for (const target of partition.targets) {
      const isUpToDate = target.spec?.deploymentID === wanted;
      const isFree = target.spec === null || isUnavailable(target);
      const isMoving = isUpToDate || isFree || (unavailable < most && ofPartition < partition.maxUnavailable);
      moves.set(target.cluster.name, isMoving ? "move" : "stage");
      if (isMoving && !isUpToDate && !isFree) {
        unavailable += 1;
        ofPartition += 1;
      }
      if (!isUpToDate || isFree) open += 1;
    }
    if (open > partition.maxUnavailable) return { moves, unavailablePartitions: 1 };
  }
  return { moves, unavailablePartitions: 0 };
}
