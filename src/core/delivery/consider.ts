import { placeOf } from "../notification/context-conflicts.ts";
import type { Rule } from "../notification/rule.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { type Decision, decide } from "./decide.ts";
import type { DeliveryEffect } from "./effect.ts";
import { type Knowledge, patient } from "./knowledge.ts";
import { place } from "./place.ts";
import { replacedBy } from "./fates.ts";
import { mannerOf } from "./manners.ts";
import { orphan } from "./orphan.ts";
import { enqueue } from "./queue.ts";
import { saysDeployed } from "./said.ts";
import { standing } from "./standing.ts";
import { type DeliveryState, openStream, touch } from "./state.ts";
import { type StreamState, type Told, attemptOf, seen } from "./stream.ts";
import { withhold } from "./withhold.ts";

/**
 * Tells a stream what its rollout is now; what is to be said goes into its queue. Returns when to look again though nothing changes
 * (milliseconds, Infinity where never), whether people are to see something new of it, and what was decided.
 */
export function consider(
  state: DeliveryState,
  { rule, rollout, memory, knowledge }: { rule: Rule; rollout: Rollout; memory: string; knowledge: Knowledge },
  now: number,
): { wakeAtMs: number; isReportDue: boolean; effects: DeliveryEffect[] } {
  const stream = streamOf(state, { rule, rollout });
  if (leavesPending(stream, { rule, rollout })) {
    orphan(state, { stream, reason: "unreported" }, now);
    return { wakeAtMs: Infinity, isReportDue: false, effects: [] };
  }
  feed(state, { stream, rule, rollout }, now);
  const effects: DeliveryEffect[] = [];
  const unplaced = stream.unplaced.length;
  const fallenOff = place({ stream, rule }, patient(knowledge, { stream, rule }, now));
  if (fallenOff > 0) effects.push(note("fellOff", stream, fallenOff));
  if (stream.unplaced.length < unplaced) touch(state, stream, { isUrgent: false, now });
  followBack(stream, rule, knowledge);
  const decision = decide({ stream, rule, rollout }, knowledge, now);
  const conditionError = decision.kind === "undecided" ? decision.error : "";
  const isReportDue = conditionError !== stream.conditionError;
  stream.conditionError = conditionError;
  if (decision.kind !== "hold") stream.holdSinceMs = Infinity;
  if (decision.kind !== "unconfirmed") stream.heldBack = "";
  if (stream.origin === "" && !isSilentSight(decision)) {
    stream.origin = rollout.key.commit;
    // Who is killed before it is stored takes the outcome for settled long ago.
    touch(state, stream, { isUrgent: true, now });
  }
  if (stream.rollout !== memory) {
    stream.rollout = memory;
    // It rides along with the next write of the part; alone it is worth one when the stream is quiet.
    touch(state, stream, { isUrgent: false, now });
  }
  let wakeAtMs = Infinity;
  switch (decision.kind) {
    case "settled":
      setBaseline(state, { stream, rollout }, now);
      break;
    case "say": {
      const { kind, superseded, fallenOff } = enqueue(stream, rule, decision.message);
      if (superseded > 0) effects.push(note("superseded", stream, superseded));
      if (fallenOff > 0) effects.push(note("fellOff", stream, fallenOff));
      if (kind === "enqueued") touch(state, stream, { isUrgent: false, now });
      break;
    }
    case "nothing":
      wakeAtMs = decision.wakeAtMs;
      if (decision.reason === "said") noteReady(stream, rollout);
      break;
    case "undecided":
      break;
    case "hold":
      stream.holdSinceMs = Math.min(stream.holdSinceMs, now);
      wakeAtMs = decision.wakeAtMs;
      break;
    case "unconfirmed":
      effects.push(...holdBack(stream, { commit: rollout.key.commit, reason: decision.reason }));
      break;
  }
  // The first sight of a settled rollout finds nothing queued.
  if (decision.kind !== "say") effects.push(...withhold(state, { stream, rule }));
  if (stream.queue.length > 0) state.active.add(stream);
  return { wakeAtMs, isReportDue, effects };
}

/**
 * A step back that may have been told, whatever its answer was, took pull requests away: those that come after the commit at which it ended come in
 * with the next one. Before anything else is intended, which makes it forgotten.
 */
function followBack(stream: StreamState, rule: Rule, knowledge: Knowledge): void {
  if (!mannerOf(rule.config.type).namesPullRequests) return;
  const last = standing(stream, rule).at(-1);
  if (last === undefined || last.rolledBackFrom === "" || stream.deployed === "" || last.commit === stream.deployed) return;
  if (knowledge.relation(stream.deployed, last.commit) === "behind") stream.deployed = last.commit;
}

/** Nothing was learnt but that the rollout may have been settled long ago. */
function isSilentSight(decision: Decision): boolean {
  return decision.kind === "nothing" && (decision.reason === "firstSight" || decision.reason === "suspended");
}

/** Told once for each commit, however often it is looked at. */
function holdBack(stream: StreamState, { commit, reason }: { commit: string; reason: "behind" | "diverged" }): DeliveryEffect[] {
  if (stream.heldBack === commit) return [];
  stream.heldBack = commit;
  return [{ kind: "note", note: { kind: "dropped", stream: stream.key, commit, reason } }];
}

function note(kind: "superseded" | "fellOff", stream: StreamState, count: number): DeliveryEffect {
  return { kind: "note", note: { kind, stream: stream.key, count } };
}

interface Fed {
  readonly rule: Rule;
  readonly rollout: Rollout;
}

function streamOf(state: DeliveryState, { rule: { notification, destination }, rollout: { gitRepo, target } }: Fed): StreamState {
  const { namespace: gitRepoNamespace, name: gitRepoName } = gitRepo;
  return openStream(state, { notification, destination, gitRepoNamespace, gitRepoName, target, subject: "" });
}

/**
 * The rule marks commits elsewhere now, by another type or under another name, and something is pending where the stream marked them before: that
 * is closed first (design §3, on change). Then all of it is told anew.
 */
function leavesPending(stream: StreamState, { rule, rollout }: Fed): boolean {
  const { destinationType, markName } = stream;
  if (!mannerOf(destinationType).marksCommits) return false;
  const isElsewhere = destinationType !== rule.config.type || (markName !== "" && markName !== placeOf(rule, rollout.gitRepo));
  return isElsewhere && replacedBy("", stream).length > 0;
}

/** Tells the stream what it must know of its rule and rollout. */
function feed(state: DeliveryState, { stream, rule, rollout }: Fed & { stream: StreamState }, now: number): void {
  const { gitRepo } = rollout;
  if (stream.orphanedMs !== 0) {
    stream.orphanedMs = 0;
    stream.orphanedFor = "";
    touch(state, stream, { isUrgent: false, now });
  }
  stream.rule = rule;
  stream.destinationType = rule.config.type;
  stream.markName = placeOf(rule, gitRepo);
  stream.account = rule.account;
  if (stream.gitRepoUid !== "" && stream.gitRepoUid !== gitRepo.uid) recreate(stream, gitRepo.repo);
  stream.gitRepoUid = gitRepo.uid;
  stream.repo = gitRepo.repo;
}

/**
 * The GitRepo was deleted and made anew under its name (design §7): for the same repository the stream goes on in a new epoch, so that what
 * Fleet shows now is believed, and what was only attempted stays that; for another repository nothing that was reported means anything any more.
 */
function recreate(stream: StreamState, repo: string): void {
  const epochs = seen(stream).map((it) => it.epoch);
  const laterBy = 1 + Math.max(...epochs) - Math.min(...epochs);
  const later = (it: Told): Told => ({ ...it, epoch: it.epoch + laterBy });
  const isSame = stream.repo === repo;
  stream.readyAttempt = "";
  stream.rollout = "";
  stream.acknowledged = isSame && stream.acknowledged !== null ? later(stream.acknowledged) : null;
  stream.possible = isSame ? stream.possible.map(later) : [];
  if (isSame && epochs.length > 0) return;
  stream.deployed = "";
  stream.replaced = [];
}

/** First sight of a settled rollout: nothing is said, and everything later is compared with it. */
function setBaseline(state: DeliveryState, { stream, rollout }: { stream: StreamState; rollout: Rollout }, now: number): void {
  const attempt = attemptOf(rollout.key);
  const { commit } = rollout.key;
  stream.acknowledged = { epoch: 0, commit, event: "GitRepoReady", attempt, rolledBackFrom: "" };
  stream.deployed = commit;
  stream.readyAttempt = attempt;
  touch(state, stream, { isUrgent: false, now });
}

/** Another attempt on a commit that is known as deployed became ready in silence: from now on its failure is a degradation. */
function noteReady(stream: StreamState, rollout: Rollout): void {
  const { acknowledged } = stream;
  if (rollout.phase !== "ready" || acknowledged === null || !saysDeployed(acknowledged.event)) return;
  stream.readyAttempt = attemptOf(rollout.key);
}
