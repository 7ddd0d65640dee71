import type { GitRepoView } from "../fleet/inventory.ts";
import type { GitRepoRecord, JobRecord } from "../fleet/record.ts";
import { type OnCluster, type RuleContext, reason } from "./context.ts";
import { appliedClauses } from "./is-applied.ts";
import { clusterClauses } from "./is-deployed-on-cluster.ts";
import type { RolloutMemory, Since } from "./memory.ts";
import type { RolloutKey } from "./rollout.ts";

export { type RolloutMemory, newMemory } from "./memory.ts";

/** About the commit's label, not about what runs: what is wrong with a deploymentID is wrong with it whatever commit wants it. */
const labelClauses = new Set(["the label says the commit", "the content is the label's"]);
const troubleClauses = clusterClauses.filter((it) => !labelClauses.has(it.name));

/**
 * Takes over into the memory what the objects show now. Called after every batch of changes, and when time alone may have changed something.
 *
 * A rollout **begins** when its key changes: another commit, generation or forced sync. Its Job may be **seen Complete** once. Its bundles are
 * **applied** as long as every clause of A holds, and **confirmed** by the first poll after that, or by GitHub's branch head, that still
 * shows the commit; losing A loses the confirmation. What is in trouble is remembered with the deploymentID that it is about.
 */
export function track(memory: RolloutMemory, view: GitRepoView, now: number): void {
  const key = rolloutKey(view.gitRepo);
  if (!isSameKey(memory.key, key)) begin(memory, key, now);
  observeJobs(memory, view, now);
  observePoll(memory, view.gitRepo);
  observeApplied(memory, contextOf({ view, memory, modified: "failure" }, now));
  observeDeployments(memory, contextOf({ view, memory, modified: "failure" }, now));
}

/** GitHub's answer to "where is the branch's head?". `askedMs` is when the question left. */
export function answerBranchHead(memory: RolloutMemory, head: { readonly sha: string; readonly askedMs: number }): void {
  memory.branchHead = head;
  if (head.sha === memory.key?.commit && head.askedMs >= memory.appliedSinceMs) memory.isConfirmed = true;
}

/** The one setter of the hold: since when the whole rule holds in a scope. Returns that moment, Infinity where it does not hold. */
export function hold(memory: RolloutMemory, { scope, isWhole }: { scope: string; isWhole: boolean }, now: number): number {
  if (!isWhole) memory.holdsSince.delete(scope);
  else if (!memory.holdsSince.has(scope)) memory.holdsSince.set(scope, now);
  return memory.holdsSince.get(scope) ?? Infinity;
}

/** A GitRepo that Fleet refuses has no commit in its status: what was polled is what was refused (fleet-facts §2.3). */
export function rolloutKey(gitRepo: GitRepoRecord): RolloutKey {
  const refused = gitRepo.accepted?.status === "False" ? gitRepo.pollingCommit : "";
  return {
    gitRepoUid: gitRepo.uid,
    commit: gitRepo.commit || refused,
    generation: gitRepo.generation,
    forceSyncGeneration: gitRepo.forceSyncGeneration,
  };
}

export function contextOf(
  { view, memory, modified }: Pick<RuleContext, "view" | "memory" | "modified">,
  now: number,
): RuleContext {
  return {
    view,
    memory,
    modified,
    now,
    key: memory.key ?? rolloutKey(view.gitRepo),
    bundles: view.bundles.filter((it) => !it.deleting),
  };
}

export function onClusters(view: GitRepoView): readonly OnCluster[] {
  return view.deployments.map((deployment) => {
    const cluster = view.clusterOf(deployment);
    return { deployment, cluster, clusterName: cluster?.displayName ?? deployment.clusterName };
  });
}

function begin(memory: RolloutMemory, key: RolloutKey, now: number): void {
  const isSameCommit = memory.key?.commit === key.commit;
  memory.key = key;
  memory.startedMs = now;
  memory.isJobSeenComplete = false;
  memory.jobFailure = "";
  memory.jobFailedSinceMs = Infinity;
  memory.appliedSinceMs = Infinity;
  memory.isConfirmed = false;
  memory.isChanged = false;
  memory.restoredFailingSinceMs = Infinity;
  memory.holdsSince.clear();
  if (isSameCommit) return;
  memory.pollsOfCommit = 0;
  memory.branchHead = null;
}

function observeJobs(memory: RolloutMemory, view: GitRepoView, now: number): void {
  const isOurs = (job: JobRecord) => {
    const { key } = memory;
    const isGeneration = job.generation === 0 || job.generation === key?.generation;
    return job.commit === key?.commit && isGeneration && job.forceSyncGeneration === key.forceSyncGeneration;
  };
  const jobs = view.jobs.filter(isOurs);
  const failed = jobs.find((it) => it.outcome === "failed");
  if (view.completeJob !== null && isOurs(view.completeJob)) memory.isJobSeenComplete = true;
  if (failed !== undefined) {
    memory.jobFailedSinceMs = Math.min(memory.jobFailedSinceMs, now);
    memory.jobFailure = view.gitRepo.stalled?.message || failed.message;
  } else if (jobs.length > 0) memory.jobFailedSinceMs = Infinity;
}

/** A poll counts where it came after the commit did and shows it; on 0.13 it does not say which commit it saw. */
function observePoll(memory: RolloutMemory, gitRepo: GitRepoRecord): void {
  if (gitRepo.lastPollingMs <= memory.lastPollMs) return;
  const isFirstSight = memory.lastPollMs === 0;
  const showsCommit = gitRepo.pollingCommit === "" || gitRepo.pollingCommit === memory.key?.commit;
  memory.lastPollMs = gitRepo.lastPollingMs;
  if (isFirstSight || !showsCommit) return;
  memory.pollsOfCommit += 1;
  if (memory.appliedSinceMs !== Infinity && gitRepo.lastPollingMs > memory.pollAtAppliedMs) memory.isConfirmed = true;
}

function observeApplied(memory: RolloutMemory, context: RuleContext): void {
  const { gitRepo } = context.view;
  if (appliedClauses.some((clause) => clause.unmet(gitRepo, context) !== null)) {
    memory.appliedSinceMs = Infinity;
    memory.isConfirmed = false;
  } else if (memory.appliedSinceMs === Infinity) {
    memory.appliedSinceMs = context.now;
    memory.pollAtAppliedMs = memory.lastPollMs;
  }
}

function observeDeployments(memory: RolloutMemory, context: RuleContext): void {
  const before = memory.deploymentIds;
  const deploymentIds = new Map<string, string>();
  const since = new Map<string, Since>();
  const note = (key: string, tag: string) => {
    const known = memory.since.get(key);
    since.set(key, known?.tag === tag ? known : { tag, sinceMs: Math.min(context.now, memory.restoredFailingSinceMs) });
  };
  for (const it of onClusters(context.view)) {
    const { uid, deploymentId } = it.deployment;
    deploymentIds.set(uid, deploymentId);
    if (before !== null && before.get(uid) !== deploymentId) memory.isChanged = true;
    const trouble = firstUnmet(it, context);
    if (trouble !== null) note(`${uid} ${trouble}`, deploymentId);
  }
  for (const bundle of context.bundles)
    if (bundle.ready?.reason === "Error") note(`${bundle.uid} BundleError`, String(bundle.generation));
  if (context.view.gitRepo.gitJobStatus === "Failed") note("JobFailed", context.key.commit);
  if (context.view.gitRepo.accepted?.status === "False") note("NotAccepted", context.key.commit);
  memory.deploymentIds = deploymentIds;
  memory.since = since;
  // What was failing before the restart has been found again, or has healed meanwhile.
  memory.restoredFailingSinceMs = Infinity;
}

function firstUnmet(subject: OnCluster, context: RuleContext): string | null {
  for (const clause of troubleClauses) {
    const unmet = clause.unmet(subject, context);
    if (unmet !== null) return reason(unmet, 0).code;
  }
  return null;
}

function isSameKey(a: RolloutKey | null, b: RolloutKey): boolean {
  return (
    a !== null &&
    a.gitRepoUid === b.gitRepoUid &&
    a.commit === b.commit &&
    a.generation === b.generation &&
    a.forceSyncGeneration === b.forceSyncGeneration
  );
}
