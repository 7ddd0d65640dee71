import type { EventType } from "../notification/rule.ts";
import type { ClusterCounts } from "../rollout/rollout.ts";
import type { Message, MessageRollout } from "./message.ts";

const commit = "4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f";
const olderCommit = "1d0c3e2f4a6b8c0d2e4f6a8b0c2d4e6f8a0b2c4d";
const startedMs = Date.UTC(2026, 10, 23, 12, 0, 0);

const allReady: ClusterCounts = {
  total: 40,
  ready: 40,
  failed: 0,
  offline: 0,
  paused: 0,
  updating: 0,
  offlineNames: [],
  pausedNames: [],
  failedNames: [],
  updatingNames: [],
};

const failure: NonNullable<MessageRollout["failure"]> = {
  kind: "cluster",
  message: 'cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: spec.selector: field is immutable',
  clusters: ["c1", "c7"].map((cluster) => ({
    cluster,
    bundle: "shop-web",
    message: 'cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: spec.selector: field is immutable',
  })),
};

/** What may differ from the sample; counts that are left out stay as they are. */
export interface SampleChanges extends Partial<Omit<Message, "rollout">> {
  readonly rollout?: Partial<Omit<MessageRollout, "clusters">> & { readonly clusters?: Partial<ClusterCounts> };
}

/**
 * A message as an event of this type could look: a GitRepo on 40 clusters. Templates are tried on it, documents show it, and `render`
 * prints it where no GitRepo is named.
 */
export function sampleMessage(event: EventType, changes: SampleChanges = {}): Message {
  const { rollout: rolloutChanges = {}, ...messageChanges } = changes;
  const sampled = sampleRollout(event);
  const isOfBundle = event.startsWith("Bundle");
  const isOfCluster = event.startsWith("Cluster");
  return {
    id: "msg_0aZ3kQp7vXn1sYbR2cTdUe4fGhJ",
    sequence: 7,
    event,
    epoch: 1,
    commit,
    previousCommit: event === "GitRepoRolledBack" ? commit : olderCommit,
    relation: event === "GitRepoRolledBack" ? "behind" : "ahead",
    rolledBackTo: event === "GitRepoRolledBack" ? olderCommit : "",
    rolledBackFrom: "",
    createdMs: startedMs + 60_000,
    gitRepo: {
      uid: "5c6f0f4e-8f6e-4a55-9d6e-0d2f4f0b7c11",
      namespace: "fleet-default",
      name: "shop",
      repo: "https://github.com/acme/shop.git",
      branch: "main",
      revision: "",
    },
    target: "",
    pullRequests: [
      {
        number: 12,
        mergeCommit: commit,
        headSha: "9b7d5e3c1a0f8e6d4c2b0a9f8e7d6c5b4a3f2e1d",
        title: "Raise the memory limit",
        url: "https://github.com/acme/shop/pull/12",
      },
    ],
    fates: [],
    ...(isOfCluster && {
      commit: "",
      previousCommit: "",
      relation: "same",
      pullRequests: [],
      gitRepo: { uid: "", namespace: "", name: "", repo: "", branch: "", revision: "" },
    }),
    ...((isOfBundle || isOfCluster) && { cluster: { namespace: "fleet-default", name: "c7" } }),
    ...(isOfBundle && { bundle: { namespace: "fleet-default", name: "shop-web" } }),
    ...messageChanges,
    rollout: { ...sampled, ...rolloutChanges, clusters: { ...sampled.clusters, ...rolloutChanges.clusters } },
  };
}

function sampleRollout(event: EventType): MessageRollout {
  const rollout: MessageRollout = {
    key: { gitRepoUid: "5c6f0f4e-8f6e-4a55-9d6e-0d2f4f0b7c11", commit, generation: 3, forceSyncGeneration: 0 },
    phase: "ready",
    applied: true,
    holding: false,
    changed: true,
    clusters: allReady,
    bundles: 2,
    startedMs,
    failure: null,
    waitingFor: [],
  };
  switch (event) {
    case "GitRepoReady":
    case "GitRepoRolledBack":
      return rollout;
    case "BundleDeployed":
    case "BundleDrifted":
    case "ClusterOffline":
    case "ClusterOnline":
      return rollout;
    case "BundleFailed":
      return { ...rollout, phase: "failed", failure };
    case "GitRepoRemoved":
      return { ...rollout, phase: "removed" };
    case "GitRepoFailed":
    case "GitRepoDegraded":
      return { ...rollout, phase: "failed", failure, clusters: { ...allReady, ready: 38, failed: 2, failedNames: ["c1", "c7"] } };
    case "GitRepoAdded":
      return { ...rollout, phase: "deploying", applied: false, clusters: { ...allReady, ready: 0, updating: 40 } };
    case "GitRepoDeploying":
      return {
        ...rollout,
        phase: "deploying",
        clusters: {
          ...allReady,
          ready: 31,
          updating: 7,
          offline: 2,
          offlineNames: ["c7", "c9"],
          updatingNames: ["c1", "c2", "c3"],
        },
        waitingFor: [{ code: "WaitApplied", bundle: "shop-web", cluster: "c1", message: "", sinceMs: startedMs }],
      };
  }
}
