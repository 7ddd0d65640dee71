import type { GitRepoView } from "../fleet/inventory.ts";
import type { BundleDeploymentRecord } from "../fleet/record.ts";
import type { RolloutMemory } from "./memory.ts";

/** What is judged: one GitRepo. `memory` must have been given the view with `track`. */
export interface Subject {
  readonly view: GitRepoView;
  readonly memory: RolloutMemory;
}

/** By which standards the clusters of one target are judged. */
export interface Standards {
  readonly timing: JudgeTiming;
  readonly modified: "failure" | "ignore";
}

export interface TargetStandards extends Standards {
  /** "" for the unnamed target. */
  readonly target: string;
}

/** Which target has a cluster. */
export interface Claim {
  readonly target: string;
  /** When it came from another target, and which: in both the hold starts anew then. -Infinity and "" where it did not. */
  readonly movedMs: number;
  readonly from: string;
}

/** One GitRepo in one target of a Notification. */
export interface Scope extends Subject, TargetStandards {}

/** One GitRepo, its clusters divided among targets. */
export interface Division extends Subject {
  /** Each target once. */
  readonly targets: readonly TargetStandards[];
  /** The claim on a BundleDeployment's cluster; null where the cluster was never seen: then any target may have it. */
  readonly claimOn: (deployment: BundleDeploymentRecord) => Claim | null;
}

/** Durations of a Notification, milliseconds. */
export interface JudgeTiming {
  readonly settleMs: number;
  readonly errorGraceMs: number;
  readonly notReadyDeadlineMs: number;
}

/** Where clusters are not divided. */
export const wholeClaim: Claim = { target: "", movedMs: -Infinity, from: "" };
