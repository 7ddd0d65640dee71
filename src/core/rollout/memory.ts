import type { JobOutcome } from "./is-applied.ts";
import { type ReadyRule, readyRule } from "./ready-rule.ts";
import type { ReasonCode, RolloutKey } from "./rollout.ts";
import type { Standing, Trouble } from "./standing.ts";

/** A branch's head as GitHub told it: `askedMs` is when it was asked. */
export interface BranchHead {
  readonly sha: string;
  readonly askedMs: number;
}

/**
 * What is remembered of a GitRepo's current rollout, whatever a Notification's settings are: times and things that were seen and cannot be
 * seen again. Only `track` and `answerBranchHead` change it. Times are milliseconds since the epoch; Infinity is "not so".
 */
export interface RolloutMemory {
  readonly rule: ReadyRule;
  key: RolloutKey | null;
  startedMs: number;
  /** True where a deploymentID moved since the last rollout for which the rule held, or that is not known (the GitRepo's first, a restart). */
  isChanged: boolean;
  /** True once the whole rule held: what changes from then on is not the rollout's. */
  hasHeld: boolean;
  /** When something last came nearer to its end for the first time. */
  progressMs: number;

  readonly job: JobMemory;
  readonly polls: PollMemory;
  /** Since when A holds without a break, and when it first held for the Job that was seen last. */
  appliedMs: number;
  firstAppliedMs: number;
  /** `status.lastPollingTriggered` when A first held, or when its Job had completed: what was polled before that may be seen after it. A later one confirms. */
  firstAppliedPollMs: number;
  confirmedMs: number;
  branchHead: BranchHead | null;
  /** A commit that Fleet polled and does not take (Accepted=False), and since when. */
  refused: { readonly commit: string; readonly sinceMs: number } | null;
  /** Since when each part of A does not hold. */
  readonly waits: Map<ReasonCode, number>;
  /** Since when there are as many BundleDeployments as the Bundles want, and since when not. */
  countsMs: number;
  countsBrokenMs: number;

  /** By uid. */
  readonly bundles: Map<string, Standing>;
  readonly deployments: Map<string, Standing>;
  /** By the first 8 characters of the uid: what a restart brought along, until it is seen again. */
  troubles: ReadonlyMap<string, Trouble>;
  /** The version of the view's change log that was seen; -1: everything is to be looked at. */
  version: number;
  trackedMs: number;
}

export interface JobMemory {
  outcome: JobOutcome;
  message: string;
  /** `status.completionTime`; 0 where it was not seen. */
  completedMs: number;
  uid: string;
  /** Ended Jobs of the view that were looked at. */
  endedCount: number;
  /** `status.lastPollingTriggered` when a Job was last missed: a later poll can stand for it. */
  missedPollMs: number;
}

export interface PollMemory {
  /** The newest `status.lastPollingTriggered` seen: a whole-status write can take it back (seen). */
  newestMs: number;
  pollingCommit: string;
  /** Polls since the rollout started that still show its commit. */
  later: number;
}

/** A memory of nothing. `rule` is for tests that leave a clause out. */
export function newMemory(rule: ReadyRule = readyRule): RolloutMemory {
  return {
    rule,
    key: null,
    startedMs: Infinity,
    isChanged: true,
    hasHeld: false,
    progressMs: 0,
    job: { outcome: "notSeen", message: "", completedMs: 0, uid: "", endedCount: 0, missedPollMs: 0 },
    polls: { newestMs: 0, pollingCommit: "", later: 0 },
    appliedMs: Infinity,
    firstAppliedMs: Infinity,
    firstAppliedPollMs: Infinity,
    confirmedMs: Infinity,
    branchHead: null,
    refused: null,
    waits: new Map(),
    countsMs: Infinity,
    countsBrokenMs: Infinity,
    bundles: new Map(),
    deployments: new Map(),
    troubles: new Map(),
    version: -1,
    trackedMs: 0,
  };
}

export function isSameKey(one: RolloutKey, other: RolloutKey): boolean {
  return (
    one.commit === other.commit &&
    one.generation === other.generation &&
    one.forceSyncGeneration === other.forceSyncGeneration &&
    one.gitRepoUid === other.gitRepoUid
  );
}

/** A stored trouble's key: short, since it is stored with every stream; two that share it would only share a time. */
export function troubleKey(uid: string): string {
  return uid.slice(0, 8);
}
