import type { LabelSelector } from "../fleet/label-selector.ts";
import type { Condition } from "./condition.ts";
import type { GitHubAccount } from "./git-hub-account.ts";
import type { GitHubConfig } from "./github/git-hub-types.ts";
import type { EventType } from "./event-types.ts";
import type { Timing } from "../rollout/rollout.ts";
import type { WebhookConfig } from "./webhook-config.ts";

export { eventTypes, type EventType } from "./event-types.ts";
export type { Timing } from "../rollout/rollout.ts";
export type { CommitStatusConfig } from "./github/commit-status.ts";
export type { PullRequestCommentConfig } from "./github/pull-request-comment.ts";
export type { SecretReference } from "./secret-reference.ts";
export type { WebhookConfig } from "./webhook-config.ts";

export type DestinationConfig = GitHubConfig | WebhookConfig;

/** Names a Notification or ClusterNotification (namespace ""). */
export interface NotificationIdentity {
  readonly kind: "Notification" | "ClusterNotification";
  readonly namespace: string;
  readonly name: string;
}

/** What claims a cluster: all that is given must fit. */
export interface ClusterMatch {
  /** `metadata.name` of the Cluster, or its display name. */
  readonly clusterName?: string | undefined;
  /** Name of a ClusterGroup of the Cluster's namespace. */
  readonly clusterGroup?: string | undefined;
  readonly clusterSelector?: LabelSelector | undefined;
}

export interface Target {
  /** "" for the unnamed target. */
  readonly name: string;
  /** null: every cluster that nobody before it claims. */
  readonly match: ClusterMatch | null;
  readonly timing: Timing;
  readonly modified: "failure" | "ignore";
}

/** The targets of a Notification in the order in which they claim clusters; the last one is the unnamed one, and there is at least that. */
export interface TargetSet {
  /** Equal for sets that divide and judge alike: what is judged for one is judged for all. */
  readonly key: string;
  readonly targets: readonly Target[];
}

/**
 * One destination of one Notification for one target, resolved: every default filled in, every level applied. Everything after `core/notification`
 * reads rules and never a Notification.
 */
export interface Rule {
  readonly notification: NotificationIdentity;
  readonly generation: number;
  readonly creationMs: number;
  /** `spec.destinations[].name`. */
  readonly destination: string;
  /** For which target: its name, "" for the unnamed one. */
  readonly target: string;
  /** How the Notification divides the clusters of a GitRepo; has `target`. */
  readonly targets: TargetSet;
  readonly on: ReadonlySet<EventType>;
  /** What must be true of an event so that it is sent; null where nothing. */
  readonly when: Condition | null;
  readonly order: "latest" | "every";
  readonly timing: Timing;
  readonly modified: "failure" | "ignore";
  readonly suspended: boolean;
  readonly config: DestinationConfig;
  /** Who speaks to GitHub for it; null: Signalman itself, and for a webhook. */
  readonly account: GitHubAccount | null;
}

/** Something wrong with a Notification: where, what, what is allowed, the remedy (`message`), with a stable code. */
export interface Problem {
  readonly code: string;
  /** As in the YAML: `spec.destinations[0].webhook.url`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Where in a text of several lines, a template: both count from 1. */
  readonly at?: { readonly line: number; readonly column: number };
}
