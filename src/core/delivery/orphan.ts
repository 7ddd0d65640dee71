import { limits } from "../limits.ts";
import type { Fate, Message } from "../message/message.ts";
import { closingConfig } from "../notification/github/git-hub-types.ts";
import type { Rule } from "../notification/rule.ts";
import { undivided } from "../notification/target-set.ts";
import { keepReplaced } from "./fates.ts";
import { mannerOf } from "./manners.ts";
import { restQueue, supersede } from "./queue.ts";
import { type DeliveryState, closeStream, touch } from "./state.ts";
import { type Orphaned, type StreamState, seen } from "./stream.ts";

/**
 * Nothing feeds the stream any more. What it left pending on GitHub is closed (design §3: "No longer reported", "GitRepo deleted before this
 * commit was deployed"): a commit that nobody reports on must not wait for ever. Telling it again is harmless.
 */
export function orphan(state: DeliveryState, { stream, reason }: { stream: StreamState; reason: Orphaned }, now: number): void {
  if (stream.orphanedFor !== reason) {
    stream.orphanedFor = reason;
    stream.orphanedMs = now;
    touch(state, stream, { isUrgent: false, now });
  }
  const isClosing = stream.queue.some((it) => it.event === "GitRepoRemoved");
  if (!mannerOf(stream.destinationType).marksCommits || isClosing) return;
  const open = keepReplaced("", stream);
  stream.rule ??= closingRule(stream);
  restQueue(stream);
  if (open.length === 0) return;
  const fate: Fate["fate"] = reason === "removed" ? "removed" : "unreported";
  stream.queue.push(
    closingMessage(
      stream,
      open.map(({ commit }) => ({ commit, fate })),
      now,
    ),
  );
  state.active.add(stream);
}

/**
 * The stream's GitRepo is gone: what it still says, it says by this rule. What was decided before anybody knew of that may still be said; but
 * where nobody fed the stream at the end (it was muted, or no process ran), what waits under `latest` need not be how it ended.
 */
export function leaveTo(rule: Rule | null, stream: StreamState): void {
  const isLastWord = stream.orphanedFor === "removed" || (stream.orphanedFor === "" && stream.rule !== null);
  stream.rule = rule;
  if (!isLastWord && rule !== null) supersede(stream, rule);
}

/**
 * Forgets orphans whose time has come: a removed GitRepo's once nothing is pending, a removed rule's after a day; muted ones stay. A commit that was
 * closed as deleted is remembered for a day: where its GitRepo is made anew and deploys it, its status says so.
 */
export function sweepOrphans(state: DeliveryState, now: number): void {
  for (const stream of state.streams.values()) {
    if (stream.orphanedFor === "" || stream.orphanedFor === "muted") continue;
    const isOver = (stream.orphanedFor === "removed" && isSaid(stream)) || now - stream.orphanedMs >= limits.orphanKeptMs;
    if (isOver && stream.head.phase !== "sending") closeStream(state, stream, now);
  }
}

function isSaid({ queue, acknowledged, destinationType }: StreamState): boolean {
  const hasClosed = acknowledged?.event === "GitRepoRemoved" && mannerOf(destinationType).marksCommits;
  return queue.length === 0 && !hasClosed;
}

/** After a restart the rule is gone with its Notification: closing needs no more than the type of what is to be closed. */
function closingRule({ identity: { notification, destination, target }, destinationType, markName, account }: StreamState): Rule {
  if (destinationType === "" || destinationType === "webhook") throw new Error(`"${destinationType}" marks no commits to close`);
  const standards = {
    timing: { settleMs: 0, errorGraceMs: 0, notReadyDeadlineMs: 0, maxHoldMs: 0 },
    modified: "failure",
  } as const;
  return {
    notification,
    generation: 0,
    creationMs: 0,
    destination,
    target,
    targets: undivided(standards),
    on: new Set(["GitRepoRemoved"]),
    when: null,
    order: "latest",
    ...standards,
    suspended: false,
    config: closingConfig(destinationType, markName),
    account,
  };
}

function closingMessage(stream: StreamState, fates: readonly Fate[], now: number): Message {
  const last = seen(stream).at(-1);
  const { identity } = stream;
  const none = { total: 0, ready: 0, failed: 0, offline: 0, paused: 0, updating: 0 };
  return {
    id: "",
    sequence: 0,
    event: "GitRepoRemoved",
    epoch: last?.epoch ?? 0,
    commit: last?.commit ?? "",
    previousCommit: last?.commit ?? "",
    relation: "same",
    rolledBackTo: "",
    rolledBackFrom: "",
    createdMs: now,
    gitRepo: {
      uid: stream.gitRepoUid,
      namespace: identity.gitRepoNamespace,
      name: identity.gitRepoName,
      repo: stream.repo,
      branch: "",
      revision: "",
    },
    target: identity.target,
    rollout: {
      key: { gitRepoUid: stream.gitRepoUid, commit: last?.commit ?? "", generation: 0, forceSyncGeneration: 0 },
      phase: "removed",
      applied: false,
      holding: false,
      changed: false,
      clusters: { ...none, offlineNames: [], pausedNames: [], failedNames: [], updatingNames: [] },
      bundles: 0,
      startedMs: 0,
      failure: null,
      waitingFor: [],
    },
    pullRequests: [],
    fates,
  };
}
