import { limits } from "../limits.ts";
import type { Broken } from "./clause.ts";
import type { ReasonCode } from "./rollout.ts";

/**
 * How one Bundle or one BundleDeployment stands to the rollout's commit, and since when. Told in prose:
 *
 * It is **ok** (`code` null) or **broken** for a reason. `okMs` is since when it has been ok without a break; the hold is counted from
 * there. `brokenMs` is since when it has been broken; a short recovery (a crash loop) does not end that, and new work (a deploymentID that
 * moved) begins it anew; deadlines are counted from there. `errorMs` is since when applying fails: the agent's retries in between, which
 * show no error for a moment, do not end that; success, a dependency's wait or new work does. `follow` is the only setter.
 */
export interface Standing {
  code: ReasonCode | null;
  message: string;
  /** Since when `code` is what it is. */
  codeMs: number;
  /** Infinity while broken. */
  okMs: number;
  /**
   * Since when it is ok but for what not every scope cares about: for a BundleDeployment live resources that differ (`modified: ignore`),
   * for a Bundle its clusters outside of the target. Infinity while it is not.
   */
  soundMs: number;
  /** Infinity before it was broken. */
  brokenMs: number;
  /** Infinity while nothing fails. */
  errorMs: number;
  errorMessage: string;
  /** A resource has failed and is not on its way (`nonReadyStatus[].summary.error`). */
  isResourceError: boolean;
  /** Of a BundleDeployment: the last one seen, "" before. */
  deploymentId: string;
  /** Which of the first times (deploymentID moved, ok) have been: progress that cannot repeat for ever. */
  hasMoved: boolean;
  hasBeenOk: boolean;
  /** Of a BundleDeployment: the agent had something to do, or failed at it, since the rollout began or this process looked. */
  hasWorked: boolean;
}

/** What an earlier process knew of a standing that was broken when it ended. */
export interface Trouble {
  readonly brokenMs: number;
  readonly errorMs: number;
}

export function newStanding(deploymentId: string, trouble: Trouble | undefined): Standing {
  return {
    code: "ClusterMissing",
    message: "",
    codeMs: Infinity,
    okMs: Infinity,
    soundMs: Infinity,
    brokenMs: trouble?.brokenMs ?? Infinity,
    errorMs: trouble?.errorMs ?? Infinity,
    errorMessage: "",
    isResourceError: false,
    deploymentId,
    hasMoved: false,
    hasBeenOk: false,
    hasWorked: false,
  };
}

/** Codes under which an error that was seen before still stands: the agent is about to try again, or has not said yet. */
const keepsError: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["WaitApplied", "OutOfSync", "BundleNotObserved"]);
const isWork: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "OutOfSync",
  "WaitApplied",
  "ErrApplied",
  "NotInstalled",
  "NotReady",
]);
const isError: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["ErrApplied", "BundleError"]);

/** Takes what was found now. `isNewWork`: what was to be done changed, so that what was wrong before does not count. */
export function follow(
  standing: Standing,
  { found, isSound, isNewWork }: { found: Broken | null; isSound: boolean; isNewWork: boolean },
  now: number,
): void {
  const code = found?.code ?? null;
  if (isNewWork) {
    standing.brokenMs = Infinity;
    standing.errorMs = Infinity;
    standing.errorMessage = "";
  }
  if (code === null) {
    if (standing.okMs === Infinity) standing.okMs = now;
    standing.errorMs = Infinity;
    standing.errorMessage = "";
    standing.hasBeenOk = true;
  } else {
    const hasRecovered = standing.okMs !== Infinity && now - standing.okMs >= limits.steadyMs;
    if (standing.brokenMs === Infinity || hasRecovered) standing.brokenMs = now;
    standing.okMs = Infinity;
    standing.hasWorked ||= isWork.has(code);
    followError(standing, { code, message: found?.message ?? "" }, now);
  }
  if (standing.code !== code || standing.codeMs === Infinity) standing.codeMs = now;
  standing.code = code;
  standing.message = found?.message ?? "";
  if (!isSound) standing.soundMs = Infinity;
  else if (standing.soundMs === Infinity) standing.soundMs = now;
}

function followError(standing: Standing, { code, message }: { code: ReasonCode; message: string }, now: number): void {
  if (isError.has(code)) {
    standing.errorMs = Math.min(standing.errorMs, now);
    standing.errorMessage = message;
  } else if (!keepsError.has(code)) {
    standing.errorMs = Infinity;
    standing.errorMessage = "";
  }
}
