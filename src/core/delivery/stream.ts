import type { Position } from "../history/admit.ts";
import type { CommentRow } from "../message/comment-row.ts";
import type { Message } from "../message/message.ts";
import type { RolloutKey } from "../rollout/rollout.ts";
import type { GitHubAccount } from "../notification/git-hub-account.ts";
import type { DestinationConfig, EventType, NotificationIdentity, Rule } from "../notification/rule.ts";

/** Names a stream: the ordered sequence of messages for one (Notification, destination, GitRepo, target), or for one subject in it. */
export interface StreamIdentity {
  readonly notification: NotificationIdentity;
  readonly destination: string;
  readonly gitRepoNamespace: string;
  readonly gitRepoName: string;
  /** "" for the unnamed target. */
  readonly target: string;
  /** What of it the stream is about, see `news.ts`: "" for its rollouts, else the GitRepo itself, one bundle on one cluster, or one cluster. */
  readonly subject: string;
}

/**
 * A position with what was said there. `event` is "any" where a stored intent covers every outcome of the commit ("coarse and early",
 * design §7) or where two attempts of different events merged.
 */
export interface Told extends Position {
  readonly event: EventType | "any";
  /** Which attempt at the commit (`attemptOf`): a forced sync or a changed spec makes another one. */
  readonly attempt: string;
  /** The newer commit that the receiver saw before the step back to `commit`; "" outside a rollback. */
  readonly rolledBackFrom: string;
}

/** A commit that was replaced before it settled: it waits for a descendant's outcome (design §5). */
export interface Replaced {
  readonly commit: string;
  /** True once its status says so ("Replaced by …"). */
  shown: boolean;
}

/**
 * The head of the queue goes through these, told in prose:
 *
 * A message is **queued** until it is its stream's turn. Then its intent (that the receiver may have seen this position from now on) must be
 * stored: it is **storing** until a save that covers it is known to have succeeded, or at once **ready** where an earlier, coarser intent
 * covers it. Ready messages are **sending** as soon as their time has come and their endpoint has room. What comes of it: delivered (the
 * message is done, the next one is queued), retry or unknown (ready again, later; after unknown the receiver is asked before anything is
 * written), park (**parked** until something changes, a slow interval has passed or another commit is to be told; then queued again).
 * `setPhase` is the only setter.
 */
export type HeadPhase = "queued" | "storing" | "ready" | "sending" | "parked";

export interface Head {
  phase: HeadPhase;
  /** Not before this may the next step be taken. */
  notBeforeMs: number;
  /** Tries that failed in a row. */
  failures: number;
  firstAttemptMs: number;
  attemptStartedMs: number;
  /** True where an attempt may have arrived: the destination must ask before it writes. */
  verify: boolean;
  parkedFor: string;
  /** Whose message was parked: one about another commit gets a try of its own. */
  parkedCommit: string;
}

/** removed: the GitRepo is gone · unreported: the Notification or its destination is gone · muted: suspended. */
export type Orphaned = "removed" | "unreported" | "muted";

export interface StreamState {
  readonly key: string;
  readonly identity: StreamIdentity;
  /** The GitRepo's uid and repository: another uid with the same repository goes on in a new epoch. */
  gitRepoUid: string;
  repo: string;
  /** The GitRepos that it is about, where it is about a group of them. Known once one of them was judged. */
  memberUids: readonly string[];
  /** null until a Notification that has this destination is seen; afterwards the last rule that was in force. */
  rule: Rule | null;
  /** What the destination is, for closing what is pending where its rule is gone. */
  destinationType: DestinationConfig["type"] | "";
  /** Under which name its marks stand on commits (`placeOf`); what is pending there is closed before they get another one. "" where nothing was told, or there is no such place. */
  markName: string;
  /** Who wrote there, for closing it (`Rule.account`). */
  account: GitHubAccount | null;
  /** Since when nothing feeds the stream, and why: its GitRepo or its rule is gone, it is muted, or it has to close what it left elsewhere. 0 and "" where something feeds it. */
  orphanedMs: number;
  orphanedFor: Orphaned | "";

  /**
   * The first commit that was seen in progress; "" where nothing was. From then on outcomes are news, though nothing was told yet (design §4,
   * first sight), and until something is deployed the ranges of pull requests begin here.
   */
  origin: string;
  /** What the receiver is known to have seen last; null before the first sight. */
  acknowledged: Told | null;
  /** Every later attempt that it may have seen, in the order in which they were made; never two of one epoch (the later one dominates). */
  possible: Told[];
  /**
   * What the last successful save says of `possible`, and the id of the message that it keeps: an attempt must be covered by this. `sequence`: later
   * places are known to this process alone.
   */
  stored: { possible: readonly Told[]; messageId: string; sequence: number };
  /**
   * The last commit that was acknowledged as deployed, or an older one to which a step back may have been told: base of the next range of pull
   * requests; "" where none.
   */
  deployed: string;
  /** The attempt (see Told) that was last seen ready while the receiver knows the commit as ready: its failure is a degradation. */
  readyAttempt: string;
  /** Oldest first, at most `limits.replacedMax`. */
  replaced: Replaced[];

  sequence: number;
  /** `latest`: the one being sent and at most one that waits. `every`: all, oldest first, bounded by count and bytes. */
  queue: Message[];
  /**
   * A webhook's message that was on its way and is no longer said: what came of it is not known. Said again before anything else is, it is the
   * very same message, or its receiver could not tell the repetition. null where there is none.
   */
  unanswered: Message | null;
  /**
   * `every`: what was decided before a former holder's late write was taken over (adopt.ts), oldest first. Nobody has seen it, and it is not stored:
   * it gets its place, and its relation to what is told before it, as soon as history tells (place.ts). As many as the queue had.
   */
  unplaced: Message[];
  readonly head: Head;
  /** What the receiver was last told beside the event (a status's text): where it changes, the same event is told again. */
  shownText: string;
  /** What the last acknowledged message says in a pull request's comment; null where nothing was told. */
  row: CommentRow | null;
  /** The same of the last acknowledged message that said what is deployed. */
  deployedRow: CommentRow | null;
  /** Why the rule's `when` could not be asked at the last look; "" where it could. */
  conditionError: string;
  /** The commit that is held back as older than what was told; "" where none is. */
  heldBack: string;
  /** Since when the next message waits for an answer about history; Infinity where none waits. Bounds webhooks by `maxHold`. */
  holdSinceMs: number;
  /** Messages that fell off a full `every` queue or were given up. */
  dropped: number;
  lastSentMs: number;
  lastError: string;
  /** The rollout's memory as core/rollout wants it kept: opaque here. */
  rollout: string;
  /** Grows with every save; on load the higher one of two copies wins. */
  revision: number;
}

export function streamKey(identity: StreamIdentity): string {
  const { notification } = identity;
  const named = `${notification.kind}/${notification.namespace}/${notification.name}/${identity.destination}`;
  const subject = identity.subject === "" ? "" : `:${identity.subject}`;
  return `${named}:${identity.gitRepoNamespace}/${identity.gitRepoName}:${identity.target}${subject}`;
}

export function newStream(identity: StreamIdentity): StreamState {
  return {
    key: streamKey(identity),
    identity,
    gitRepoUid: "",
    memberUids: [],
    repo: "",
    rule: null,
    destinationType: "",
    markName: "",
    account: null,
    orphanedMs: 0,
    orphanedFor: "",
    origin: "",
    acknowledged: null,
    possible: [],
    stored: { possible: [], messageId: "", sequence: 0 },
    deployed: "",
    readyAttempt: "",
    replaced: [],
    sequence: 0,
    queue: [],
    unanswered: null,
    unplaced: [],
    head: newHead(),
    shownText: "",
    row: null,
    deployedRow: null,
    conditionError: "",
    heldBack: "",
    holdSinceMs: Infinity,
    dropped: 0,
    lastSentMs: 0,
    lastError: "",
    rollout: "",
    revision: 0,
  };
}

export function newHead(): Head {
  return {
    phase: "queued",
    notBeforeMs: 0,
    failures: 0,
    firstAttemptMs: 0,
    attemptStartedMs: 0,
    verify: false,
    parkedFor: "",
    parkedCommit: "",
  };
}

/** The one setter of a head's phase. `notBeforeMs` is when the next step may be taken. */
export function setPhase(stream: StreamState, phase: HeadPhase, notBeforeMs: number): void {
  stream.head.phase = phase;
  stream.head.notBeforeMs = notBeforeMs;
}

/** Everything that the receiver has or may have seen, in the order in which it was told. */
export function seen(stream: StreamState): readonly Told[] {
  return stream.acknowledged === null ? stream.possible : [stream.acknowledged, ...stream.possible];
}

/** The position to which a message brings its receiver. */
export function toldBy(message: Message): Told {
  return {
    epoch: message.epoch,
    commit: message.event === "GitRepoRolledBack" ? message.rolledBackTo : message.commit,
    event: message.event,
    attempt: attemptOf(message.rollout.key),
    rolledBackFrom: message.event === "GitRepoRolledBack" ? message.commit : message.rolledBackFrom,
  };
}

/** Names one attempt to bring one commit: short, for comparing only. */
export function attemptOf({ commit, generation, forceSyncGeneration }: RolloutKey): string {
  return `${commit.slice(0, 12)}/${generation}/${forceSyncGeneration}`;
}
