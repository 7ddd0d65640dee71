import type { BundleRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import type { Broken } from "./clause.ts";
import { isApplied } from "./is-applied.ts";
import { isConfirmed, isSha } from "./is-confirmed.ts";
import type { Scope } from "./scope.ts";
import { rankOf } from "./rank-of.ts";
import type { Reason } from "./rollout.ts";
import { confirmedSubject, appliedSubject } from "./subjects.ts";
import type { Tally } from "./tally-clusters.ts";

/** Why a scope is not deployed yet. */
export interface Findings {
  /** Ordered by importance, at most `limits.reasonsMax`; empty where the whole rule holds. */
  readonly reasons: readonly Reason[];
  /** All of A and B that does not hold, in this order. */
  readonly ofRollout: readonly Reason[];
  /** Since when the whole rule holds; Infinity where it does not. */
  readonly heldSinceMs: number;
}

/** Puts the parts of the rule together: A, A confirmed, B, C, at least one target, and as many BundleDeployments as Bundles want. */
export function findReasons(scope: Scope, tally: Tally, now: number): Findings {
  const { view, memory } = scope;
  const isAppliedNow = memory.appliedMs !== Infinity;
  const applied = isApplied(appliedSubject(memory, view, now), memory.rule.applied);
  const confirmed = isAppliedNow ? isConfirmed(confirmedSubject(memory, view.gitRepo, now), memory.rule.confirmed) : [];
  const ofRollout = [...applied, ...confirmed].map((it) => ofGitRepo(scope, it));
  const bundles = bundlesOf(scope, tally);
  ofRollout.push(...bundles.reasons);
  if (memory.countsMs === Infinity && view.bundles.size > 0) ofRollout.push(reason("ClusterMissing", memory.countsBrokenMs));
  if (view.bundles.size === 0) ofRollout.push(reason("NoBundles", memory.startedMs));
  else if (tally.counts.total === 0 && memory.countsMs !== Infinity) ofRollout.push(reason("NoTargets", memory.startedMs));
  const reasons = [...ofRollout, ...tally.reasons].sort((one, other) => rankOf(one.code) - rankOf(other.code));
  // What is cloned by its SHA needs no poll: one that comes all the same begins no new hold.
  const isConfirmedByPoll = memory.confirmedMs !== Infinity && !isSha(view.gitRepo.revision);
  const confirmedMs = isConfirmedByPoll ? memory.confirmedMs : memory.firstAppliedMs;
  const heldSinceMs = Math.max(memory.appliedMs, confirmedMs, memory.countsMs, bundles.okMs, tally.okMs);
  return { reasons: reasons.slice(0, limits.reasonsMax), ofRollout, heldSinceMs };
}

function reason(code: Reason["code"], sinceMs: number): Reason {
  return { code, bundle: "", cluster: "", message: "", sinceMs };
}

function ofGitRepo({ memory }: Scope, { code, message }: Broken): Reason {
  return { code, bundle: "", cluster: "", message, sinceMs: memory.waits.get(code) ?? memory.firstAppliedMs };
}

function bundlesOf(scope: Scope, tally: Tally): { reasons: Reason[]; okMs: number } {
  const { view, memory } = scope;
  const reasons: Reason[] = [];
  let okMs = -Infinity;
  for (const bundle of view.bundles.values()) {
    const standing = memory.bundles.get(bundle.uid);
    if (standing === undefined) continue;
    // For some of its clusters a bundle's partitions say nothing, unless only they can tell which content a cluster has (W4).
    const isPartial = tally.isPartial && !tally.needsPartitions.has(bundle.name);
    const sinceMs = isPartial ? standing.soundMs : standing.okMs;
    okMs = Math.max(okMs, sinceMs);
    if (sinceMs === Infinity && standing.code !== null) reasons.push(ofBundle(bundle, standing.code, standing));
  }
  return { reasons, okMs };
}

function ofBundle(bundle: BundleRecord, code: Reason["code"], standing: { message: string; codeMs: number }): Reason {
  return { code, bundle: bundle.name, cluster: "", message: standing.message, sinceMs: standing.codeMs };
}
