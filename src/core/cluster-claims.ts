import type { Inventory } from "./fleet/inventory.ts";
import type { BundleDeploymentRecord, ClusterRecord } from "./fleet/record.ts";
import { limits } from "./limits.ts";
import { matchesCluster } from "./notification/matches-cluster.ts";
import type { TargetSet } from "./notification/rule.ts";
import { type Claim, wholeClaim } from "./rollout/scope.ts";

interface Known extends Claim {
  /** From what it was made: while both are the same, so is the target. */
  readonly cluster: ClusterRecord;
  readonly groupsVersion: number;
}

/**
 * Which target has which cluster. Remembers each claim, so that a cluster costs its matches only when it or a ClusterGroup changes, and:
 *
 * - a cluster that **moves** between targets starts the hold of both anew: labels are changed in several steps, and what is true for a moment
 *   must not be told as an outcome;
 * - a cluster that **went** keeps its target until its BundleDeployments are gone too: its last troubles are nobody else's.
 */
export class ClusterClaims {
  /** By `TargetSet.key`, then by `namespace/name` of the cluster; at most `limits.claimsMax` in each. */
  readonly #claims = new Map<string, Map<string, Known>>();

  /** null: the cluster was never seen. */
  claimOn(
    set: TargetSet,
    { deployment, inventory }: { deployment: BundleDeploymentRecord; inventory: Inventory },
    now: number,
  ): Claim | null {
    if (set.targets.length === 1) return wholeClaim;
    const { clusterNamespace, clusterName } = deployment;
    const cluster = inventory.cluster(clusterNamespace, clusterName);
    if (cluster === null) return this.#claimsOf(set).get(`${clusterNamespace}/${clusterName}`) ?? null;
    return this.#claim(set, { cluster, inventory }, now);
  }

  /** The target that has a cluster; "" for the unnamed one. */
  targetOf(set: TargetSet, subject: { cluster: ClusterRecord; inventory: Inventory }, now: number): string {
    return set.targets.length === 1 ? "" : this.#claim(set, subject, now).target;
  }

  #claim(set: TargetSet, { cluster, inventory }: { cluster: ClusterRecord; inventory: Inventory }, now: number): Claim {
    const claims = this.#claimsOf(set);
    const key = `${cluster.namespace}/${cluster.name}`;
    const known = claims.get(key);
    const groupsVersion = inventory.clusterGroupsVersion;
    if (known?.cluster === cluster && known.groupsVersion === groupsVersion) return known;
    const target = targetOf(set, { cluster, groups: inventory.groupsOf(cluster) });
    const hasMoved = known !== undefined && known.target !== target;
    const claim: Known = {
      target,
      movedMs: hasMoved ? now : (known?.movedMs ?? -Infinity),
      from: hasMoved ? known.target : (known?.from ?? ""),
      cluster,
      groupsVersion,
    };
    if (claims.size >= limits.claimsMax) claims.clear();
    claims.set(key, claim);
    return claim;
  }

  /** Notifications changed, and with them the sets: what is still needed is found anew. */
  forget(): void {
    this.#claims.clear();
  }

  #claimsOf({ key }: TargetSet): Map<string, Known> {
    const claims = this.#claims.get(key) ?? new Map<string, Known>();
    this.#claims.set(key, claims);
    return claims;
  }
}

/** The first target that matches claims the cluster; the last one matches all. */
function targetOf({ targets }: TargetSet, subject: { cluster: ClusterRecord; groups: ReadonlySet<string> }): string {
  return targets.find(({ match }) => match === null || matchesCluster(match, subject))?.name ?? "";
}
