import type { EventType } from "../notification/rule.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { type StreamState, type Told, attemptOf } from "./stream.ts";

/** True where the receiver was told that the commit is deployed. */
export function saysDeployed(event: Told["event"]): boolean {
  return event === "GitRepoReady" || event === "GitRepoRolledBack";
}

/** True where what was told may still change: the commit has no outcome. */
export function saysUnsettled(event: Told["event"]): boolean {
  return event === "GitRepoDeploying" || event === "any";
}

/**
 * Which event a receiver at position `told` has yet to hear so that it knows the rollout's phase; null where it knows.
 *
 * On a commit that was told as deployed a new attempt (forceSync, a changed spec) is silent until it fails; the failure of the attempt that
 * was itself seen ready is a degradation. On a failed commit only its recovery is news (design §4).
 */
export function unsaid(told: Told, rollout: Rollout, stream: StreamState): EventType | null {
  const isSameCommit = told.commit === rollout.key.commit;
  switch (rollout.phase) {
    case "deploying":
      return isSameCommit && !saysClosed(told.event) ? null : "GitRepoDeploying";
    case "ready":
      return isSameCommit && saysDeployed(told.event) ? null : "GitRepoReady";
    case "failed":
      if (!isSameCommit || saysUnsettled(told.event) || saysClosed(told.event)) return "GitRepoFailed";
      if (!saysDeployed(told.event)) return null;
      return attemptOf(rollout.key) === stream.readyAttempt ? "GitRepoDegraded" : "GitRepoFailed";
  }
}

/** True where the commit was closed ("No longer reported"): it is reported again, so nothing of it is known to the receiver. */
function saysClosed(event: Told["event"]): boolean {
  return event === "GitRepoRemoved";
}

/** What is only waited for when everything else of the rule holds: at first sight such a rollout is not "in progress" yet. */
const waitsThatPass = new Set(["AwaitingPoll", "AwaitingBranchHead", "Settling", "JobNotSeen"]);

/** True for a rollout that looks as if it had been deployed before Signalman saw it: it is waited for in silence (design §4, first sight). */
export function looksSettled(rollout: Rollout): boolean {
  const { clusters } = rollout;
  return clusters.total > 0 && clusters.ready === clusters.total && rollout.waitingFor.every((it) => waitsThatPass.has(it.code));
}
