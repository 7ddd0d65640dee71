import type { Agenda, Running } from "./agenda.ts";
import type { FleetCondition } from "./fleet-conditions.ts";
import type { BundleOutcome, RolloutStrategy, FleetGit, FleetTree } from "./fleet-content.ts";
import type { FleetObjects } from "./fleet-objects.ts";
import type { FleetTimings } from "./fleet-timings.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { LiveContents } from "./live-contents.ts";

/** `matchLabels`: a target takes the clusters that carry all of these; an empty one takes every cluster. `clusterName`: that one alone. */
export interface FleetTarget {
  readonly name: string;
  readonly clusterName?: string;
  readonly matchLabels: Readonly<Record<string, string>>;
}

export interface GitRepoSpec {
  readonly repo: string;
  readonly branch: string;
  /** A full SHA, or "". With a revision the branch is not looked at. */
  readonly revision: string;
  readonly pollingIntervalMs: number;
  readonly targets: readonly FleetTarget[];
  readonly paused: boolean;
  readonly forceSyncGeneration: number;
  /** Labels of the GitRepo, which its bundles inherit. */
  readonly labels: Readonly<Record<string, string>>;
}

/** `status` is what was last written, as JSON; controllers replace it and never change it in place. */
export interface GitRepoState {
  readonly namespace: string;
  readonly name: string;
  spec: GitRepoSpec;
  object: KubernetesObject;
  status: GitRepoStatus;
  job: JobState | null;
  /** What Fleet last saw as the head of the branch, by a poll or after a webhook; "" before that. */
  head: string;
  isDeleting: boolean;
  polling: Running | null;
  /** A new look at the Bundles is planned. */
  statusDue: boolean;
  /** How often in a row it was refused (`FleetContext.allowedRepo`). */
  refusals: number;
}

export interface GitRepoStatus {
  readonly commit?: string;
  readonly pollingCommit?: string;
  readonly webhookCommit?: string;
  readonly lastPollingTriggered?: string;
  readonly lastWebhookTime?: string;
  readonly observedGeneration?: number;
  readonly updateGeneration?: number;
  readonly gitJobStatus?: string;
  readonly conditions?: readonly FleetCondition[];
  readonly [field: string]: unknown;
}

export interface JobState {
  readonly name: string;
  readonly commit: string;
  readonly generation: number;
  readonly forceSyncGeneration: number;
  readonly running: Running;
  hasFailed: boolean;
}

export interface BundleState {
  readonly gitRepo: GitRepoState;
  /** The path in the repository. */
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
  commit: string;
  /** The commit that was cloned, which may be newer than the label. Only the truth knows it. */
  sha: string;
  manifest: string;
  outcome: BundleOutcome;
  dependsOn: readonly string[];
  rollout: RolloutStrategy | null;
  paused: boolean;
  forceSyncGeneration: number;
  targets: readonly FleetTarget[];
  object: KubernetesObject;
  status: BundleStatus;
  isDeleting: boolean;
  /** cluster name → its BundleDeployment. */
  readonly deployments: Map<string, BundleDeploymentState>;
}

export interface BundleStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly FleetCondition[];
  readonly unavailable?: number;
  readonly [field: string]: unknown;
}

export interface BundleDeploymentState {
  readonly bundle: BundleState;
  readonly cluster: ClusterState;
  readonly namespace: string;
  readonly name: string;
  spec: BundleDeploymentSpec;
  /** What was last written of spec and labels, to know whether there is anything to write. */
  written: string;
  status: BundleDeploymentStatus;
  isGone: boolean;
}

export interface BundleDeploymentSpec {
  readonly deploymentID: string;
  readonly stagedDeploymentID: string;
  readonly paused: boolean;
  readonly forceSyncGeneration: number;
  /** What the deploymentIDs stand for, for the agent and for the truth. */
  readonly content: { readonly manifest: string; readonly sha: string; readonly outcome: BundleOutcome };
}

export interface BundleDeploymentStatus {
  readonly appliedDeploymentID?: string;
  readonly ready?: true;
  readonly nonModified?: true;
  /** `namespace/name:number`. */
  readonly release?: string;
  readonly conditions?: readonly FleetCondition[];
  readonly display?: { readonly state?: string; readonly deployed?: string; readonly monitored?: string };
  readonly [field: string]: unknown;
}

export interface ClusterState {
  readonly namespace: string;
  readonly name: string;
  /** `status.namespace`: where its BundleDeployments are. */
  readonly ownNamespace: string;
  readonly displayName: string;
  labels: Readonly<Record<string, string>>;
  isOnline: boolean;
  status: Readonly<Record<string, unknown>>;
  checkins: Running | null;
  readonly live: LiveContents;
}

/** What must look again, since something that it watches has changed. */
export interface Wake {
  gitRepo(gitRepo: GitRepoState): void;
  /** now: the GitRepo itself has changed; later: one of its Bundles has. */
  gitRepoStatus(gitRepo: GitRepoState, when: "now" | "later"): void;
  bundle(bundle: BundleState): void;
  /** The agent of the BundleDeployment's cluster. */
  agent(deployment: BundleDeploymentState): void;
  cluster(cluster: ClusterState): void;
}

/** What all of Fleet's controllers share. */
export interface FleetContext {
  readonly agenda: Agenda;
  readonly objects: FleetObjects;
  readonly git: FleetGit;
  readonly timings: FleetTimings;
  /** What a GitRepoRestriction demands of `spec.repo`, as a regular expression; null: there is none. */
  allowedRepo: string | null;
  readonly gitRepos: Map<string, GitRepoState>;
  readonly bundles: Map<string, BundleState>;
  readonly clusters: Map<string, ClusterState>;
  readonly wake: Wake;
}

/** `2026-11-23T13:11:38Z`: Kubernetes' times have whole seconds. */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (second !== written.second) written = { second, text: `${new Date(second * 1_000).toISOString().slice(0, 19)}Z` };
  return written.text;
}

/** Most writes of a story are in the same second as the one before. */
let written = { second: Number.NaN, text: "" };

export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** The name of the Bundle for a path of a GitRepo. */
export function bundleName(gitRepo: Pick<GitRepoState, "name">, path: string): string {
  return `${gitRepo.name}-${path}`.replaceAll("/", "-");
}

/** The key of `ClusterState.live`. */
export function liveKey(gitRepo: GitRepoState, path: string): string {
  return `${keyOf(gitRepo)}/${path}`;
}

/** The clusters that at least one target takes, in the order of their names. */
export function targetedClusters(context: FleetContext, targets: readonly FleetTarget[], namespace: string): ClusterState[] {
  return [...context.clusters.values()]
    .filter((cluster) => cluster.namespace === namespace && targets.some((target) => takes(target, cluster)))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function takes({ clusterName, matchLabels }: FleetTarget, { name, labels }: ClusterState): boolean {
  if (clusterName !== undefined && clusterName !== name) return false;
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

/** True where every bundle of the tree is on the cluster, whole and healthy, and nothing else of the GitRepo is. */
export function isLive(cluster: ClusterState, gitRepo: GitRepoState, tree: FleetTree): boolean {
  const prefix = liveKey(gitRepo, "");
  const live = [...cluster.live].filter(([key]) => key.startsWith(prefix));
  if (live.length !== tree.size) return false;
  return live.every(([key, content]) => {
    const wanted = tree.get(key.slice(prefix.length));
    return wanted?.manifest === content.manifest && content.isWhole && content.isHealthy;
  });
}
