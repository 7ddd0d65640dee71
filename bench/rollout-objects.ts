import { createHash } from "node:crypto";

/** One GitRepo with one bundle, and the clusters that it goes to. */
export interface Rollout {
  readonly gitRepo: string;
  readonly commit: string;
  readonly repo: string;
  readonly clusters: readonly string[];
}

/** How far the agent of one cluster has come with what it was given. */
export type Stage = "staged" | "applied" | "modified" | "ready";

/** The namespace of the GitRepos and Bundles. */
export const workspace = "fleet-default";
const apiVersion = "fleet.cattle.io/v1alpha1";
const time = "2026-11-23T13:11:49Z";
/** A BundleDeployment of a real application has 5 to 6 KB: what it deployed is listed in its status. */
const resourcesInBundle = 28;

/** A commit's SHA, the same for the same text. */
export function shaOf(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** `cluster-fleet-default-c7`: where Fleet keeps a cluster's BundleDeployments. */
export function namespaceOf(cluster: string): string {
  return `cluster-${workspace}-${cluster}`;
}

/**
 * Pinned to its commit (`spec.revision`), so that no poll and no question to the host has to confirm it: figures measure what comes
 * after the last change.
 */
export function gitRepo({ gitRepo: name, commit, repo, clusters }: Rollout) {
  const count = clusters.length;
  return {
    apiVersion,
    kind: "GitRepo",
    metadata: { name, namespace: workspace },
    spec: { repo, revision: commit, paths: ["a"], pollingInterval: "15s", targets: [{ name: "all", clusterSelector: {} }] },
    status: {
      commit,
      conditions: [
        condition("Ready"),
        condition("GitPolling"),
        condition("Accepted"),
        { ...condition("Stalled"), status: "False" },
        { ...condition("Reconciling"), status: "False" },
      ],
      desiredReadyClusters: count,
      display: { readyBundleDeployments: `${count}/${count}` },
      gitJobStatus: "Current",
      lastPollingTriggered: time,
      observedGeneration: 1,
      pollingCommit: commit,
      readyClusters: count,
      summary: { desiredReady: count, ready: count },
    },
  };
}

/** The Job that wrote the bundles, at its successful end. */
export function job({ gitRepo: name, commit }: Rollout, { uid, generation }: { uid: string; generation: number }) {
  const owner = { apiVersion, kind: "GitRepo", name, uid, controller: true, blockOwnerDeletion: true };
  const ended = { status: "True", lastProbeTime: time, lastTransitionTime: time, reason: "CompletionsReached", message: "" };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${name}-${commit.slice(0, 5)}`,
      namespace: workspace,
      labels: { "fleet.cattle.io/force-sync-generation": "0", "fleet.cattle.io/gitrepo-generation": String(generation) },
      annotations: { commit, generation: String(generation) },
      ownerReferences: [owner],
    },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: {},
        spec: { restartPolicy: "Never", containers: [{ name: "fleet", image: "none.invalid/fleet:0" }] },
      },
    },
    status: {
      conditions: [
        { type: "SuccessCriteriaMet", ...ended },
        { type: "Complete", ...ended },
      ],
      startTime: time,
      completionTime: time,
      succeeded: 1,
      terminating: 0,
      uncountedTerminatedPods: {},
      ready: 0,
    },
  };
}

export function bundle({ gitRepo: repoName, commit, clusters }: Rollout) {
  const count = clusters.length;
  return {
    apiVersion,
    kind: "Bundle",
    metadata: {
      name: `${repoName}-a`,
      namespace: workspace,
      labels: { "fleet.cattle.io/commit": commit, "fleet.cattle.io/repo-name": repoName },
    },
    spec: { defaultNamespace: repoName, targets: [{ name: "all", clusterSelector: {} }] },
    status: {
      conditions: [condition("Ready")],
      display: { readyClusters: `${count}/${count}` },
      maxUnavailable: count,
      observedGeneration: 1,
      partitions: [{ count, maxUnavailable: count, name: "All", summary: { desiredReady: count, ready: count } }],
      summary: { desiredReady: count, ready: count },
      unavailable: 0,
    },
  };
}

/** What an agent reports about a bundle on its cluster. `modified`: it would be ready, had nobody changed a live resource. */
export function bundleDeployment({ gitRepo: repoName, commit }: Rollout, cluster: string, stage: Stage) {
  const content = `s-${createHash("sha256").update(`${repoName} ${commit}`).digest("hex").slice(0, 61)}`;
  const id = `${content}:${createHash("sha256").update(repoName).digest("hex")}`;
  const options = { defaultNamespace: repoName, helm: {} };
  return {
    apiVersion,
    kind: "BundleDeployment",
    metadata: {
      name: `${repoName}-a`,
      namespace: namespaceOf(cluster),
      labels: {
        "fleet.cattle.io/bundle-name": `${repoName}-a`,
        "fleet.cattle.io/bundle-namespace": workspace,
        "fleet.cattle.io/cluster": cluster,
        "fleet.cattle.io/cluster-namespace": workspace,
        "fleet.cattle.io/commit": commit,
        "fleet.cattle.io/content-name": content,
        "fleet.cattle.io/managed": "true",
        "fleet.cattle.io/repo-name": repoName,
      },
    },
    spec: { deploymentID: id, options, stagedDeploymentID: id, stagedOptions: options },
    status: bundleDeploymentStatus({ id, repoName, stage }),
  };
}

function bundleDeploymentStatus({ id, repoName, stage }: { id: string; repoName: string; stage: Stage }) {
  const isApplied = stage !== "staged";
  const isReady = stage === "ready";
  const truth = (holds: boolean) => (holds ? "True" : "False");
  return {
    appliedDeploymentID: isApplied ? id : "",
    conditions: [
      condition("Installed"),
      { ...condition("Deployed"), status: truth(isApplied) },
      { ...condition("Ready"), status: truth(isReady) },
      condition("Monitored"),
    ],
    display: { deployed: "True", monitored: "True", state: isReady ? "Ready" : "NotReady" },
    nonModified: stage !== "modified",
    ready: isReady || stage === "modified",
    release: `${repoName}/${repoName}-a:2`,
    resourceCounts: { desiredReady: resourcesInBundle, ready: isReady ? resourcesInBundle : 0 },
    resources: Array.from({ length: resourcesInBundle }, (_, index) => ({
      apiVersion: "apps/v1",
      createdAt: time,
      kind: "Deployment",
      name: `${repoName}-component-${index}`,
      namespace: repoName,
    })),
    syncGeneration: 0,
  };
}

export function cluster(name: string) {
  return {
    apiVersion,
    kind: "Cluster",
    metadata: { name, namespace: workspace, labels: { name } },
    spec: {},
    status: { agent: { lastSeen: new Date().toISOString().replace(/\.\d+Z$/, "Z"), namespace: "cattle-fleet-system" } },
  };
}

/** Sends what becomes of every GitRepo to one address, at once. */
export function notification(destinations: readonly unknown[], modified: "failure" | "ignore" = "failure") {
  return {
    apiVersion: "signalman.dev/v1alpha1",
    kind: "Notification",
    metadata: { name: "bench", namespace: workspace },
    spec: { timing: { settle: "0s" }, modified, destinations },
  };
}

function condition(type: string) {
  return { type, status: "True", lastUpdateTime: time };
}
