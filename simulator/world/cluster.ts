import type { Duration, Process } from "./agenda.ts";
import { withCondition } from "./fleet-conditions.ts";
import { LiveContents } from "./live-contents.ts";
import { keyOf, liveKey, timestamp, type BundleDeploymentState, type ClusterState, type FleetContext } from "./fleet-model.ts";
import { deploymentState, readyMessage, resourceCounts, summaryOf, worstState, type SummaryItem } from "./fleet-summary.ts";
import { uninstall } from "./cluster-agent.ts";

const finalizer = "fleet.cattle.io/cluster-finalizer";

export interface ClusterOptions {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Shown to people; the name where absent. */
  readonly displayName?: string;
}

/** Registers a downstream cluster: its own namespace, its Cluster object, and an agent that is online and checks in. */
export function createCluster(
  context: FleetContext,
  { namespace, name, labels = {}, displayName = "" }: ClusterOptions,
): ClusterState {
  const ownNamespace = `cluster-${namespace}-${name}`;
  context.objects.put("Namespace", {
    namespace: "",
    name: ownNamespace,
    annotations: { "fleet.cattle.io/cluster": name, "fleet.cattle.io/cluster-namespace": namespace },
  });
  const cluster: ClusterState = {
    namespace,
    name,
    ownNamespace,
    displayName,
    labels,
    isOnline: true,
    status: {
      agent: { lastSeen: timestamp(context.agenda.nowMs), namespace: "cattle-fleet-system" },
      conditions: withCondition([], { type: "Processed", status: "True" }, timestamp(context.agenda.nowMs)),
      namespace: ownNamespace,
    },
    checkins: null,
    live: new LiveContents(),
  };
  context.clusters.set(keyOf(cluster), cluster);
  putCluster(context, cluster);
  writeClusterStatus(context, cluster);
  cluster.checkins = context.agenda.start(checkins(context, cluster, context.timings.agentCheckin));
  for (const bundle of context.bundles.values()) context.wake.bundle(bundle);
  return cluster;
}

/** New labels: Bundles look whom they target now. */
export function labelCluster(context: FleetContext, cluster: ClusterState, labels: Readonly<Record<string, string>>): void {
  cluster.labels = labels;
  putCluster(context, cluster);
  for (const bundle of context.bundles.values()) context.wake.bundle(bundle);
}

/** The cluster is unregistered: its BundleDeployments go with it, and what runs there is nobody's any more. */
export function removeCluster(context: FleetContext, cluster: ClusterState): void {
  cluster.isOnline = false;
  cluster.checkins?.stop();
  context.clusters.delete(keyOf(cluster));
  for (const bundle of context.bundles.values()) context.wake.bundle(bundle);
  context.objects.remove("Cluster", cluster);
  context.objects.put("Cluster", { namespace: cluster.namespace, name: cluster.name, finalizers: [] });
}

/** Starts or stops the cluster's agent. One that starts looks at everything that happened while it was away. */
export function setOnline(context: FleetContext, cluster: ClusterState, isOnline: boolean): void {
  if (cluster.isOnline === isOnline) return;
  cluster.isOnline = isOnline;
  cluster.checkins?.stop();
  if (!isOnline) return;
  cluster.checkins = context.agenda.start(checkins(context, cluster, context.timings.agentFirstCheckin));
  const deployments = deploymentsOf(context, cluster);
  const wanted = new Set(deployments.map(({ bundle }) => liveKey(bundle.gitRepo, bundle.path)));
  for (const deployment of deployments) context.wake.agent(deployment);
  for (const key of cluster.live.keys()) if (!wanted.has(key)) uninstall(context, cluster, key);
}

function* checkins(context: FleetContext, cluster: ClusterState, first: Duration): Process {
  yield first;
  while (true) {
    const agent = { lastSeen: timestamp(context.agenda.nowMs), namespace: "cattle-fleet-system" };
    cluster.status = { ...cluster.status, agent };
    context.objects.putStatus("Cluster", cluster, cluster.status);
    yield context.timings.agentCheckin;
  }
}

export function deploymentsOf(context: FleetContext, cluster: ClusterState): BundleDeploymentState[] {
  return [...context.bundles.values()].flatMap(({ deployments }) => deployments.get(cluster.name) ?? []);
}

/** The cluster's own sum over its BundleDeployments. */
export function writeClusterStatus(context: FleetContext, cluster: ClusterState): void {
  if (!context.clusters.has(keyOf(cluster))) return;
  const deployments = deploymentsOf(context, cluster);
  const items = deployments.map(({ name, spec, status }): SummaryItem => {
    return { title: `Bundle ${name}`, name, status, state: deploymentState(spec, status) };
  });
  const gitRepos = new Set(deployments.map(({ bundle }) => bundle.gitRepo));
  const notReady = new Set(
    deployments.filter(({ spec, status }) => deploymentState(spec, status) !== "Ready").map(({ bundle }) => bundle.gitRepo),
  );
  const summary = summaryOf(items);
  const message = readyMessage(items);
  const state = worstState(items);
  const conditions = withCondition(
    cluster.status["conditions"] as Parameters<typeof withCondition>[0],
    { type: "Ready", status: message === "" ? "True" : "False", message },
    timestamp(context.agenda.nowMs),
  );
  const next = {
    ...cluster.status,
    conditions,
    desiredReadyGitRepos: gitRepos.size,
    desiredReadyHelmOps: 0,
    display: { readyBundles: `${String(summary["ready"])}/${items.length}`, ...(state === "Ready" ? {} : { state }) },
    readyGitRepos: gitRepos.size - notReady.size,
    readyHelmOps: 0,
    resourceCounts: resourceCounts(deployments.map(({ status }) => status)),
    summary,
  };
  cluster.status = next;
  context.objects.putStatus("Cluster", cluster, next);
}

function putCluster(context: FleetContext, { namespace, name, displayName, labels }: ClusterState): void {
  const shown = displayName === "" ? {} : { "management.cattle.io/cluster-display-name": displayName };
  context.objects.put("Cluster", { namespace, name, labels: { ...labels, ...shown }, finalizers: [finalizer], spec: {} });
}
