import { ClusterClaims } from "./cluster-claims.ts";
import type { ClusterWatch } from "./cluster-watch.ts";
import { type DeliveryState, newDeliveryState } from "./delivery/state.ts";
import { RepositoryGroups } from "./group/repository-groups.ts";
import { Inventory } from "./fleet/inventory.ts";
import { History } from "./history/history.ts";
import type { RepositoryPolicy } from "./notification/repository-policy.ts";
import { type NotificationSet, newNotificationSet } from "./notification-set.ts";
import type { RolloutMemory } from "./rollout/track.ts";
import type { ToldBundles } from "./told-bundles.ts";

/** All that the core owns. Only `step` and its parts mutate it. */
export interface CoreState {
  readonly inventory: Inventory;
  /** What is remembered of each GitRepo's current rollout, by uid. */
  readonly memories: Map<string, RolloutMemory>;
  /** Where each GitRepo's repository is, so that an answer about it touches the right ones: repository key → GitRepo uids. */
  readonly gitReposOf: Map<string, Set<string>>;
  readonly repositoryOf: Map<string, string>;
  readonly notifications: NotificationSet;
  readonly repositoryPolicy: RepositoryPolicy;
  readonly clusterClaims: ClusterClaims;
  /** By GitRepo uid, then by rule. */
  readonly toldBundles: Map<string, Map<string, ToldBundles>>;
  readonly clusterWatch: ClusterWatch;
  readonly history: History;
  readonly delivery: DeliveryState;
  /** Uids of the GitRepos that are to be judged, in this step or the next ones: the delivery's `undecided`. */
  readonly touched: Set<string>;
  /** When a GitRepo is to be judged again though nothing changes, by uid. */
  readonly wakes: Map<string, number>;
  /** What GitRepos that are told of together were judged to be. Their uids stand among those of GitRepos in `touched`, `wakes` and `decided`. */
  readonly repositoryGroups: RepositoryGroups;
  /** When a GitRepo was judged last, by uid. */
  readonly decided: Map<string, number>;
  isSynced: boolean;
  /** True where a Notification or GitRepo came, went or changed: streams may have lost what feeds them. */
  isStructureChanged: boolean;
  /** Not before this are the Notifications reported again, and only where something happened since (`isReportDue`). */
  reportAtMs: number;
  isReportDue: boolean;
}

/** `repositoryPolicy` is asked of every GitRepo before anything is written for it on GitHub. */
export function newCoreState({ shard, repositoryPolicy }: { shard: string; repositoryPolicy: RepositoryPolicy }): CoreState {
  const delivery = newDeliveryState(shard);
  return {
    inventory: new Inventory(),
    memories: new Map(),
    gitReposOf: new Map(),
    repositoryOf: new Map(),
    notifications: newNotificationSet(),
    repositoryPolicy,
    clusterClaims: new ClusterClaims(),
    toldBundles: new Map(),
    clusterWatch: { dueMs: Infinity, lookedMs: -Infinity, syncedMs: 0 },
    history: new History(),
    delivery,
    touched: delivery.undecided,
    wakes: new Map(),
    repositoryGroups: new RepositoryGroups(),
    decided: new Map(),
    isSynced: false,
    isStructureChanged: false,
    reportAtMs: 0,
    isReportDue: false,
  };
}

/** Touches the GitRepos whose time has come. Bounded by the number of GitRepos. */
export function wakeUp(state: CoreState, now: number): void {
  for (const [uid, atMs] of state.wakes) if (atMs <= now) state.touched.add(uid);
}

export function nextWakeMs(state: CoreState): number {
  let next = Infinity;
  for (const atMs of state.wakes.values()) next = Math.min(next, atMs);
  return next;
}
