import type { CoreState } from "./core-state.ts";
import type { DeliveryEffect } from "./delivery/effect.ts";
import { adopt, rememberNews, tellNews } from "./delivery/news.ts";
import { orphan } from "./delivery/orphan.ts";
import { closeStream, openStream, touch } from "./delivery/state.ts";
import { type StreamIdentity, streamKey } from "./delivery/stream.ts";
import type { ClusterRecord } from "./fleet/record.ts";
import { limits } from "./limits.ts";
import { composeNews } from "./message/compose-news.ts";
import type { Message } from "./message/message.ts";
import { clusterEvents } from "./notification/destination-events.ts";
import type { EventType, Rule } from "./notification/rule.ts";
import { isRuleOf } from "./rule-of-lost.ts";

/** Something about clusters, or about who wants to hear of them, may have changed. */
export function touchClusters({ clusterWatch, delivery }: CoreState): void {
  if (delivery.shard !== "") return;
  clusterWatch.dueMs = Math.min(clusterWatch.dueMs, clusterWatch.lookedMs + limits.clustersPauseMs);
}

/**
 * Tells of clusters whose agent's last check-in is older than max(3 × its interval, 45 min), and of those that came back (design §4,
 * fleet-facts §2.4). Agents cannot check in while the management cluster is down, and this process then sees it start anew: it gives each
 * one interval before it says anything. An agent that never checked in is being installed.
 *
 * A Notification is about the Clusters of its namespace, a ClusterNotification about all; `gitRepos` does not matter. The empty shard alone
 * tells, or each shard would. Costs O(clusters × rules that ask).
 */
export function tellClusters(state: CoreState, now: number): DeliveryEffect[] {
  const { clusterWatch, notifications, inventory } = state;
  if (clusterWatch.dueMs > now) return [];
  clusterWatch.lookedMs = now;
  clusterWatch.dueMs = Infinity;
  const effects: DeliveryEffect[] = [];
  const clusters = Map.groupBy(inventory.clusters(), (it) => it.namespace);
  const open = new Set<string>();
  for (const [namespace, list] of clusters) {
    const rules = notifications.resolution.clusterRulesOf(namespace).filter((it) => !it.suspended && asksForClusters(it));
    for (const [, group] of Map.groupBy(rules, nameOf))
      effects.push(...tellRules(state, { rules: group, namespace, clusters: list, open }, now));
  }
  leaveOthers(state, { open, clusters }, now);
  return effects;
}

interface Asked {
  /** One destination of one Notification, in each target. */
  readonly rules: readonly Rule[];
  readonly namespace: string;
  readonly clusters: readonly ClusterRecord[];
  /** Keys of the streams that have a cluster and a rule. */
  readonly open: Set<string>;
}

function tellRules(state: CoreState, { rules, namespace, clusters, open }: Asked, now: number): DeliveryEffect[] {
  const effects: DeliveryEffect[] = [];
  const isFirstSight = !markSeen(state, { rules, namespace, open }, now);
  let count = 0;
  for (const cluster of clusters) {
    const rule = rules.find(
      (it) => it.target === state.clusterClaims.targetOf(it.targets, { cluster, inventory: state.inventory }, now),
    );
    if (rule === undefined) continue;
    const identity = identityOf(rule, { namespace, subject: subjectOf(cluster) });
    const key = streamKey(identity);
    const isKnown = state.delivery.streams.has(key);
    open.add(key);
    const isOffline = isOfflineAt(state, { cluster, isTold: isKnown || isFirstSight }, now);
    if (isKnown) count += 1;
    if (!isKnown && (!isOffline || count >= limits.newsStreamsMax)) continue;
    const message = messageOf({ rule, cluster, event: isOffline ? "ClusterOffline" : "ClusterOnline" }, now);
    if (!isKnown) count += 1;
    if (isFirstSight) rememberNews(state.delivery, { identity, rule, message }, now);
    else effects.push(...tellNews(state.delivery, { identity, rule, message, isQuiet: !isOffline }, now).effects);
  }
  return effects;
}

/** Notes when it will be, where it is not. What was told as offline, or is remembered so, needs no interval after the start. */
function isOfflineAt(
  { clusterWatch }: CoreState,
  { cluster: { lastSeenMs, checkinIntervalMs }, isTold }: { cluster: ClusterRecord; isTold: boolean },
  now: number,
): boolean {
  if (lastSeenMs === 0) return false;
  const silentMs = lastSeenMs + Math.max(3 * checkinIntervalMs, limits.offlineMinMs);
  const atMs = isTold ? silentMs : Math.max(silentMs, clusterWatch.syncedMs + checkinIntervalMs);
  if (atMs <= now) return true;
  clusterWatch.dueMs = Math.min(clusterWatch.dueMs, atMs);
  return false;
}

/** What is offline when a destination first asks was so before: it is remembered and not told. Returns whether this was noted before. */
function markSeen(state: CoreState, { rules, namespace, open }: Omit<Asked, "clusters">, now: number): boolean {
  const [rule] = rules;
  if (rule === undefined) return true;
  const identity = identityOf(rule, { namespace, subject: watchSubject });
  open.add(streamKey(identity));
  const isKnown = state.delivery.streams.has(streamKey(identity));
  const stream = openStream(state.delivery, identity);
  adopt(state.delivery, { stream, rule }, now);
  if (!isKnown) touch(state.delivery, stream, { isUrgent: false, now });
  return isKnown;
}

/**
 * Of a cluster that is gone nobody will hear again. Where the rule is suspended or gone, what its receiver was told is kept as for GitRepos: a cluster
 * that came back meanwhile would be offline to it for ever.
 */
function leaveOthers(
  state: CoreState,
  { open, clusters }: { open: ReadonlySet<string>; clusters: ReadonlyMap<string, readonly ClusterRecord[]> },
  now: number,
): void {
  for (const stream of state.delivery.streams.values()) {
    const { identity, key, head } = stream;
    if (!isOfCluster(identity) || open.has(key)) continue;
    const there = clusters.get(identity.gitRepoNamespace) ?? [];
    const isThere = identity.subject === watchSubject ? there.length > 0 : there.some((it) => subjectOf(it) === identity.subject);
    if (isThere) orphan(state.delivery, { stream, reason: isMuted(state, identity) ? "muted" : "unreported" }, now);
    else if (head.phase !== "sending") closeStream(state.delivery, stream, now);
  }
}

function isMuted({ notifications }: CoreState, identity: StreamIdentity): boolean {
  const rules = notifications.resolution.clusterRulesOf(identity.gitRepoNamespace);
  return rules.some((it) => it.suspended && asksForClusters(it) && isRuleOf(it, { ...identity, target: it.target }));
}

/** What is noted of a destination that asks for clusters: that it did. */
const watchSubject = "clusters";

function subjectOf({ name }: ClusterRecord): string {
  return `cluster/${name}`;
}

/** True for streams of clusters: those of GitRepos know nothing of them. */
export function isOfCluster({ gitRepoName }: StreamIdentity): boolean {
  return gitRepoName === "";
}

function asksForClusters({ on }: Rule): boolean {
  return clusterEvents.some((it) => on.has(it));
}

function nameOf({ notification, destination }: Rule): string {
  return [notification.kind, notification.namespace, notification.name, destination].join("/");
}

/** Without the target: a cluster that moves between targets goes on in its stream. */
function identityOf(
  { notification, destination }: Rule,
  { namespace, subject }: { namespace: string; subject: string },
): StreamIdentity {
  return { notification, destination, gitRepoNamespace: namespace, gitRepoName: "", target: "", subject };
}

function messageOf({ rule, cluster, event }: { rule: Rule; cluster: ClusterRecord; event: EventType }, now: number): Message {
  const { namespace, displayName } = cluster;
  const named = { namespace, name: displayName };
  return composeNews(
    { event, target: rule.target, gitRepo: null, key: null, startedMs: cluster.lastSeenMs, cluster: named, failure: "" },
    now,
  );
}
