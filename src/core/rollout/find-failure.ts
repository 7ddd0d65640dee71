import { limits } from "../limits.ts";
import type { RuleContext, UnmetOnCluster } from "./context.ts";
import { isPassingRefusal } from "./is-applied.ts";
import type { Failure, Reason, ReasonCode, Timing } from "./rollout.ts";

export interface FailureSearch {
  readonly context: RuleContext;
  readonly timing: Timing;
  readonly git: readonly Reason[];
  readonly bundles: readonly Reason[];
  readonly clusters: readonly UnmetOnCluster[];
  readonly missing: readonly Reason[];
}

/** A failure, and when one may become one though no object changes. */
interface Found {
  readonly failure: Failure | null;
  readonly wakeAtMs: number;
}

/** What must come of itself within `notReadyDeadline`: a Job that was never made shows in no other way (fleet-facts §1.6). */
const deadlineCodes: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "GenerationNotObserved",
  "ForceSyncNotObserved",
  "JobUnfinished",
  "JobNotSeen",
  "NoBundles",
  "BundleCommit",
]);
/** The same, but only where no cluster is known to hold it up: an offline or paused cluster is progress, never failure (design §6). */
const deadlineUnlessHeldUp: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "BundleNotObserved",
  "BundlePartitions",
  "ClusterMissing",
]);

/** Failure is said only for what Fleet will not mend by itself, or has not within its grace (design §6, fleet-facts §2.3). */
export function findFailure(search: FailureSearch): Found {
  const { context, timing, git, bundles, clusters } = search;
  const now = context.now;
  let wakeAtMs = Infinity;
  /** True where the grace is over; else notes when it will be. */
  const isOver = (sinceMs: number, graceMs: number) => {
    if (now - sinceMs >= graceMs) return true;
    wakeAtMs = Math.min(wakeAtMs, sinceMs + graceMs);
    return false;
  };
  const job = git.find((it) => it.code === "JobFailed");
  const jobSinceMs = Math.min(job?.sinceMs ?? Infinity, context.memory.jobFailedSinceMs);
  if (
    job !== undefined &&
    isOver(context.memory.since.has("JobFailed") ? jobSinceMs : context.memory.jobFailedSinceMs, limits.hardFailureMs)
  ) {
    return { failure: { kind: "job", message: job.message || context.memory.jobFailure, clusters: [] }, wakeAtMs };
  }
  const refused = git.find((it) => it.code === "NotAccepted" && !isPassingRefusal(it.message));
  if (refused !== undefined && isOver(refused.sinceMs, limits.hardFailureMs)) {
    return { failure: { kind: "accepted", message: refused.message, clusters: [] }, wakeAtMs };
  }
  const bundle = bundles.find((it) => it.code === "BundleError");
  if (bundle !== undefined && isOver(bundle.sinceMs, timing.errorGraceMs)) {
    return { failure: { kind: "bundle", message: `${bundle.bundle}: ${bundle.message}`, clusters: [] }, wakeAtMs };
  }
  const failed = clusters.filter((it) => isFailed(it, timing, isOver));
  const [first] = failed;
  if (first !== undefined) {
    const listed = failed.map(({ reason }) => ({ cluster: reason.cluster, bundle: reason.bundle, message: textOf(reason) }));
    listed.sort((a, b) => (a.cluster < b.cluster ? -1 : a.cluster > b.cluster ? 1 : 0));
    return {
      failure: { kind: "cluster", message: textOf(first.reason), clusters: listed.slice(0, limits.listedClustersMax) },
      wakeAtMs,
    };
  }
  const late = overdue(search);
  if (late !== undefined && isOver(late.sinceMs, timing.notReadyDeadlineMs)) {
    return { failure: { kind: "deadline", message: deadlineText(late), clusters: [] }, wakeAtMs };
  }
  return { failure: null, wakeAtMs };
}

/**
 * One BundleDeployment's trouble, by its grace: a hard failure of Helm at once, an apply error and modified resources after `errorGrace`, what is
 * not ready after `notReadyDeadline`. What is not applied counts only where the agent has checked in since (else it may be offline).
 */
function isFailed(
  { subject, reason }: UnmetOnCluster,
  timing: Timing,
  isOver: (sinceMs: number, graceMs: number) => boolean,
): boolean {
  switch (reason.code) {
    case "NotInstalled":
      return isOver(reason.sinceMs, limits.hardFailureMs);
    case "ErrApplied":
    case "Modified":
      return isOver(reason.sinceMs, timing.errorGraceMs);
    case "NotReady":
      return isOver(reason.sinceMs, subject.deployment.resourceError ? timing.errorGraceMs : timing.notReadyDeadlineMs);
    case "WaitApplied":
    case "NotMonitored":
      return (subject.cluster?.lastSeenMs ?? 0) > reason.sinceMs && isOver(reason.sinceMs, timing.notReadyDeadlineMs);
    default:
      return false;
  }
}

function overdue({ context, git, bundles, clusters, missing }: FailureSearch): Reason | undefined {
  const isHeldUp = clusters.length > 0;
  const codes = (it: Reason) => deadlineCodes.has(it.code) || (!isHeldUp && deadlineUnlessHeldUp.has(it.code));
  const found = [...git, ...bundles, ...missing].find(codes);
  return found && { ...found, sinceMs: context.memory.startedMs };
}

const said: Partial<Record<ReasonCode, string>> = {
  GenerationNotObserved: "Fleet has not taken over the GitRepo's last change",
  ForceSyncNotObserved: "Fleet has not taken over the forced sync",
  JobUnfinished: "the Job that applies this commit does not finish",
  JobNotSeen: "Fleet made no Job for this commit",
  NoBundles: "this commit has no bundles",
  BundleCommit: "was not written for this commit",
  BundleNotObserved: "was not taken over by Fleet",
  BundlePartitions: "has partitions that are unavailable",
  ClusterMissing: "not every target has its BundleDeployment",
  WaitApplied: "the agent does not apply it and says no error",
  NotMonitored: "the agent does not monitor it",
};

function deadlineText(reason: Reason): string {
  const text = said[reason.code] ?? reason.code;
  return reason.bundle === "" ? text : `bundle ${reason.bundle} ${text}`;
}

function textOf(reason: Reason): string {
  return reason.message || (said[reason.code] ?? reason.code);
}
