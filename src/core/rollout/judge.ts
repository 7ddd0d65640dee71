import { limits } from "../limits.ts";
import { Alarm } from "./alarm.ts";
import { findFailure } from "./find-failure.ts";
import { type Findings, findReasons } from "./find-reasons.ts";
import type { Reason, ReasonCode, Rollout, RolloutPhase } from "./rollout.ts";
import { type Tally, tallyClusters } from "./tally-clusters.ts";
import { isWanted, wantsBranchHead } from "./is-wanted.ts";
import { type Division, type Scope, type Standards, type Subject, type TargetStandards, wholeClaim } from "./scope.ts";

export interface Judgement {
  readonly rollout: Rollout;
  /** When the verdict may change though no object does; Infinity where never. */
  readonly wakeAtMs: number;
  /** GitHub's word on the branch's head, asked at or after this time, would settle something (`answerBranchHead`); null: nothing to ask. */
  readonly wantsBranchHeadAfterMs: number | null;
}

/** Says how far the rollout is, all clusters together. */
export function judge({ view, memory, timing, modified }: Subject & Standards, now: number): Judgement {
  const whole: TargetStandards = { timing, modified, target: "" };
  const [judgement] = judgeTargets({ view, memory, targets: [whole], claimOn: () => wholeClaim }, now).values();
  if (judgement === undefined) throw new Error("one target was given and none was judged");
  return judgement;
}

/**
 * Says how far the rollout is in each target (design §6), by the target's name. Reads only: two calls with the same arguments give the same.
 * Costs O(the GitRepo's BundleDeployments), however many targets share them.
 *
 * A rollout is **deploying** while anything of the rule (A, A confirmed, B, C) does not hold, and while the hold of `settle` runs, which starts
 * when the last part came to hold and starts anew whenever one is lost. It is **ready** when the hold is over. It is **failed** where something that
 * is broken will not mend by itself or has been broken past its grace (`find-failure`), and is ready as soon as it has mended and
 * been held. `phaseOf` alone says which.
 */
export function judgeTargets({ view, memory, targets, claimOn }: Division, now: number): ReadonlyMap<string, Judgement> {
  const scopes = targets.map((target) => ({ scope: { view, memory, ...target }, alarm: new Alarm(now) }));
  const tallied = tallyClusters(scopes, claimOn);
  return new Map(tallied.map(({ scope, alarm, tally }) => [scope.target, judgeScope(scope, tally, alarm)]));
}

function judgeScope(scope: Scope, tally: Tally, alarm: Alarm): Judgement {
  const { view, memory, timing, target } = scope;
  const findings = findReasons(scope, tally, alarm.now);
  const failure = findFailure(scope, { tally, findings }, alarm);
  const phase = phaseOf({ failure: failure !== null, findings, settleMs: timing.settleMs }, alarm);
  if (memory.refused !== null) alarm.passed(memory.refused.sinceMs + limits.refusedMs);
  if (memory.job.outcome === "notSeen") alarm.passed(memory.startedMs + limits.watchLagMs);
  const holding = phase === "deploying" && findings.reasons.length === 0;
  const wantsBranchHeadAfterMs = wantsBranchHead(memory, view.gitRepo, alarm);
  return {
    rollout: {
      gitRepo: view.gitRepo,
      target,
      key: memory.key ?? { gitRepoUid: view.gitRepo.uid, commit: "", generation: 0, forceSyncGeneration: 0 },
      phase,
      applied: memory.appliedMs !== Infinity,
      holding,
      waitingFor: holding ? [settling(findings)] : findings.reasons,
      failure,
      clusters: tally.counts,
      bundles: view.bundles.size,
      changed: memory.isChanged,
      startedMs: memory.startedMs,
      wanted: isWanted(memory, view.gitRepo),
    },
    wakeAtMs: alarm.nextMs,
    wantsBranchHeadAfterMs,
  };
}

/** The one place that says the phase. */
function phaseOf(
  { failure, findings, settleMs }: { failure: boolean; findings: Findings; settleMs: number },
  alarm: Alarm,
): RolloutPhase {
  if (failure) return "failed";
  if (findings.reasons.length > 0) return "deploying";
  return alarm.passed(findings.heldSinceMs + settleMs) ? "ready" : "deploying";
}

function settling({ heldSinceMs }: Findings): Reason {
  const code: ReasonCode = "Settling";
  return { code, bundle: "", cluster: "", message: "", sinceMs: heldSinceMs };
}
