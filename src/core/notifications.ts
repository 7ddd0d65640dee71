import { touchClusters } from "./cluster-news.ts";
import type { CoreEffect, NotificationReport } from "./core-effect.ts";
import { placeHolders, settlePlaces } from "./commit-places.ts";
import type { CoreState } from "./core-state.ts";
import { unpark } from "./delivery/step.ts";
import type { StreamState } from "./delivery/stream.ts";
import type { GitRepoRecord } from "./fleet/record.ts";
import { limits } from "./limits.ts";
import { repositoryKey } from "./history/parse-repository.ts";
import type { Repository } from "./history/relation.ts";
import { accountKey, type GitHubAccount } from "./notification/git-hub-account.ts";
import { parseNotification } from "./notification/parse-notification.ts";
import type { Notification, NotificationProblem } from "./notification/notification.ts";
import { resolveRules } from "./notification/resolve.ts";
import type { NotificationIdentity, Rule } from "./notification/rule.ts";
import type { WrittenSpec } from "./notification/written-target.ts";
import type { KnownNotification } from "./notification-set.ts";

/** A Notification or ClusterNotification as somebody wrote it, or that it is gone. */
export type NotificationChange =
  | { readonly kind: "put"; readonly object: unknown }
  | { readonly kind: "remove"; readonly notification: NotificationIdentity };

/**
 * Takes a change of a Notification: its rules, and what was parked and may heal now. Nothing leaves before its GitRepos were decided anew: until
 * then the streams have the rules from before.
 */
export function changeNotification(state: CoreState, change: NotificationChange, now: number): void {
  const { known } = state.notifications;
  const identity = change.kind === "put" ? put(known, change.object) : change.notification;
  if (identity === null) return;
  if (change.kind === "remove") known.delete(keyOf(identity));
  const valid = [...known.values()].flatMap((it) => it.notification ?? []);
  state.notifications.resolution = resolveRules(valid, state.repositoryPolicy);
  state.notifications.holders = null;
  state.clusterClaims.forget();
  state.isStructureChanged = true;
  touchClusters(state);
  for (const { uid } of state.inventory.gitRepos()) state.touched.add(uid);
  const changed = known.get(keyOf(identity))?.notification ?? null;
  // An account may have access to what nobody had.
  if (changed !== null && namesAccount(changed)) state.history.retryHopeless(now);
  unpark(state.delivery, (stream) => keyOf(stream.identity.notification) === keyOf(identity), now);
}

function namesAccount({ spec }: Notification): boolean {
  const { destinations, targets = [] }: WrittenSpec = spec;
  return [...destinations, ...targets.flatMap((it) => it.destinations ?? [])].some((it) => it.github?.auth !== undefined);
}

/** The rules of one GitRepo, suspended ones included. */
export function rulesOf(state: CoreState, gitRepo: GitRepoRecord): readonly Rule[] {
  const own = state.notifications.resolution.rulesOf(gitRepo);
  state.notifications.holders ??= placeHolders(state);
  const { rules, problems: lost } = settlePlaces(state, { rules: own.rules, gitRepo, holders: state.notifications.holders });
  const problems = [...own.problems, ...lost];
  noteConflicts(state, gitRepo.uid, problems);
  return rules;
}

/** What is wrong between the rules of a GitRepo, for the Notifications' conditions; nothing once it is gone. */
export function noteConflicts(state: CoreState, uid: string, problems: readonly NotificationProblem[]): void {
  const { conflicts } = state.notifications;
  const before = conflicts.get(uid) ?? [];
  if (before.length === 0 && problems.length === 0) return;
  if (JSON.stringify(before) !== JSON.stringify(problems)) state.isReportDue = true;
  if (problems.length > 0) conflicts.set(uid, problems);
  else conflicts.delete(uid);
}

/** Who reports the repository for its GitRepos, in place of Signalman itself; each once, at most `limits.accountsAskedMax`. */
export function accountsFor(state: CoreState, repository: Repository): readonly GitHubAccount[] {
  const accounts = new Map<string, GitHubAccount>();
  for (const uid of state.gitReposOf.get(repositoryKey(repository)) ?? []) {
    const view = state.inventory.view(uid);
    if (view === null) continue;
    for (const { account } of state.notifications.resolution.rulesOf(view.gitRepo).rules) {
      if (account !== null) accounts.set(accountKey(account), account);
      if (accounts.size === limits.accountsAskedMax) return [...accounts.values()];
    }
  }
  return [...accounts.values()];
}

/** What has changed about the Notifications since they were reported last; looked at every `limits.reportMs` at most, or soon after one was changed. */
export function reportNotifications(state: CoreState, now: number): CoreEffect[] {
  if (!state.isReportDue || now < state.reportAtMs) return [];
  state.isReportDue = false;
  state.reportAtMs = now + limits.reportMs;
  const streams = Map.groupBy(state.delivery.streams.values(), (it) => keyOf(it.identity.notification));
  const effects: CoreEffect[] = [];
  for (const [key, known] of state.notifications.known) {
    const report = reportOf(state, { known, streams: streams.get(key) ?? [] });
    const text = JSON.stringify(report);
    if (text === known.reported) continue;
    known.reported = text;
    effects.push({ kind: "report", report });
  }
  return effects;
}

/** When the Notifications are to be looked at again: only something that happens can change what is reported of them. */
export function reportDueMs(state: CoreState): number {
  return state.isReportDue ? state.reportAtMs : Infinity;
}

function put(known: Map<string, KnownNotification>, object: unknown): NotificationIdentity | null {
  const parsed = parseNotification(object);
  const isValid = parsed.kind === "valid";
  const identity = isValid ? parsed.notification.identity : parsed.identity;
  if (identity.name === "") return null;
  const key = keyOf(identity);
  known.set(key, {
    identity,
    uid: uidOf(object),
    generation: isValid ? parsed.notification.generation : parsed.generation,
    notification: isValid ? parsed.notification : null,
    problems: isValid ? [] : parsed.problems,
    reported: known.get(key)?.reported ?? "",
  });
  return identity;
}

function reportOf(
  state: CoreState,
  { known, streams }: { known: KnownNotification; streams: readonly StreamState[] },
): NotificationReport {
  const isOurs = (it: { notification: NotificationIdentity }) => keyOf(it.notification) === keyOf(known.identity);
  const others = [...state.notifications.resolution.problems, ...[...state.notifications.conflicts.values()].flat()];
  const found = others.filter(isOurs).map((it) => it.problem);
  const waiting = streams.filter((it) => it.queue.length > 0);
  const undecided = streams.filter((it) => it.conditionError !== "");
  const failing = [...waiting.filter((it) => it.lastError !== ""), ...undecided];
  return {
    notification: known.identity,
    uid: known.uid,
    generation: known.generation,
    problems: [...known.problems, ...found].slice(0, limits.problemsMax),
    failing: failingOf({ waiting, undecided }),
    streams: { total: streams.length, pending: waiting.length, failing: failing.length },
    lastSentMs: Math.max(0, ...streams.map((it) => it.lastSentMs)),
    lastError: failing[0]?.lastError ?? "",
  };
}

/** What is worst of what keeps messages back: what only a person can mend comes first. */
function failingOf({
  waiting,
  undecided,
}: {
  waiting: readonly StreamState[];
  undecided: readonly StreamState[];
}): NotificationReport["failing"] {
  const parked = waiting.find((it) => it.head.phase === "parked");
  if (parked !== undefined) return { code: parked.head.parkedFor, message: parked.lastError };
  const [first] = undecided;
  if (first !== undefined) {
    const { destination, gitRepoNamespace, gitRepoName } = first.identity;
    const message = `when of destination "${destination}" cannot be told for GitRepo ${gitRepoNamespace}/${gitRepoName}: ${first.conditionError}.`;
    return { code: "ConditionFailed", message };
  }
  const retrying = waiting.find((it) => it.lastError !== "");
  return retrying === undefined ? null : { code: "Retrying", message: retrying.lastError };
}

function keyOf({ kind, namespace, name }: NotificationIdentity): string {
  return `${kind}/${namespace}/${name}`;
}

function uidOf(object: unknown): string {
  const { metadata } = (object ?? {}) as { metadata?: { uid?: unknown } };
  return typeof metadata?.uid === "string" ? metadata.uid : "";
}
