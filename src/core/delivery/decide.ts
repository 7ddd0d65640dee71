import { admit, type Admission } from "../history/admit.ts";
import { limits } from "../limits.ts";
import { compose } from "../message/compose.ts";
import { eventDocument } from "../message/event-document.ts";
import type { PullRequest } from "../history/relation.ts";
import type { Message } from "../message/message.ts";
import { pendingFromMs } from "../message/pending-from.ts";
import type { EventType, Rule } from "../notification/rule.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { fatesOf, replacedBy } from "./fates.ts";
import { type Knowledge, patient } from "./knowledge.ts";
import { mannerOf } from "./manners.ts";
import { looksSettled, saysDeployed, saysUnsettled, unsaid } from "./said.ts";
import { shownText } from "./shown-text.ts";
import { certain, standing } from "./standing.ts";
import { type StreamState, type Told, seen } from "./stream.ts";

/**
 * What is to be done about a rollout in one stream. Every decision carries its reason; the engine turns reasons into metrics and logs.
 *
 * - nothing: the receiver knows, or did not ask. `wakeAtMs`: when to look again though nothing changed.
 * - undecided: the rule's `when` could not be asked; nothing is sent.
 * - settled: first sight of a settled rollout: the cursor is set in silence.
 * - hold: history cannot tell yet. · unconfirmed: older or rewritten, and not known to be what Fleet wants.
 * - say: the message.
 */
export type Decision =
  | {
      readonly kind: "nothing";
      readonly reason: "said" | "notAsked" | "suspended" | "firstSight" | "tooSoon";
      readonly wakeAtMs: number;
    }
  | { readonly kind: "undecided"; readonly error: string }
  | { readonly kind: "settled" }
  | { readonly kind: "hold"; readonly reason: "relation" | "pullRequests" | "replaced"; readonly wakeAtMs: number }
  | { readonly kind: "unconfirmed"; readonly reason: "behind" | "diverged" }
  | { readonly kind: "say"; readonly message: Message };

const nothing = (reason: "said" | "notAsked" | "suspended" | "firstSight" | "tooSoon", wakeAtMs = Infinity): Decision => ({
  kind: "nothing",
  reason,
  wakeAtMs,
});

/** Compares a rollout with what the stream's receiver knows (design §4, §5, §7). Changes nothing. */
export function decide(
  { stream, rule, rollout }: { stream: StreamState; rule: Rule; rollout: Rollout },
  knowledge: Knowledge,
  now: number,
): Decision {
  if (rule.suspended || rollout.gitRepo.suspended) return nothing("suspended");
  if (rollout.key.commit === "") return nothing("firstSight");
  const told = standing(stream, rule);
  if (told.length === 0 && stream.origin === "" && !isNew(rollout, rule, now)) {
    if (rollout.phase === "ready") return { kind: "settled" };
    if (rollout.phase === "deploying" && looksSettled(rollout)) return nothing("firstSight");
  }
  const patience = patient(knowledge, { stream, rule }, now);
  // Only a webhook goes on without an answer; everybody else is looked at again when one comes.
  const holdWakeAtMs = rule.config.type === "webhook" ? Math.min(stream.holdSinceMs, now) + rule.timing.maxHoldMs : Infinity;
  const admission = admit({ seen: told, candidate: { commit: rollout.key.commit, wanted: rollout.wanted } }, (base) =>
    patience.relation(base, rollout.key.commit),
  );
  // What was decided before and has no place yet is told first.
  if (admission.kind === "hold" || stream.unplaced.length > 0)
    return { kind: "hold", reason: "relation", wakeAtMs: holdWakeAtMs };
  if (admission.kind === "unconfirmed") return admission;
  const back = stepBack({ told, certain: certain(stream, rule), admission, rollout }, patience);
  if (back === null) return { kind: "hold", reason: "relation", wakeAtMs: holdWakeAtMs };
  const event = nextEvent({ stream, rule, told, rollout, back });
  const restated = event ?? restatedEvent(told, rollout, rule);
  if (restated === null) return nothing("said");
  if (!rule.on.has(restated)) return nothing("notAsked");
  const draft: Draft = {
    stream,
    rule,
    rollout,
    admission,
    event: restated,
    rolledBackFrom: back.from,
    isRestated: event === null,
  };
  const pendingWakeAtMs = pendingDueMs(draft, now);
  if (pendingWakeAtMs > now) return nothing("tooSoon", pendingWakeAtMs);
  return write(draft, { knowledge: patience, holdWakeAtMs }, now);
}

/** All that there is to tell of a GitRepo that was just made is news: its start may have fallen between two looks. */
function isNew({ gitRepo: { creationMs } }: Rollout, rule: Rule, now: number): boolean {
  return creationMs > rule.creationMs && now - creationMs <= limits.newGitRepoMs;
}

interface Draft {
  readonly stream: StreamState;
  readonly rule: Rule;
  readonly rollout: Rollout;
  readonly admission: Extract<Admission, { kind: "admit" }>;
  readonly event: EventType;
  readonly rolledBackFrom: string;
  /** The event was told already; only the text beside it changed. */
  readonly isRestated: boolean;
}

function write(draft: Draft, { knowledge, holdWakeAtMs }: { knowledge: Knowledge; holdWakeAtMs: number }, now: number): Decision {
  const { stream, rule, rollout, admission, event, rolledBackFrom } = draft;
  const { commit } = rollout.key;
  const fates = mannerOf(rule.config.type).marksCommits
    ? fatesOf({ replaced: replacedBy(commit, stream), event }, (base) => knowledge.relation(base, commit))
    : [];
  if (fates === null) return { kind: "hold", reason: "replaced", wakeAtMs: holdWakeAtMs };
  const pullRequests = bringsPullRequests(draft) ? knowledge.pullRequests(...rangeOf(draft)) : [];
  const arrivedPullRequests = arrivedWith(draft, knowledge);
  if (pullRequests === null || arrivedPullRequests === null)
    return { kind: "hold", reason: "pullRequests", wakeAtMs: holdWakeAtMs };
  const message = compose(
    rollout,
    {
      event,
      epoch: admission.epoch,
      relation: admission.relation,
      previousCommit: seen(stream).at(-1)?.commit ?? "",
      rolledBackFrom,
      pullRequests,
      arrivedPullRequests,
      fates,
    },
    now,
  );
  const answer = rule.when?.ask(eventDocument(message)) ?? { kind: "yes" };
  if (answer.kind === "error") return { kind: "undecided", error: answer.error };
  if (answer.kind === "no") return nothing("notAsked");
  if (draft.isRestated && shownText(rule.config.type, message) === stream.shownText) return nothing("said");
  const soonestMs = stream.lastSentMs + limits.pendingUpdateMs;
  if (draft.isRestated && soonestMs > now) return nothing("tooSoon", soonestMs);
  return { kind: "say", message };
}

/**
 * The newer commit that the receiver saw before a step back: of this very candidate, or of an earlier one until a commit that is not behind
 * it is reported (design §7, rollback). `isTold`: the receiver knows that the older commit is deployed. null: not known yet.
 */
function stepBack(
  {
    told,
    certain,
    admission,
    rollout,
  }: {
    told: readonly Told[];
    certain: readonly Told[];
    admission: Extract<Admission, { kind: "admit" }>;
    rollout: Rollout;
  },
  knowledge: Knowledge,
): { from: string; isTold: boolean } | null {
  if (admission.rolledBackFrom !== "") return { from: admission.rolledBackFrom, isTold: false };
  const from = told.at(-1)?.rolledBackFrom ?? "";
  if (from === "") return { from: "", isTold: true };
  const relation = knowledge.relation(from, rollout.key.commit);
  if (relation === "unknownYet") return null;
  if (relation !== "behind") return { from: "", isTold: true };
  const wasDeployed = ({ event }: Told) => saysDeployed(event) || event === "GitRepoDegraded";
  return { from, isTold: certain.some((it) => it.rolledBackFrom === from && wasDeployed(it)) };
}

function nextEvent({
  stream,
  rule,
  told,
  rollout,
  back,
}: {
  stream: StreamState;
  rule: Rule;
  told: readonly Told[];
  rollout: Rollout;
  back: { from: string; isTold: boolean };
}): EventType | null {
  // Where nothing is acknowledged the receiver may know nothing, whatever was attempted since.
  const known = stream.acknowledged === null ? [byPhase[rollout.phase]] : [];
  // What waits under `every` is told for certain: its end is where the receiver will be, whatever arrived before.
  const isCertain = rule.order === "every" && stream.queue.length > 0;
  const events = isCertain
    ? told.slice(-1).map((it) => unsaid(it, rollout, stream))
    : [...known, ...told.map((it) => unsaid(it, rollout, stream))];
  const event = events.findLast((it) => it !== null) ?? null;
  return event === "GitRepoReady" && back.from !== "" && !back.isTold ? "GitRepoRolledBack" : event;
}

const byPhase: Record<Rollout["phase"], EventType> = {
  deploying: "GitRepoDeploying",
  ready: "GitRepoReady",
  failed: "GitRepoFailed",
};

/** On GitHub the text beside a state follows what happens: "31/40 clusters ready", "2/40 clusters failed" (design §5, §6). */
function restatedEvent(told: readonly Told[], rollout: Rollout, rule: Rule): EventType | null {
  const last = told.at(-1);
  if (!mannerOf(rule.config.type).followsText || last === undefined || last.commit !== rollout.key.commit) return null;
  if (rollout.phase === "deploying" && saysUnsettled(last.event)) return "GitRepoDeploying";
  return rollout.phase === "failed" && last.event === "GitRepoFailed" ? "GitRepoFailed" : null;
}

/** When a commit may be shown as pending; a step back is told at once, and what is not a pending status too. */
function pendingDueMs({ event, rule, rollout, rolledBackFrom }: Draft, now: number): number {
  if (event !== "GitRepoDeploying" || !mannerOf(rule.config.type).marksCommits || rolledBackFrom !== "") return now;
  return pendingFromMs(rollout);
}

/** An outcome brings its pull requests; a comment's pending rows and a degradation bring none. */
function bringsPullRequests({ event, rule }: Draft): boolean {
  if (!mannerOf(rule.config.type).namesPullRequests) return false;
  if (rule.config.type === "commitStatus" && !rule.config.pullRequestHeads) return false;
  return event === "GitRepoReady" || event === "GitRepoFailed" || event === "GitRepoRolledBack";
}

/** base..head: what came in with the commit, or what went away with a step back. */
function rangeOf({ stream, rollout, event, rolledBackFrom }: Draft): readonly [base: string, head: string] {
  const { commit } = rollout.key;
  return event === "GitRepoRolledBack" ? [commit, rolledBackFrom] : arrivalOf(stream, commit);
}

/**
 * What came in since the last commit that was deployed, or, before that, since the first one that was seen; that one alone where it is the head.
 */
function arrivalOf(stream: StreamState, commit: string): readonly [base: string, head: string] {
  const since = stream.deployed || stream.origin;
  return [stream.deployed === "" && since === commit ? "" : since, commit];
}

/** A step back from a commit that was never deployed may end at one that is newer than what was: that brings pull requests of its own. */
function arrivedWith(draft: Draft, knowledge: Knowledge): readonly PullRequest[] | null {
  const { stream, rule, rollout, event } = draft;
  if (event !== "GitRepoRolledBack" || mannerOf(rule.config.type).repeatsMessage || !bringsPullRequests(draft)) return [];
  const [base, head] = arrivalOf(stream, rollout.key.commit);
  const relation = base === "" ? "ahead" : knowledge.relation(base, head);
  if (relation === "unknownYet") return null;
  return relation === "same" || relation === "behind" ? [] : knowledge.pullRequests(base, head);
}
