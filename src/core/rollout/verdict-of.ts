import type { ClusterRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import type { Alarm } from "./alarm.ts";
import type { Scope } from "./scope.ts";
import type { ReasonCode } from "./rollout.ts";
import type { Standing } from "./standing.ts";

/** What a standing comes to in one scope. */
export interface Verdict {
  readonly status: "ready" | "updating" | "paused" | "offline" | "failed";
  /** Since when it is ready; Infinity where it is not. */
  readonly okMs: number;
  /** It should be done long since, and nothing says why it is not. */
  readonly isOverdue: boolean;
  /** It waits for something that is no failure, however long (design §6). */
  readonly isExcused: boolean;
}

const updating: Verdict = { status: "updating", okMs: Infinity, isOverdue: false, isExcused: false };
const waiting: Verdict = { status: "updating", okMs: Infinity, isOverdue: false, isExcused: true };
const paused: Verdict = { status: "paused", okMs: Infinity, isOverdue: false, isExcused: true };
const offline: Verdict = { status: "offline", okMs: Infinity, isOverdue: false, isExcused: true };
const failed: Verdict = { status: "failed", okMs: Infinity, isOverdue: false, isExcused: false };
const overdue: Verdict = { status: "failed", okMs: Infinity, isOverdue: true, isExcused: false };

const noFailure: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["DependencyWait", "OffSchedule", "WaitingForValues"]);

/**
 * One BundleDeployment in one scope. What the agent has to do is the cluster's matter and has its own deadline; what Fleet's controllers have
 * yet to hand out (`OutOfSync` and the like) is the whole rollout's (`find-failure`).
 */
export function verdictOf(
  { standing, cluster, scope }: { standing: Standing; cluster: ClusterRecord | null; scope: Scope },
  alarm: Alarm,
): Verdict {
  const { code } = standing;
  if (code === null) return readySince(standing.okMs);
  if (scope.modified === "ignore" && standing.soundMs !== Infinity) return readySince(standing.soundMs);
  if (code === "Paused") return paused;
  if (noFailure.has(code)) return waiting;
  if (isAgentsMatter.has(code) && isOffline(cluster, alarm)) return offline;
  const deadline = failsAt(standing, scope);
  if (deadline === null || !alarm.passed(deadline.atMs)) return updating;
  return deadline.isOverdue ? overdue : failed;
}

function readySince(okMs: number): Verdict {
  return { status: "ready", okMs, isOverdue: false, isExcused: false };
}

const isAgentsMatter: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "WaitApplied",
  "ErrApplied",
  "NotInstalled",
  "NotReady",
  "Modified",
  "NotMonitored",
]);

/** When the standing becomes a failure if nothing changes; null where it does not by itself. */
function failsAt(standing: Standing, { timing }: Scope): { atMs: number; isOverdue: boolean } | null {
  const graceMs = Math.max(timing.errorGraceMs, limits.errorGraceMinMs);
  const { code, codeMs, brokenMs, errorMs } = standing;
  switch (code) {
    case "NotInstalled":
      // Helm's errors of this kind are not tried again (fleet-facts §2.1).
      return { atMs: codeMs + limits.errorGraceMinMs, isOverdue: false };
    case "ErrApplied":
      return { atMs: errorMs + graceMs, isOverdue: false };
    case "Modified":
      return { atMs: codeMs + graceMs, isOverdue: false };
    case "NotReady":
      return { atMs: standing.isResourceError ? codeMs + graceMs : brokenMs + timing.notReadyDeadlineMs, isOverdue: false };
    case "WaitApplied":
    case "NotMonitored":
      return errorMs === Infinity
        ? { atMs: brokenMs + timing.notReadyDeadlineMs, isOverdue: true }
        : { atMs: errorMs + graceMs, isOverdue: false };
    default:
      return null;
  }
}

/**
 * The agent's last check-in is older than max(3 × its interval, 45 min), Fleet's own proposal (fleet-facts §2.4), or it never checked in.
 * What is not known is taken for online: then the deadlines speak.
 */
function isOffline(cluster: ClusterRecord | null, alarm: Alarm): boolean {
  if (cluster === null) return false;
  if (cluster.lastSeenMs === 0) return true;
  return alarm.passed(cluster.lastSeenMs + Math.max(3 * cluster.checkinIntervalMs, limits.offlineMinMs));
}
