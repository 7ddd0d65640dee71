import { type DeliveryInput, dueMs as deliveryDueMs, step as deliveryStep, take as takeDelivery } from "./delivery/step.ts";
import { tellClusters, touchClusters } from "./cluster-news.ts";
import { commentRows } from "./delivery/comment-rows.ts";
import { sweepOrphans } from "./delivery/orphan.ts";
import type { CommentRow } from "./message/comment-row.ts";
import type { Message } from "./message/message.ts";
import type { InquiryAnswer } from "./history/history.ts";
import type { Inquiry } from "./history/inquiry.ts";
import { parseRepository, repositoryKey } from "./history/parse-repository.ts";
import { limits } from "./limits.ts";
import { isSelectedAlike } from "./notification/match.ts";
import type { CommitNode, PullRequest, Repository } from "./history/relation.ts";
import type { GitRepoView } from "./fleet/inventory.ts";
import type { FleetChange } from "./fleet/record.ts";
import { decideGroup } from "./group/decide-group.ts";
import { isGroupUid } from "./group/repository-group.ts";
import type { CoreEffect } from "./core-effect.ts";
import { type CoreState, nextWakeMs, wakeUp } from "./core-state.ts";
import { decideGitRepo, orphanStreams } from "./decide-git-repo.ts";
import { type NotificationChange, changeNotification, reportDueMs, reportNotifications } from "./notifications.ts";

/** Everything that the core can be told. */
export type CoreInput =
  | DeliveryInput
  | { readonly kind: "fleet"; readonly change: FleetChange }
  | { readonly kind: "notification"; readonly change: NotificationChange }
  /** All lists were read once, and the Deliveries are loaded: from now on what is not there is gone. */
  | { readonly kind: "synced" }
  | { readonly kind: "answered"; readonly inquiry: Inquiry; readonly answer: InquiryAnswer; readonly askedMs: number }
  | { readonly kind: "pushed"; readonly repository: Repository; readonly commits: readonly CommitNode[] }
  | { readonly kind: "installed" };

/** What can change a Notification's status: a poll's change of a GitRepo cannot. */
const reportedInputs: ReadonlySet<CoreInput["kind"]> = new Set<CoreInput["kind"]>(["synced", "notification", "sent"]);

/**
 * Takes a batch of inputs and returns what is to be done now (the contract is on the effects' types). Observe → decide → act → learn: the
 * inputs move the inventory, touched GitRepos are judged, their streams considered, and what is due is handed out.
 *
 * Mutates the state that it owns. Nothing is decided before "synced": a half-read world looks like a deleted one.
 */
export function step(state: CoreState, inputs: readonly CoreInput[], now: number): CoreEffect[] {
  const effects: CoreEffect[] = [];
  for (const input of inputs) effects.push(...take(state, input, now));
  if (inputs.some((it) => reportedInputs.has(it.kind))) state.isReportDue = true;
  if (inputs.some((it) => it.kind === "notification")) state.reportAtMs = Math.min(state.reportAtMs, now + limits.reportSoonMs);
  if (!state.isSynced) return effects;
  wakeUp(state, now);
  effects.push(...decideSome(state, now));
  if (state.isStructureChanged) {
    state.isStructureChanged = false;
    orphanStreams(state, now);
  }
  effects.push(...tellClusters(state, now));
  sweepOrphans(state.delivery, now);
  effects.push(...deliveryStep(state.delivery, null, now));
  for (const inquiry of state.history.takeDue(now)) effects.push({ kind: "ask", inquiry });
  effects.push(...reportNotifications(state, now));
  return effects;
}

/** When `step` has something to do though nothing happens (milliseconds): 0 where it left something for the next one, Infinity where never. */
export function dueMs(state: CoreState): number {
  if (!state.isSynced) return Infinity;
  if (state.touched.size > 0) return 0;
  return Math.min(
    nextWakeMs(state),
    state.clusterWatch.dueMs,
    deliveryDueMs(state.delivery),
    state.history.nextDueMs(),
    reportDueMs(state),
  );
}

/** The rows of a pull request's comment, for the destination that is about to write it; null: history does not tell yet, and is asked. */
export function rowsFor(
  state: CoreState,
  { stream, message, pullRequest }: { stream: string; message: Message; pullRequest: PullRequest },
  now: number,
): readonly CommentRow[] | null {
  const known = state.delivery.streams.get(stream);
  if (known === undefined) return [];
  const repository = parseRepository(message.gitRepo.repo);
  return commentRows(state.delivery, { stream: known, message, mergeCommit: pullRequest.mergeCommit }, (base, head) =>
    state.history.relation({ repository, base, head }, now),
  );
}

function take(state: CoreState, input: CoreInput, now: number): CoreEffect[] {
  switch (input.kind) {
    case "fleet":
      takeFleetChange(state, input.change);
      return [];
    case "notification":
      changeNotification(state, input.change, now);
      return [];
    case "synced":
      state.isSynced = true;
      state.clusterWatch.syncedMs = now;
      touchClusters(state);
      state.isStructureChanged = true;
      return [];
    case "sent":
      touchAfter(state, input);
      return takeDelivery(state.delivery, input, now);
    case "answered":
      state.history.answer(input, now);
      touchRepository(state, input.inquiry.repository);
      return [];
    case "pushed":
      state.history.learn(input.repository, input.commits);
      touchRepository(state, input.repository);
      return [];
    case "installed":
      state.history.retryHopeless(now);
      return takeDelivery(state.delivery, { kind: "unpark", concerns: (stream) => stream.destinationType !== "webhook" }, now);
    default:
      return takeDelivery(state.delivery, input, now);
  }
}

/**
 * Judges what was touched, in the order in which it was, as much as one turn may take: a changed Notification touches every GitRepo, and while
 * all of them are judged no lease is renewed.
 */
function decideSome(state: CoreState, now: number): CoreEffect[] {
  const effects: CoreEffect[] = [];
  let left = limits.decidedObjectsMax;
  for (const uid of state.touched) {
    if (left <= 0) break;
    left -= limits.objectsInDecision + (state.inventory.view(uid)?.bundleDeployments.size ?? 0);
    state.touched.delete(uid);
    effects.push(...(isGroupUid(uid) ? decideGroup(state, uid, now) : decideGitRepo(state, uid, now)));
  }
  return effects;
}

function takeFleetChange(state: CoreState, change: FleetChange): void {
  const { kind, uid } = change.kind === "put" ? change.record : { kind: change.recordKind, uid: change.uid };
  const before = kind === "GitRepo" ? state.inventory.view(uid) : null;
  for (const touched of state.inventory.apply(change)) state.touched.add(touched);
  const after = kind === "GitRepo" ? state.inventory.view(uid) : null;
  if (!feedsTheSame(before, after)) changeStructure(state, [before, after]);
  if (kind === "Cluster" || kind === "ClusterGroup") touchClusters(state);
}

/** Others of the repository may get, or lose, what this one wrote. */
function changeStructure(state: CoreState, views: readonly (GitRepoView | null)[]): void {
  state.isStructureChanged = true;
  state.notifications.holders = null;
  if (!state.isSynced) return;
  for (const view of views) {
    const repository = view === null ? null : parseRepository(view.gitRepo.repo);
    if (repository !== null) touchRepository(state, repository);
  }
}

/**
 * True where no stream gains or loses what feeds it: rules depend on a GitRepo's name, labels and repository, groups on what it follows there, and
 * nothing on what a poll changes.
 */
function feedsTheSame(before: GitRepoView | null, after: GitRepoView | null): boolean {
  if (before === null || after === null) return before === after;
  const [one, other] = [before.gitRepo, after.gitRepo];
  return one.suspended === other.suspended && isSelectedAlike(one, other);
}

/** What failed is looked at anew before it is tried again: it may no longer be so. What was closed may begin anew elsewhere. */
function touchAfter(state: CoreState, { stream: key, outcome }: Extract<CoreInput, { kind: "sent" }>): void {
  const stream = state.delivery.streams.get(key);
  if (outcome.kind !== "delivered" || stream?.orphanedFor === "unreported") state.touched.add(stream?.gitRepoUid ?? "");
}

function touchRepository(state: CoreState, repository: Repository): void {
  const key = repositoryKey(repository);
  for (const uid of state.gitReposOf.get(key) ?? []) {
    state.touched.add(uid);
    const group = state.repositoryGroups.groupUidOf(uid);
    if (group !== null) state.touched.add(group);
  }
}
