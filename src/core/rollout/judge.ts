import type { GitRepoView } from "../fleet/inventory.ts";
import type { BundleRecord, ClusterRecord, GitRepoRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";
import { countClusters } from "./count-clusters.ts";
import { type Clause, type OnCluster, type RuleContext, type UnmetOnCluster, reason, unmet } from "./context.ts";
import { findFailure } from "./find-failure.ts";
import { appliedClauses, confirmedClause, isPolled } from "./is-applied.ts";
import { bundleClauses } from "./is-bundle-current.ts";
import { clusterClauses } from "./is-deployed-on-cluster.ts";
import { isOffline } from "./is-offline.ts";
import type { RolloutMemory } from "./memory.ts";
import type { Reason, Rollout, Timing } from "./rollout.ts";
import { contextOf, hold, onClusters } from "./track.ts";

/** The whole rule as lists of clauses, so that a test can leave one out and show which recording goes wrong then. */
export interface TruthRule {
  readonly applied: readonly Clause<GitRepoRecord>[];
  readonly confirmed: readonly Clause<GitRepoRecord>[];
  readonly bundle: readonly Clause<BundleRecord>[];
  readonly cluster: readonly Clause<OnCluster>[];
}

export const truthRule: TruthRule = {
  applied: appliedClauses,
  confirmed: [confirmedClause],
  bundle: bundleClauses,
  cluster: clusterClauses,
};

export interface Judging {
  readonly view: GitRepoView;
  /** As `track` left it; only the hold is set here. */
  readonly memory: RolloutMemory;
  readonly timing: Timing;
  readonly modified: "failure" | "ignore";
  /** "" for the unnamed target. */
  readonly target: string;
  readonly isInTarget: (cluster: ClusterRecord | undefined) => boolean;
}

export interface Judgement {
  readonly rollout: Rollout;
  /** When the verdict may change though no object does; Infinity where never. */
  readonly wakeAtMs: number;
  /** The branch's head, asked after this moment, would settle what is open; null where nothing is. */
  readonly wantsBranchHeadAfterMs: number | null;
}

/**
 * Is the commit deployed in this scope? By the rule of fleet-facts §1.3: A applied and confirmed, B every bundle, C every cluster, at least one
 * target, held for `settle`. Failed is what Fleet will not mend by itself, or has not within its grace (design §6).
 */
export function judge(judging: Judging, now: number, rule: TruthRule = truthRule): Judgement {
  const { view, memory, timing, target, modified } = judging;
  const context = contextOf({ view, memory, modified }, now);
  const subjects = onClusters(view).filter((it) => judging.isInTarget(it.cluster));
  const git = gitReasons(context, rule);
  const bundles = bundleReasons(context, rule);
  const clusters = clusterReasons({ subjects, context, rule });
  const missing = missingReasons({ subjects, context, isWholeScope: target === "" });
  const open = [...git, ...bundles, ...clusters.map((it) => it.reason), ...missing];
  const sinceMs = hold(memory, { scope: `${target} ${modified}`, isWhole: open.length === 0 }, now);
  const isSettled = now - sinceMs >= timing.settleMs;
  const { failure, wakeAtMs } = findFailure({ context, timing, git, bundles, clusters, missing });
  const counts = countClusters({ subjects, unmet: clusters, failure, bundles: context.bundles, isWholeScope: target === "" });
  const settling = isSettled ? [] : [reason(unmet("Settling"), sinceMs)];
  const rollout: Rollout = {
    gitRepo: view.gitRepo,
    target,
    key: context.key,
    phase: failure !== null ? "failed" : open.length === 0 && isSettled ? "ready" : "deploying",
    applied: memory.appliedSinceMs !== Infinity,
    holding: open.length === 0 && !isSettled,
    waitingFor: (open.length === 0 ? settling : open).slice(0, limits.reasonsMax),
    failure,
    clusters: counts,
    bundles: context.bundles.length,
    changed: memory.isChanged,
    startedMs: memory.startedMs,
    wanted: isWanted(view.gitRepo, memory),
  };
  const settledMs = open.length === 0 && !isSettled ? sinceMs + timing.settleMs : Infinity;
  const unseenMs = git.some((it) => it.code === "JobNotSeen") ? memory.startedMs + limits.jobUnseenMs : Infinity;
  return {
    rollout,
    wakeAtMs: Math.min(settledMs, unseenMs, wakeAtMs),
    wantsBranchHeadAfterMs: headWantedAfterMs(view.gitRepo, memory),
  };
}

function gitReasons(context: RuleContext, { applied, confirmed }: TruthRule): Reason[] {
  const { view, memory } = context;
  const unmetApplied = applied.flatMap((clause) => clause.unmet(view.gitRepo, context) ?? []);
  // Whether the right tree was applied is asked only once one was.
  const unmetConfirmed = unmetApplied.length > 0 ? [] : confirmed.flatMap((clause) => clause.unmet(view.gitRepo, context) ?? []);
  return [...unmetApplied, ...unmetConfirmed].map((it) => reason(it, memory.since.get(it.code)?.sinceMs ?? memory.startedMs));
}

function bundleReasons(context: RuleContext, { bundle: clauses }: TruthRule): Reason[] {
  if (context.bundles.length === 0) return [reason(unmet("NoBundles"), context.memory.startedMs)];
  return context.bundles.flatMap((bundle) => {
    const found = firstUnmet(clauses, bundle, context);
    if (found === null) return [];
    const sinceMs = context.memory.since.get(`${bundle.uid} ${found.code}`)?.sinceMs ?? context.memory.startedMs;
    return [reason(found, sinceMs, { bundle: bundle.name })];
  });
}

function clusterReasons({
  subjects,
  context,
  rule,
}: {
  subjects: readonly OnCluster[];
  context: RuleContext;
  rule: TruthRule;
}): UnmetOnCluster[] {
  return subjects.flatMap((subject) => {
    const found = firstUnmet(rule.cluster, subject, context);
    if (found === null) return [];
    const { deployment, cluster, clusterName } = subject;
    const sinceMs = context.memory.since.get(`${deployment.uid} ${found.code}`)?.sinceMs ?? context.memory.startedMs;
    const about = { bundle: deployment.bundleName, cluster: clusterName };
    const isAway = cluster !== undefined && isOffline(cluster, context.now) && found.code !== "Paused";
    return [{ subject, reason: reason(isAway ? unmet("Offline", found.message) : found, sinceMs, about) }];
  });
}

/** Targets without a BundleDeployment are in no count of Fleet's (W5); no target at all is never a success (W6). */
function missingReasons({
  subjects,
  context,
  isWholeScope,
}: {
  subjects: readonly OnCluster[];
  context: RuleContext;
  isWholeScope: boolean;
}): Reason[] {
  const { bundles, memory, view } = context;
  const desired = bundles.reduce((sum, it) => sum + it.desiredReady, 0);
  if (isWholeScope && desired !== view.deployments.length) return [reason(unmet("ClusterMissing"), memory.startedMs)];
  return subjects.length === 0 ? [reason(unmet("NoTargets"), memory.startedMs)] : [];
}

function firstUnmet<Subject>(
  clauses: readonly Clause<Subject>[],
  subject: Subject,
  context: RuleContext,
): ReturnType<Clause<Subject>["unmet"]> {
  for (const clause of clauses) {
    const found = clause.unmet(subject, context);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Fleet wants the commit for certain: the revision is pinned to it, GitHub's branch head is it, or two later polls still show it and it did not
 * come by a webhook of the kind that is taken as it is (Fleet ≤ 0.14, fleet-facts §1.3, §1.6).
 */
function isWanted(gitRepo: GitRepoRecord, memory: RolloutMemory): boolean {
  const isHead =
    memory.branchHead !== null && memory.branchHead.sha === gitRepo.commit && memory.branchHead.askedMs >= memory.startedMs;
  const isByOldWebhook = gitRepo.webhookCommit === gitRepo.commit && gitRepo.lastWebhookMs === 0;
  return gitRepo.revision !== "" || isHead || (memory.pollsOfCommit >= 2 && !isByOldWebhook);
}

function headWantedAfterMs(gitRepo: GitRepoRecord, memory: RolloutMemory): number | null {
  if (memory.appliedSinceMs === Infinity || memory.isConfirmed || gitRepo.revision !== "" || isPolled(gitRepo)) return null;
  return memory.appliedSinceMs;
}
