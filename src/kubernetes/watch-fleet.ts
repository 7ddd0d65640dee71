import type { FleetChange, FleetKind, FleetRecord } from "../core/fleet/record.ts";
import { project } from "../core/fleet/project.ts";
import type { NotificationIdentity } from "../core/notification/rule.ts";
import type { NotificationChange } from "../core/notifications.ts";
import type { Clock } from "../engine/ports.ts";
import type { KubernetesClient } from "./client.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { Reflector, type ReflectorProblem } from "./reflector.ts";
import type { ReflectorStats } from "./reflector-stats.ts";
import { type KubernetesResource, resourcePath } from "./resource-path.ts";
import { resources } from "./resources.ts";

export interface WatchFleetOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /**
   * The id of Fleet's shard that is followed; "": what has no shard (fleet-facts §4); null: everything. Clusters, ClusterGroups and
   * Notifications are seen by all.
   */
  readonly shard: string | null;
  /** Fleet's `agentCheckinInterval`, which no object tells. */
  readonly checkinIntervalMs?: number;
  readonly onFleetChange: (change: FleetChange) => void;
  readonly onNotificationChange: (change: NotificationChange) => void;
  /** What keeps one of the caches from being up to date: once, until `onRecovered`. */
  readonly onProblem: (problem: ReflectorProblem) => void;
  readonly onRecovered: (path: string) => void;
}

export interface FleetWatch {
  /** True once all that was there at the start is told; false where `stop` came first. Never rejects. */
  readonly synced: Promise<boolean>;
  /** By plural, for metrics. */
  readonly reflectors: readonly { readonly plural: string; readonly stats: ReflectorStats; readonly size: () => number }[];
  /** Nothing is told any more from the moment of the call; resolves when no request is out. */
  stop(): Promise<void>;
}

const shardLabel = "fleet.cattle.io/shard-ref";

/** What is followed of Fleet, and whether its shard label says who follows it. */
export const fleetKinds: Readonly<Record<FleetKind, { readonly resource: KubernetesResource; readonly isSharded: boolean }>> = {
  Cluster: { resource: resources.clusters, isSharded: false },
  ClusterGroup: { resource: resources.clusterGroups, isSharded: false },
  GitRepo: { resource: resources.gitRepos, isSharded: true },
  Job: { resource: resources.jobs, isSharded: true },
  Bundle: { resource: resources.bundles, isSharded: true },
  BundleDeployment: { resource: resources.bundleDeployments, isSharded: true },
};

const notificationKinds: Readonly<Record<NotificationIdentity["kind"], KubernetesResource>> = {
  Notification: resources.notifications,
  ClusterNotification: resources.clusterNotifications,
};

/** Follows everything that Signalman decides from, and tells it as changes, whole objects of Fleet reduced to records. Starts at once. */
export function watchFleet(options: WatchFleetOptions): FleetWatch {
  const started = [
    ...Object.entries(fleetKinds).map(([kind, { resource, isSharded }]) => ({
      plural: resource.plural,
      reflector: reflectFleetKind({ kind: kind as FleetKind, resource, isSharded }, options),
    })),
    ...Object.entries(notificationKinds).map(([kind, resource]) => ({
      plural: resource.plural,
      reflector: reflectNotifications(kind as NotificationIdentity["kind"], resource, options),
    })),
  ];
  return {
    synced: Promise.all(started.map(({ reflector }) => reflector.synced)).then((all) => all.every(Boolean)),
    reflectors: started.map(({ plural, reflector }) => ({ plural, stats: reflector.stats, size: () => reflector.size })),
    async stop() {
      await Promise.all(started.map(({ reflector }) => reflector.stop()));
    },
  };
}

interface FleetKindInput {
  readonly kind: FleetKind;
  readonly resource: KubernetesResource;
  readonly isSharded: boolean;
}

function reflectFleetKind({ kind, resource, isSharded }: FleetKindInput, options: WatchFleetOptions): Reflector<FleetRecord> {
  const { shard, checkinIntervalMs, onFleetChange } = options;
  return new Reflector<FleetRecord>({
    ...shared(resource, options),
    ...(isSharded && shard !== null ? { labelSelector: shard === "" ? `!${shardLabel}` : `${shardLabel}=${shard}` } : {}),
    project: (object) => project(object, { kind, checkinIntervalMs }),
    onChange: (change) =>
      onFleetChange(
        change.kind === "put" ? { kind: "put", record: change.record } : { kind: "remove", recordKind: kind, uid: change.uid },
      ),
  });
}

/**
 * Notifications are few and small: they are handed on whole. What is kept of one is its name, so that a removal can say who is gone, and its
 * generation: that its status was written, by us most likely, is no news.
 */
function reflectNotifications(
  kind: NotificationIdentity["kind"],
  resource: KubernetesResource,
  options: WatchFleetOptions,
): Reflector<KubernetesObject> {
  const told = new Map<string, { readonly notification: NotificationIdentity; readonly generation: number | undefined }>();
  return new Reflector<KubernetesObject>({
    ...shared(resource, options),
    project: (object) => ({ ...(object as KubernetesObject), kind }),
    onChange: (change) => {
      const before = told.get(change.uid);
      if (change.kind === "remove") {
        told.delete(change.uid);
        if (before !== undefined) options.onNotificationChange({ kind: "remove", notification: before.notification });
        return;
      }
      const { namespace = "", name, generation } = change.record.metadata;
      if (generation !== undefined && before?.generation === generation) return;
      options.onNotificationChange({ kind: "put", object: change.record });
      told.set(change.uid, { notification: { kind, namespace, name }, generation });
    },
  });
}

function shared(resource: KubernetesResource, { client, clock, random, onProblem, onRecovered }: WatchFleetOptions) {
  const path = resourcePath(resource);
  return { client, clock, random, path, onProblem, onRecovered: () => onRecovered(path) };
}
