import { limits } from "../limits.ts";
import type { Alarm } from "./alarm.ts";
import type { Findings } from "./find-reasons.ts";
import type { Scope } from "./scope.ts";
import { overdueSentence } from "./overdue-sentence.ts";
import { rankOf } from "./rank-of.ts";
import type { Failure, Reason, ReasonCode } from "./rollout.ts";
import type { Tally } from "./tally-clusters.ts";

/**
 * What Fleet will not mend by itself, or has not within its grace (design §6, fleet-facts §2.3); null where nothing has failed. In this order:
 * the Job, a refusal, a bundle, clusters; then what Fleet never finishes without saying so.
 */
export function findFailure(scope: Scope, found: { tally: Tally; findings: Findings }, alarm: Alarm): Failure | null {
  const { tally, findings } = found;
  // All are asked, so that the alarm knows every moment at which another one may come to be.
  const ofGitRepo = jobFailure(findings, alarm) ?? refusal(scope, findings, alarm) ?? bundleFailure(scope, findings, alarm);
  const late = overdue(scope, found, alarm);
  if (ofGitRepo !== null) return ofGitRepo;
  if (tally.failures.length > 0) {
    const first = tally.failures.find((it) => it.message !== "") ?? tally.failures[0];
    return { kind: "cluster", message: first?.message ?? "", clusters: tally.failures };
  }
  const overdueReason = tally.overdue ?? late;
  if (overdueReason === null) return null;
  return { kind: "deadline", message: overdueSentence(overdueReason), clusters: [] };
}

function jobFailure({ ofRollout }: Findings, alarm: Alarm): Failure | null {
  const failed = ofRollout.filter((it) => it.code === "JobFailed");
  const [first] = failed;
  if (first === undefined || !alarm.passed(first.sinceMs + limits.jobFailedMs)) return null;
  return { kind: "job", message: failed.find((it) => it.message !== "")?.message ?? "", clusters: [] };
}

function refusal({ timing }: Scope, { ofRollout }: Findings, alarm: Alarm): Failure | null {
  const refused = ofRollout.find((it) => it.code === "NotAccepted");
  if (refused === undefined) return null;
  const graceMs = Math.max(timing.errorGraceMs, limits.errorGraceMinMs);
  return alarm.passed(refused.sinceMs + graceMs) ? { kind: "accepted", message: refused.message, clusters: [] } : null;
}

/** A text that was there before the commit can stand for a while (the controller is down): it gets the grace as well. */
function bundleFailure({ timing }: Scope, { ofRollout }: Findings, alarm: Alarm): Failure | null {
  const graceMs = Math.max(timing.errorGraceMs, limits.errorGraceMinMs);
  const first = ofRollout.find((it) => it.code === "BundleError" && alarm.passed(it.sinceMs + graceMs));
  return first === undefined ? null : { kind: "bundle", message: `${first.bundle}: ${first.message}`, clusters: [] };
}

/** Waits that may last: for a person, for another commit, for a poll. They are told, and are no failure. */
const mayLast: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "NoCommit",
  "Stalled",
  "BranchAndRevision",
  "NoTargets",
  "AwaitingPoll",
  "AwaitingBranchHead",
]);
/** What has a grace of its own. */
const hasGrace: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["JobFailed", "NotAccepted", "BundleError"]);
/** What comes when other clusters have made room: no failure while one of those waits for something that is none. */
const waitsForOthers: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["OutOfSync", "ContentNotCurrent", "BundlePartitions"]);
/** What Fleet's controllers have yet to hand out to a cluster; the rest of C is the agent's and was judged there. */
const controllersMatter: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "OutOfSync",
  "ContentNotCurrent",
  "ClusterCommit",
  "BundleDeleting",
]);

/** What Fleet's controllers should have done long since; counted from when the rollout last came nearer to its end. */
function overdue(
  { memory, timing }: Scope,
  { tally, findings }: { tally: Tally; findings: Findings },
  alarm: Alarm,
): Reason | null {
  const candidates = [...findings.ofRollout, ...tally.reasons.filter((it) => controllersMatter.has(it.code))];
  const isLabelled = !candidates.some((it) => it.code === "BundleCommit" || it.code === "NoBundles");
  let found: Reason | null = null;
  for (const candidate of candidates) {
    const { code, sinceMs } = candidate;
    if (mayLast.has(code) || hasGrace.has(code) || (tally.isExcused && waitsForOthers.has(code))) continue;
    // Everything is labelled and only a Job was missed: that is a wait for a poll. Nothing to deploy at all: told, and no failure.
    if (code === "JobNotSeen" && isLabelled) continue;
    if (code === "NoBundles" && memory.appliedMs !== Infinity) continue;
    const isOver = alarm.passed(Math.max(sinceMs, memory.progressMs) + timing.notReadyDeadlineMs);
    if (isOver && (found === null || rankOf(code) < rankOf(found.code))) found = candidate;
  }
  return found;
}
