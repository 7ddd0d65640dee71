import { conditionOf, type FleetCondition } from "./fleet-conditions.ts";
import { manifestId } from "./fleet-content.ts";
import type {
  BundleDeploymentSpec,
  BundleDeploymentState,
  BundleDeploymentStatus,
  BundleState,
  ClusterState,
  FleetContext,
} from "./fleet-model.ts";
import type { Move } from "./fleet-rollout.ts";
import { deploymentState } from "./fleet-summary.ts";
import { wantedId } from "./fleet-wanted-id.ts";

const finalizer = "fleet.cattle.io/bundle-deployment-finalizer";

/**
 * Creates or updates a cluster's BundleDeployment as its Bundle wants it. The labels move at once, the commit's among them; what is wanted
 * is staged; `spec.deploymentID`, which the agent obeys, follows unless the Bundle is paused (fleet-facts §1.1, step 6), or the rollout lets it
 * not move yet. One of a later partition than the rollout has come to is not made, or keeps its ids (fleet-facts §1.2, W4). Tells whether
 * there was anything to write.
 */
export function writeDeployment(
  context: FleetContext,
  bundle: BundleState,
  { cluster, move }: { cluster: ClusterState; move: Move },
): boolean {
  const known = bundle.deployments.get(cluster.name);
  if (known === undefined && move === "keep") return false;
  const isPaused = bundle.paused;
  const holds = isPaused || move !== "move";
  const { sha, manifest, outcome, forceSyncGeneration } = bundle;
  const keeps = holds && known !== undefined;
  const stagedDeploymentID = move === "keep" ? (known?.spec.stagedDeploymentID ?? "") : wantedId(bundle);
  const spec: BundleDeploymentSpec = {
    stagedDeploymentID,
    deploymentID: holds ? (known?.spec.deploymentID ?? "") : stagedDeploymentID,
    paused: isPaused,
    forceSyncGeneration,
    content: keeps ? known.spec.content : { manifest, sha, outcome },
  };
  if (known !== undefined) {
    const isChanged = JSON.stringify({ spec, labels: labelsOf(known) }) !== known.written;
    known.spec = spec;
    if (isChanged) put(context, known);
    if (isChanged) context.wake.agent(known);
    return isChanged;
  }
  const identity = { namespace: cluster.ownNamespace, name: bundle.name };
  const deployment: BundleDeploymentState = { ...identity, bundle, cluster, spec, written: "", status: {}, isGone: false };
  bundle.deployments.set(cluster.name, deployment);
  put(context, deployment);
  context.agenda.after(context.timings.reconcile, () => {
    // What the agent has reported meanwhile, the controller has not read yet.
    if (deployment.status.display === undefined) writeDisplay(context, deployment, {});
  });
  context.wake.agent(deployment);
  context.wake.cluster(cluster);
  return true;
}

/** Deletes a BundleDeployment: Fleet takes its finalizer away at once, and the agent uninstalls afterwards (fleet-facts §1.4). */
export function removeDeployment(context: FleetContext, deployment: BundleDeploymentState): void {
  if (deployment.isGone) return;
  deployment.isGone = true;
  deployment.bundle.deployments.delete(deployment.cluster.name);
  context.objects.remove("BundleDeployment", deployment);
  put(context, deployment);
  context.wake.agent(deployment);
  context.wake.cluster(deployment.cluster);
}

/** What the agent reports. The Bundle and the display follow. A report that says nothing new is not written. */
export function reportStatus(
  context: FleetContext,
  deployment: BundleDeploymentState,
  status: Readonly<Record<string, unknown>> & { readonly conditions?: readonly FleetCondition[] },
): void {
  if (deployment.isGone) return;
  const next = JSON.parse(JSON.stringify({ ...deployment.status, ...status })) as BundleDeploymentStatus;
  if (JSON.stringify(next) === JSON.stringify(deployment.status)) return;
  deployment.status = next;
  context.objects.putStatus("BundleDeployment", deployment, next);
  context.agenda.after(context.timings.reconcile, () => writeDisplay(context, deployment, deployment.status));
  context.wake.bundle(deployment.bundle);
  context.wake.cluster(deployment.cluster);
}

/** `status.display` tells of what was read, and follows reports, not the spec: it is one update behind (fleet-facts §1.5). */
function writeDisplay(context: FleetContext, deployment: BundleDeploymentState, read: BundleDeploymentStatus): void {
  if (deployment.isGone) return;
  const { spec, status } = deployment;
  const deployed = shown(conditionOf(read.conditions, "Deployed"));
  const monitored = shown(conditionOf(read.conditions, "Monitored"));
  const display = {
    ...(deployed === "" ? {} : { deployed }),
    ...(monitored === "" ? {} : { monitored }),
    state: deploymentState(spec, read),
  };
  if (JSON.stringify(display) === JSON.stringify(status.display)) return;
  deployment.status = { ...status, display };
  context.objects.putStatus("BundleDeployment", deployment, deployment.status);
  context.wake.bundle(deployment.bundle);
}

function shown(condition: FleetCondition | null): string {
  if (condition === null) return "";
  return condition.status === "True" ? "True" : `${condition.reason ?? ""}: ${condition.message ?? ""}`;
}

function put({ objects }: FleetContext, deployment: BundleDeploymentState): void {
  const { namespace, name, bundle, spec, isGone } = deployment;
  const labels = labelsOf(deployment);
  deployment.written = JSON.stringify({ spec, labels });
  const { deploymentID, stagedDeploymentID, paused, forceSyncGeneration } = spec;
  const options = {
    defaultNamespace: bundle.gitRepo.name,
    ...(forceSyncGeneration === 0 ? {} : { forceSyncGeneration }),
    helm: {},
  };
  objects.put("BundleDeployment", {
    namespace,
    name,
    finalizers: isGone ? [] : [finalizer],
    labels,
    spec: {
      ...(deploymentID === "" ? {} : { deploymentID, options }),
      ...(paused ? { paused } : {}),
      stagedDeploymentID,
      stagedOptions: options,
    },
  });
}

function labelsOf({ bundle, cluster }: BundleDeploymentState): Record<string, string> {
  return {
    ...bundle.gitRepo.spec.labels,
    "fleet.cattle.io/bundle-name": bundle.name,
    "fleet.cattle.io/bundle-namespace": bundle.namespace,
    "fleet.cattle.io/cluster": cluster.name,
    "fleet.cattle.io/cluster-namespace": cluster.namespace,
    "fleet.cattle.io/commit": bundle.commit,
    "fleet.cattle.io/content-name": manifestId(bundle.manifest),
    "fleet.cattle.io/managed": "true",
    "fleet.cattle.io/repo-name": bundle.gitRepo.name,
  };
}
