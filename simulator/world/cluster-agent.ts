import type { Process } from "./agenda.ts";
import { reportStatus } from "./fleet-bundle-deployment.ts";
import { withCondition, type ConditionChange, type FleetCondition } from "./fleet-conditions.ts";
import {
  bundleName,
  keyOf,
  liveKey,
  timestamp,
  type BundleDeploymentState,
  type BundleDeploymentStatus,
  type ClusterState,
  type FleetContext,
} from "./fleet-model.ts";
import type { LiveContent } from "./live-contents.ts";

/**
 * A cluster's agent, one pass over one BundleDeployment.
 *
 * Where `spec.deploymentID` is not what was applied, the content is brought to the cluster (that is the truth from then on), and a moment
 * later the report is written. Where it is, nothing is applied, whatever the commit's label says, and only what lives there is looked at:
 * after the revert of a commit that was applied in part, the agent finds that there is nothing to do, and that what is there differs
 * (fleet-facts §1.5). While a bundle that this one depends on is not ready, nothing is applied, and the agent looks again in a while. An agent that is offline, or told to pause, does nothing.
 */
export function* agentPass(context: FleetContext, deployment: BundleDeploymentState): Process {
  const { agenda, timings } = context;
  const { cluster } = deployment;
  const key = liveKey(deployment.bundle.gitRepo, deployment.bundle.path);
  while (cluster.isOnline) {
    if (deployment.isGone) {
      uninstall(context, cluster, key);
      return;
    }
    const { deploymentID, content, paused } = deployment.spec;
    if (paused || deploymentID === "") return;
    const isApplied = deployment.status.appliedDeploymentID === deploymentID;
    const awaited = isApplied ? [] : notReadyBefore(context, deployment);
    yield isApplied || awaited.length > 0 ? timings.reconcile : timings.agentApply;
    if (!cluster.isOnline || deployment.isGone || deployment.spec.deploymentID !== deploymentID) continue;
    const { outcome } = content;
    const fails = outcome.kind === "applyFails" && (outcome.clusters?.includes(cluster.name) ?? true);
    if (awaited.length > 0) {
      const message = `dependent bundle(s) are not ready: [${awaited.join(", ")}]`;
      reportStatus(context, deployment, failed(deployment, agenda.nowMs, message));
      agenda.after(timings.dependencyRetry, () => context.wake.agent(deployment));
    } else if (isApplied) {
      reportStatus(context, deployment, monitored(deployment, agenda.nowMs, cluster.live.get(key)));
    } else if (fails) {
      const before = cluster.live.get(key);
      if (outcome.partly === true && before !== undefined) cluster.live.set(key, { ...before, isWhole: false });
      yield timings.agentReport;
      if (cluster.isOnline) reportStatus(context, deployment, failed(deployment, agenda.nowMs, outcome.message));
    } else {
      const live = { manifest: content.manifest, sha: content.sha, isHealthy: isHealthy(content.outcome.kind), isWhole: true };
      cluster.live.set(key, live);
      yield timings.agentReport;
      if (cluster.isOnline) report(context, deployment, { deploymentID, live });
    }
    if (deployment.spec.deploymentID === deploymentID) return;
  }
}

/** The names of the Bundles that this one depends on and that are not ready on its cluster. */
function notReadyBefore({ bundles }: FleetContext, { bundle, cluster }: BundleDeploymentState): string[] {
  const names = bundle.dependsOn.map((path) => bundleName(bundle.gitRepo, path));
  return names.filter((name) => {
    const other = bundles.get(keyOf({ namespace: bundle.namespace, name }))?.deployments.get(cluster.name);
    const isReady = other?.status.ready === true && other.status.nonModified === true;
    return !isReady || other.status.appliedDeploymentID !== other.spec.deploymentID;
  });
}

function isHealthy(outcome: string): boolean {
  return outcome !== "neverReady" && outcome !== "unhealthyLate";
}

/** What Helm has done is reported; some ill health is seen only later (fleet-facts §1.2, W8). */
function report(
  context: FleetContext,
  deployment: BundleDeploymentState,
  { deploymentID, live }: { deploymentID: string; live: LiveContent },
): void {
  const nowMs = context.agenda.nowMs;
  const namespace = deployment.bundle.gitRepo.name;
  const { name, status } = deployment;
  const release = Number((status.release ?? ":0").split(":")[1]) + 1;
  const isLate = deployment.spec.content.outcome.kind === "unhealthyLate";
  reportStatus(context, deployment, {
    ...monitored(deployment, nowMs, isLate ? { ...live, isHealthy: true } : live),
    appliedDeploymentID: deploymentID,
    release: `${namespace}/${name}:${release}`,
    resources: [{ apiVersion: "v1", createdAt: timestamp(nowMs), kind: "ConfigMap", name: resourceName(deployment), namespace }],
    syncGeneration: deployment.spec.forceSyncGeneration,
  });
  if (isLate) noticeLater(context, deployment);
}

/** Ill health, drift, or their end: the agent sees it a few seconds later. */
export function noticeLater(context: FleetContext, deployment: BundleDeploymentState): void {
  context.agenda.after(context.timings.agentNotices, () => {
    const { cluster, bundle, spec, status } = deployment;
    const isApplied = status.appliedDeploymentID === spec.deploymentID;
    if (!cluster.isOnline || deployment.isGone || !isApplied) return;
    reportStatus(
      context,
      deployment,
      monitored(deployment, context.agenda.nowMs, cluster.live.get(liveKey(bundle.gitRepo, bundle.path))),
    );
  });
}

/** Takes a bundle that is no longer wanted off the cluster. Nothing tells Fleet when that is done (fleet-facts §1.4). */
export function uninstall(context: FleetContext, cluster: ClusterState, key: string): void {
  context.agenda.after(context.timings.agentUninstall, () => {
    const isWantedAgain = [...context.bundles.values()].some(
      ({ gitRepo, path, deployments }) => liveKey(gitRepo, path) === key && deployments.has(cluster.name),
    );
    if (cluster.isOnline && !isWantedAgain) cluster.live.delete(key);
  });
}

type Report = Readonly<Record<string, unknown>> & { readonly conditions: readonly FleetCondition[] };

/** An error of Helm's: the fields of what was applied before stay as they are. */
function failed({ status }: BundleDeploymentState, nowMs: number, message: string): Report {
  return { conditions: conditions(status, nowMs, [{ type: "Deployed", status: "False", reason: "Error", message }]) };
}

/** What the agent sees of the resources that live on its cluster. */
function monitored(deployment: BundleDeploymentState, nowMs: number, live: LiveContent | undefined): Report {
  const { bundle, spec, status } = deployment;
  const namespace = bundle.gitRepo.name;
  const name = resourceName(deployment);
  const isWhole = live?.isWhole === true && live.manifest === spec.content.manifest;
  const isReady = live?.isHealthy === true;
  const outcome = spec.content.outcome;
  const problem = "message" in outcome ? outcome.message : "Available: 0/1";
  const summary = { message: [problem], state: "in-progress", transitioning: true };
  const patch = JSON.stringify({ data: { value: spec.content.manifest.slice(0, 40) } });
  const text = isReady
    ? `configmap.v1 ${namespace}/${name} modified ${patch}`
    : `deployment.apps ${namespace}/web [progressing] ${problem}`;
  const ready: ConditionChange =
    isReady && isWhole ? { type: "Ready", status: "True" } : { type: "Ready", status: "False", reason: "Error", message: text };
  return {
    conditions: conditions(status, nowMs, [
      { type: "Installed", status: "True" },
      { type: "Deployed", status: "True" },
      ready,
      { type: "Monitored", status: "True" },
    ]),
    modifiedStatus: isWhole ? undefined : [{ apiVersion: "v1", kind: "ConfigMap", name, namespace, patch }],
    nonModified: isWhole ? true : undefined,
    nonReadyStatus: isReady ? undefined : [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", namespace, summary }],
    ready: isReady ? true : undefined,
    resourceCounts: { desiredReady: 1, ...(isReady ? { ready: 1 } : { notReady: 1 }) },
  };
}

function conditions(
  status: BundleDeploymentStatus,
  nowMs: number,
  changes: readonly ConditionChange[],
): readonly FleetCondition[] {
  let list: readonly FleetCondition[] = status.conditions ?? [];
  for (const change of changes) list = withCondition(list, change, timestamp(nowMs));
  return list;
}

function resourceName({ bundle }: BundleDeploymentState): string {
  return `cm-${bundle.path}`.replaceAll("/", "-");
}
