import type { BundleDeploymentRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import { Alarm } from "./alarm.ts";
import { isApplied } from "./is-applied.ts";
import { isConfirmed } from "./is-confirmed.ts";
import type { Division, Scope } from "./scope.ts";
import type { Standing } from "./standing.ts";
import { appliedSubject, confirmedSubject } from "./subjects.ts";
import { verdictOf } from "./verdict-of.ts";

/**
 * One bundle on one cluster, as far as it is told of (design §4).
 *
 * - deployed: the commit's content runs there, and has for `settle`; `isNew` where the rollout brought it something.
 * - failed: it failed by the rules of a rollout (`verdictOf`).
 * - drifted: live resources differ, nobody corrects that, and it has lasted.
 * - open: none of these is certain: on its way, paused, offline.
 */
export interface BundleState {
  readonly deployment: BundleDeploymentRecord;
  readonly state: "deployed" | "failed" | "drifted" | "open";
  readonly isNew: boolean;
  /** What Fleet said; "" where nothing. Untrusted. */
  readonly message: string;
}

/** The states of all BundleDeployments by the target that has their cluster, and when they may change by time alone. Costs O(them). */
export function bundleStates(
  division: Division,
  now: number,
): { readonly states: ReadonlyMap<string, readonly BundleState[]>; readonly wakeAtMs: number } {
  const { view, memory, targets, claimOn } = division;
  const alarm = new Alarm(now);
  const isSettled =
    memory.appliedMs !== Infinity &&
    isApplied(appliedSubject(memory, view, now), memory.rule.applied).length === 0 &&
    isConfirmed(confirmedSubject(memory, view.gitRepo, now), memory.rule.confirmed).length === 0;
  const correcting = new Set([...view.bundles.values()].filter((it) => it.correctsDrift).map((it) => it.name));
  const scopes = new Map(targets.map((it): [string, Scope] => [it.target, { view, memory, ...it, modified: "failure" }]));
  const states = new Map(targets.map((it): [string, BundleState[]] => [it.target, []]));
  for (const deployment of view.bundleDeployments.values()) {
    const standing = memory.deployments.get(deployment.uid);
    const target = claimOn(deployment)?.target;
    const scope = target === undefined ? undefined : scopes.get(target);
    if (standing === undefined || scope === undefined) continue;
    const isCorrected = correcting.has(deployment.bundleName);
    const state = stateOf({ deployment, standing, scope }, { isSettled, isCorrected, alarm });
    const message = standing.errorMessage || standing.message;
    states.get(scope.target)?.push({ deployment, state, isNew: standing.hasMoved || standing.hasWorked, message });
  }
  return { states, wakeAtMs: alarm.nextMs };
}

function stateOf(
  { deployment, standing, scope }: { deployment: BundleDeploymentRecord; standing: Standing; scope: Scope },
  { isSettled, isCorrected, alarm }: { isSettled: boolean; isCorrected: boolean; alarm: Alarm },
): BundleState["state"] {
  const { timing } = scope;
  if (standing.code === null) return isSettled && alarm.passed(standing.okMs + timing.settleMs) ? "deployed" : "open";
  if (standing.code === "Modified" && !isCorrected) {
    return alarm.passed(standing.codeMs + Math.max(timing.settleMs, limits.errorGraceMinMs)) ? "drifted" : "open";
  }
  const { status } = verdictOf({ standing, cluster: scope.view.clusterOf(deployment), scope }, alarm);
  return status === "failed" ? "failed" : "open";
}
