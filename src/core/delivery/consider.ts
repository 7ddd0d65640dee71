import type { Rule } from "../notification/rule.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { type Decision, decide } from "./decide.ts";
import type { DeliveryEffect } from "./effect.ts";
import { type Knowledge, patient } from "./knowledge.ts";
import { place } from "./place.ts";
import { enqueue, supersede } from "./queue.ts";
import { saysDeployed } from "./said.ts";
import { type DeliveryState, openStream, touch } from "./state.ts";
import { type StreamState, attemptOf, seen } from "./stream.ts";

/**
 * Tells a stream what its rollout is now; what is to be said goes into its queue. Returns when to look again though nothing changes
 * (milliseconds, Infinity where never), whether people are to see something new of it, and what was decided.
 */
export function consider(
  state: DeliveryState,
  { rule, rollout, memory, knowledge }: { rule: Rule; rollout: Rollout; memory: string; knowledge: Knowledge },
  now: number,
): { wakeAtMs: number; isReportDue: boolean; effects: DeliveryEffect[] } {
  const stream = feed(state, { rule, rollout }, now);
  const effects: DeliveryEffect[] = [];
  const unplaced = stream.unplaced.length;
  const fallenOff = place({ stream, rule }, patient(knowledge, { stream, rule }, now));
  if (fallenOff > 0) effects.push(note("fellOff", stream, fallenOff));
  if (stream.unplaced.length < unplaced) touch(state, stream, { isUrgent: false, now });
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
      dropStale();
      break;
    case "undecided":
      dropStale();
      break;
    case "hold":
      stream.holdSinceMs = Math.min(stream.holdSinceMs, now);
      wakeAtMs = decision.wakeAtMs;
      dropStale();
      break;
    case "unconfirmed":
      effects.push(...holdBack(stream, { commit: rollout.key.commit, reason: decision.reason }));
      dropStale();
      break;
  }
  if (stream.queue.length > 0) state.active.add(stream);
  else state.active.delete(stream);
  return { wakeAtMs, isReportDue, effects };

  /** What is queued and not on the wire is no longer what is so. */
  function dropStale(): void {
    const superseded = supersede(stream, rule);
    if (superseded > 0) effects.push(note("superseded", stream, superseded));
  }
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

/** The stream of a rule and a rollout, with what it must know of both. */
function feed(state: DeliveryState, { rule, rollout }: { rule: Rule; rollout: Rollout }, now: number): StreamState {
  const { gitRepo, target } = rollout;
  const { notification, destination } = rule;
  const stream = openStream(state, {
    notification,
    destination,
    gitRepoNamespace: gitRepo.namespace,
    gitRepoName: gitRepo.name,
    target,
    subject: "",
  });
  if (stream.orphanedMs !== 0) {
    stream.orphanedMs = 0;
    stream.orphanedFor = "";
    touch(state, stream, { isUrgent: false, now });
  }
  stream.rule = rule;
  stream.destinationType = rule.config.type;
  if (stream.gitRepoUid !== "" && stream.gitRepoUid !== gitRepo.uid) recreate(stream, gitRepo.repo);
  stream.gitRepoUid = gitRepo.uid;
  stream.repo = gitRepo.repo;
  return stream;
}

/**
 * The GitRepo was deleted and made anew under its name (design §7): for the same repository the stream goes on in a new epoch, so that what
 * Fleet shows now is believed; for another repository nothing that was reported means anything any more.
 */
function recreate(stream: StreamState, repo: string): void {
  const last = seen(stream).at(-1);
  stream.readyAttempt = "";
  stream.rollout = "";
  if (stream.repo === repo && last !== undefined) {
    stream.acknowledged = { ...last, epoch: last.epoch + 1 };
    return;
  }
  stream.acknowledged = null;
  stream.possible = [];
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
