import type { RelationOrUnknown } from "../history/relation.ts";
import type { CommentRow } from "../message/comment-row.ts";
import type { Message } from "../message/message.ts";
import { mannerOf } from "./manners.ts";
import type { DeliveryState } from "./state.ts";
import type { StreamState } from "./stream.ts";

const states: Partial<Record<Message["event"], CommentRow["state"]>> = {
  GitRepoReady: "deployed",
  GitRepoFailed: "failed",
  GitRepoRolledBack: "rolledBack",
};

/** What a message says about each pull request that came in (or went away) with it. */
export function rowOf(message: Message): CommentRow {
  const { clusters, failure, changed } = message.rollout;
  return {
    gitRepo: `${message.gitRepo.namespace}/${message.gitRepo.name}`,
    target: message.target,
    state: states[message.event] ?? "inProgress",
    commit: message.commit,
    rolledBackTo: message.rolledBackTo,
    ready: clusters.ready,
    total: clusters.total,
    offline: clusters.offline,
    failed: clusters.failed,
    failedNames: clusters.failedNames,
    failureMessage: failure?.clusters[0]?.message ?? failure?.message ?? "",
    changed,
    updatedMs: message.createdMs,
  };
}

/**
 * The rows of one pull request's comment: what the message at hand says, and what the other streams of the same Notification and destination
 * told last, where that contains the pull request. Derived from the cursors, never read from GitHub. Sorted by GitRepo and target. null where
 * history cannot tell yet what contains it: a row that is left out would vanish from the comment until the next edit.
 */
export function commentRows(
  state: DeliveryState,
  { stream, message, mergeCommit }: { stream: StreamState; message: Message; mergeCommit: string },
  relation: (base: string, head: string) => RelationOrUnknown,
): readonly CommentRow[] | null {
  let isKnown = true;
  const isIn = (commit: string) => {
    const to = relation(mergeCommit, commit);
    if (to === "unknownYet") isKnown = false;
    return to === "same" || to === "ahead";
  };
  /** What a row means for this pull request: one that is in the commit that was gone back to is deployed with it. */
  const asMeant = (row: CommentRow): CommentRow => {
    const { rolledBackTo } = row;
    if (rolledBackTo === "" || !isIn(rolledBackTo)) return row;
    return { ...row, state: "deployed", commit: rolledBackTo, rolledBackTo: "" };
  };
  const asTold = (row: CommentRow | null) => (row === null || !isIn(row.commit) ? null : asMeant(row));
  /** A pull request that is deployed stays so while a later commit is in progress or fails. */
  const rowFor = (other: StreamState): CommentRow | null => {
    const latest = asTold(shownRow(other));
    if (latest?.state === "rolledBack") return latest;
    const deployed = latest?.state === "deployed" ? latest : asTold(other.deployedRow);
    return deployed?.state === "deployed" ? deployed : latest;
  };
  const { notification, destination } = stream.identity;
  const others: CommentRow[] = [];
  for (const other of state.streams.values()) {
    const isSibling =
      other !== stream &&
      mannerOf(other.destinationType).keepsRow &&
      other.repo === stream.repo &&
      other.identity.destination === destination &&
      other.identity.notification.name === notification.name &&
      other.identity.notification.namespace === notification.namespace &&
      other.identity.notification.kind === notification.kind;
    const row = isSibling ? rowFor(other) : null;
    if (row !== null) others.push(row);
  }
  const own = asMeant(rowOf(message));
  if (!isKnown) return null;
  return [own, ...others].sort((a, b) => compareText(`${a.gitRepo} ${a.target}`, `${b.gitRepo} ${b.target}`));
}

/** What a stream's receiver is shown, or is being shown: two streams that tell at the same time must not undo each other's row. */
function shownRow({ head, queue, row }: StreamState): CommentRow | null {
  const [message] = queue;
  return head.phase === "sending" && message !== undefined ? rowOf(message) : row;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
