import type { BundleDeploymentRecord, ClusterRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import type { Alarm } from "./alarm.ts";
import { namesContent } from "./is-deployed-on-cluster.ts";
import type { Division, Scope } from "./scope.ts";
import type { ClusterCounts, ClusterFailure, Reason, ReasonCode } from "./rollout.ts";
import type { Standing } from "./standing.ts";
import { verdictOf } from "./verdict-of.ts";

/** What the BundleDeployments of a scope say together. */
export interface Tally {
  readonly counts: ClusterCounts;
  /** One for each BundleDeployment where C does not hold; at most `limits.reasonsMax` for each code. */
  readonly reasons: readonly Reason[];
  /** BundleDeployments that failed, at most `limits.listedClustersMax`, sorted by cluster and bundle. */
  readonly failures: readonly ClusterFailure[];
  /** The first that should be done long since, without an error; null where none. */
  readonly overdue: Reason | null;
  /** Since when C holds for all of the scope; Infinity where it does not. */
  readonly okMs: number;
  /** True where some of the GitRepo's clusters are out of the scope. */
  readonly isPartial: boolean;
  /** True where some cluster, of this scope or not, waits for something that is no failure: others may have to wait for it. */
  readonly isExcused: boolean;
  /** Names of bundles with a BundleDeployment in the scope whose content only the bundle's partitions can tell (Fleet 0.13, OCI). */
  readonly needsPartitions: ReadonlySet<string>;
}

type Status = keyof typeof severity;
/** A cluster is as its worst bundle is. */
const severity = { ready: 0, updating: 1, paused: 2, offline: 3, failed: 4 } as const;

interface ClusterStatus {
  readonly name: string;
  status: Status;
}

/** A scope that is being tallied, with the moments that matter to it. */
interface Counted {
  readonly scope: Scope;
  readonly alarm: Alarm;
}

/** What was counted so far of one scope. */
interface Count extends Counted {
  readonly clusters: Map<string, ClusterStatus>;
  readonly reasons: Map<ReasonCode, Reason[]>;
  readonly failures: ClusterFailure[];
  readonly needsPartitions: Set<string>;
  deployments: number;
  overdue: Reason | null;
  okMs: number;
}

type Seen = { readonly deployment: BundleDeploymentRecord; readonly standing: Standing };

/**
 * Goes over all BundleDeployments of one GitRepo once and counts each in the scope of its target; a target that is not among the scopes counts
 * nowhere. A cluster that may be any target's (`Division.claimOn`) keeps all of them from being ready, and is no failure.
 */
export function tallyClusters(
  scopes: readonly Counted[],
  claimOn: Division["claimOn"],
): readonly (Counted & { readonly tally: Tally })[] {
  const counts = new Map(scopes.map((it) => [it.scope.target, newCount(it)]));
  let isExcused = false;
  const [first] = scopes;
  for (const deployment of first?.scope.view.bundleDeployments.values() ?? []) {
    const standing = first?.scope.memory.deployments.get(deployment.uid);
    if (standing === undefined) continue;
    const claim = claimOn(deployment);
    if (claim === null) {
      for (const count of counts.values()) noteUnknown(count, { deployment, standing });
      continue;
    }
    const count = counts.get(claim.target);
    if (count !== undefined && countDeployment(count, { deployment, standing })) isExcused = true;
    if (claim.movedMs !== -Infinity) for (const it of [claim.target, claim.from]) noteMove(counts.get(it), claim.movedMs);
  }
  return [...counts.values()].map((count) => ({ scope: count.scope, alarm: count.alarm, tally: tallyOf(count, isExcused) }));
}

function newCount({ scope, alarm }: Counted): Count {
  return {
    scope,
    alarm,
    clusters: new Map(),
    reasons: new Map(),
    failures: [],
    needsPartitions: new Set(),
    deployments: 0,
    overdue: null,
    okMs: -Infinity,
  };
}

/** Returns whether it waits for something that is no failure. */
function countDeployment(count: Count, { deployment, standing }: Seen): boolean {
  const { scope, alarm, clusters, reasons, failures } = count;
  const cluster = scope.view.clusterOf(deployment);
  const { status, okMs, isOverdue, isExcused } = verdictOf({ standing, cluster, scope }, alarm);
  count.deployments += 1;
  if (!namesContent(deployment)) count.needsPartitions.add(deployment.bundleName);
  count.okMs = Math.max(count.okMs, status === "ready" ? okMs : Infinity);
  const name = noteCluster(clusters, { deployment, cluster, status });
  if (status === "ready") return isExcused;
  const reason = reasonOf({ deployment, standing, cluster: name, status });
  noteReason(reasons, reason);
  if (isOverdue) count.overdue ??= reason;
  else if (status === "failed") noteFailure(failures, { cluster: name, bundle: deployment.bundleName, message: reason.message });
  return isExcused;
}

function noteMove(count: Count | undefined, movedMs: number): void {
  if (count !== undefined) count.okMs = Math.max(count.okMs, movedMs);
}

function noteUnknown(count: Count, { deployment, standing }: Seen): void {
  count.okMs = Infinity;
  const { bundleName, clusterName } = deployment;
  noteReason(count.reasons, {
    code: "ClusterMissing",
    bundle: bundleName,
    cluster: clusterName,
    message: "",
    sinceMs: standing.codeMs,
  });
}

function tallyOf({ scope, clusters, reasons, failures, ...count }: Count, isExcused: boolean): Tally {
  return {
    counts: countClusters(clusters),
    reasons: [...reasons.values()].flat(),
    failures: failures.sort(byClusterAndBundle).slice(0, limits.listedClustersMax),
    overdue: count.overdue,
    okMs: count.okMs,
    isPartial: count.deployments < scope.memory.deployments.size,
    isExcused,
    needsPartitions: count.needsPartitions,
  };
}

function noteCluster(
  clusters: Map<string, ClusterStatus>,
  { deployment, cluster, status }: { deployment: BundleDeploymentRecord; cluster: ClusterRecord | null; status: Status },
): string {
  const key = `${deployment.clusterNamespace}/${deployment.clusterName}`;
  const known = clusters.get(key);
  if (known === undefined) {
    const name = cluster?.displayName ?? deployment.clusterName;
    clusters.set(key, { name, status });
    return name;
  }
  if (severity[status] > severity[known.status]) known.status = status;
  return known.name;
}

function reasonOf({
  deployment,
  standing,
  cluster,
  status,
}: {
  deployment: BundleDeploymentRecord;
  standing: Standing;
  cluster: string;
  status: Status;
}): Reason {
  const code = status === "offline" ? "Offline" : (standing.code ?? "NotReady");
  const message = standing.errorMessage || standing.message;
  return { code, bundle: deployment.bundleName, cluster, message, sinceMs: standing.codeMs };
}

function noteReason(reasons: Map<ReasonCode, Reason[]>, reason: Reason): void {
  const known = reasons.get(reason.code);
  if (known === undefined) reasons.set(reason.code, [reason]);
  else if (known.length < limits.reasonsMax) known.push(reason);
}

/** Sorted and cut now and then, so that a thousand failing clusters do not make a long list. */
function noteFailure(failures: ClusterFailure[], failure: ClusterFailure): void {
  failures.push(failure);
  if (failures.length < limits.listedClustersMax * 10) return;
  failures.sort(byClusterAndBundle).length = limits.listedClustersMax;
}

function byClusterAndBundle(one: ClusterFailure, other: ClusterFailure): number {
  return compareText(one.cluster, other.cluster) || compareText(one.bundle, other.bundle);
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function countClusters(clusters: ReadonlyMap<string, ClusterStatus>): ClusterCounts {
  const names: Record<Status, string[]> = { ready: [], updating: [], paused: [], offline: [], failed: [] };
  for (const { name, status } of clusters.values()) names[status].push(name);
  const listed = (status: Status) => names[status].sort(compareText).slice(0, limits.listedClustersMax);
  return {
    total: clusters.size,
    ready: names.ready.length,
    failed: names.failed.length,
    offline: names.offline.length,
    paused: names.paused.length,
    updating: names.updating.length,
    offlineNames: listed("offline"),
    pausedNames: listed("paused"),
    failedNames: listed("failed"),
    updatingNames: listed("updating"),
  };
}
