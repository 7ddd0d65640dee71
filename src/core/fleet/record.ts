import type { LabelSelector } from "./label-selector.ts";

/**
 * What Fleet's objects say, reduced to what Signalman needs: a raw object is projected to one of these records at decoding and is
 * never kept whole. `fleet-facts.md` §1.3: false booleans and zero counts are omitted from the objects, so absent means false or 0;
 * the records hold the explicit value.
 */

/** One entry of `status.conditions`; `status` is "True", "False" or "Unknown" (an absent condition has no entry). */
export interface ConditionRecord {
  readonly status: string;
  readonly reason: string;
  /** Cut to `limits.conditionMessageMax` characters at projection: untrusted text. */
  readonly message: string;
}

export interface GitRepoRecord {
  readonly kind: "GitRepo";
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The annotation `signalman.dev/suspend: "true"`. */
  readonly suspended: boolean;
  readonly creationMs: number;
  readonly deleting: boolean;
  readonly generation: number;
  /** `spec.repo` as written: untrusted. */
  readonly repo: string;
  /** "" where unset (Fleet then uses "master"). */
  readonly branch: string;
  readonly revision: string;
  readonly paused: boolean;
  readonly pollingDisabled: boolean;
  /** `spec.pollingInterval`, Fleet's default 15 s where unset. */
  readonly pollingIntervalMs: number;
  readonly forceSyncGeneration: number;
  /** Label `fleet.cattle.io/shard-ref`, "" where absent. */
  readonly shard: string;
  /** `status.commit`, "" before the first poll. */
  readonly commit: string;
  readonly observedGeneration: number;
  readonly updateGeneration: number;
  readonly gitJobStatus: string;
  readonly pollingCommit: string;
  readonly webhookCommit: string;
  /** `status.lastPollingTriggered`, seconds precision in Fleet; 0 where absent. */
  readonly lastPollingMs: number;
  /** `status.lastWebhookTime` (Fleet ≥ 0.15); 0 where absent. */
  readonly lastWebhookMs: number;
  readonly accepted: ConditionRecord | null;
  readonly stalled: ConditionRecord | null;
  readonly gitPolling: ConditionRecord | null;
  readonly ready: ConditionRecord | null;
}

export interface JobRecord {
  readonly kind: "Job";
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** The owner reference of kind GitRepo: a Job without one is not Fleet's and is not projected. */
  readonly gitRepoUid: string;
  readonly gitRepoName: string;
  /** Annotation `commit`. */
  readonly commit: string;
  /** Annotation `generation`. */
  readonly generation: number;
  readonly forceSyncGeneration: number;
  readonly outcome: "unfinished" | "complete" | "failed";
  readonly message: string;
  /** `status.completionTime`, whole seconds as `lastPollingTriggered`; 0 where it has not completed. */
  readonly completedMs: number;
  readonly shard: string;
}

export interface BundleRecord {
  readonly kind: "Bundle";
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Label `fleet.cattle.io/repo-name`: the GitRepo of the same namespace. */
  readonly gitRepoName: string;
  /** Label `fleet.cattle.io/commit`. */
  readonly commit: string;
  readonly deleting: boolean;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly paused: boolean;
  /** `status.unavailablePartitions`. */
  readonly unavailablePartitions: number;
  /** Sum of `status.partitions[].unavailable` and of `status.partitions[].count`. */
  readonly partitionsUnavailable: number;
  readonly partitionsCount: number;
  readonly desiredReady: number;
  /** `spec.correctDrift.enabled`. */
  readonly correctsDrift: boolean;
  readonly ready: ConditionRecord | null;
  readonly shard: string;
}

export interface BundleDeploymentRecord {
  readonly kind: "BundleDeployment";
  readonly uid: string;
  /** The cluster's own namespace (`cluster.status.namespace`). */
  readonly namespace: string;
  readonly name: string;
  readonly gitRepoName: string;
  /** Labels `fleet.cattle.io/bundle-namespace`, `bundle-name`, `cluster-namespace`, `cluster`. */
  readonly bundleNamespace: string;
  readonly bundleName: string;
  readonly clusterNamespace: string;
  readonly clusterName: string;
  readonly commit: string;
  /** Label `fleet.cattle.io/content-name`; "" on Fleet 0.13. */
  readonly contentName: string;
  /** OCI and HelmOps contents are not named by a manifest id, so W4's check does not apply to them. */
  readonly contentIsManifest: boolean;
  readonly deleting: boolean;
  readonly deploymentId: string;
  readonly stagedDeploymentId: string;
  readonly appliedDeploymentId: string;
  readonly paused: boolean;
  readonly offSchedule: boolean;
  readonly waitingForValues: boolean;
  readonly isReady: boolean;
  readonly nonModified: boolean;
  readonly deployed: ConditionRecord | null;
  readonly installed: ConditionRecord | null;
  readonly monitored: ConditionRecord | null;
  readonly ready: ConditionRecord | null;
  /** First text of `status.nonReadyStatus` or `modifiedStatus`: names a resource and what it lacks; "" where none. */
  readonly resourceMessage: string;
  /** True where a `nonReadyStatus[].summary.error` is set: failed, not progressing. */
  readonly resourceError: boolean;
  readonly shard: string;
}

export interface ClusterRecord {
  readonly kind: "Cluster";
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Label `management.cattle.io/cluster-display-name`, else the name: what people are shown. */
  readonly displayName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly paused: boolean;
  /** `status.agent.lastSeen`; 0 where the agent never checked in. */
  readonly lastSeenMs: number;
  /** `spec.agentCheckinInterval`-like interval, Fleet's default 15 min where unset. */
  readonly checkinIntervalMs: number;
}

export interface ClusterGroupRecord {
  readonly kind: "ClusterGroup";
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** `spec.selector` over the labels of the Clusters of its namespace; null: it has no clusters, as Fleet takes an absent or wrong one. */
  readonly selector: LabelSelector | null;
}

/** The kinds that are watched, with the record that each is projected to. */
export type FleetRecord = GitRepoRecord | JobRecord | BundleRecord | BundleDeploymentRecord | ClusterRecord | ClusterGroupRecord;
export type FleetKind = FleetRecord["kind"];

/** One change as the reflector or a recording tells it. A relist after a gap arrives as single changes too. */
export type FleetChange =
  | { readonly kind: "put"; readonly record: FleetRecord }
  | { readonly kind: "remove"; readonly recordKind: FleetKind; readonly uid: string };
