import { wantedCommit } from "./fleet-content.ts";
import type { Process } from "./agenda.ts";
import { withCondition, type ConditionChange } from "./fleet-conditions.ts";
import { writtenSpec } from "./fleet-git-repo-spec.ts";
import { startJob, type Attempt, type JobReport } from "./fleet-job.ts";
import { keyOf, timestamp, type FleetContext, type GitRepoSpec, type GitRepoState, type GitRepoStatus } from "./fleet-model.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

const finalizer = "fleet.cattle.io/gitrepo-finalizer";
/** Where client-go's queues begin. */
const refusalRetryMs = 5;

/**
 * The part of Fleet that follows git: one GitRepo's polls, webhooks and Jobs.
 *
 * A **poll** asks the git server for the branch's head (or takes `spec.revision`) and writes what it saw to `status.pollingCommit`, every
 * time. A **webhook** writes `status.webhookCommit` and makes Fleet read the head anew. A **reconcile** compares what was polled with
 * `status.commit`: where they differ, or the spec was changed, an old Job is deleted (and 5 s pass), a new one is made, and only then
 * `status.commit` names the new commit, while `Ready` still tells of the old one (fleet-facts §1.1, §1.2 W1).
 */
export function createGitRepo(
  context: FleetContext,
  identity: { namespace: string; name: string },
  spec: GitRepoSpec,
): GitRepoState {
  const object = context.objects.put("GitRepo", { ...identity, labels: spec.labels, spec: writtenSpec(spec) });
  return followGitRepo(context, { ...identity, object, spec });
}

/** Follows a GitRepo that has been written to the API server. */
export function followGitRepo(
  context: FleetContext,
  written: Pick<GitRepoState, "namespace" | "name" | "object" | "spec">,
): GitRepoState {
  const gitRepo: GitRepoState = {
    ...written,
    status: {},
    job: null,
    head: "",
    isDeleting: false,
    polling: null,
    statusDue: false,
    refusals: 0,
  };
  context.gitRepos.set(keyOf(gitRepo), gitRepo);
  context.agenda.after(context.timings.reconcile, () => {
    if (gitRepo.isDeleting) return;
    holdGitRepo(context, gitRepo);
    const display = { readyBundleDeployments: "0/0", state: "GitUpdating" };
    writeGitRepoStatus(context, gitRepo, { fields: { display }, conditions: [{ type: "Ready", status: "True" }] });
    gitRepo.polling = context.agenda.start(polls(context, gitRepo));
  });
  return gitRepo;
}

/** Sees to it that a GitRepo does not go before its bundles have gone. */
export function holdGitRepo(context: FleetContext, gitRepo: GitRepoState): void {
  const { namespace, name } = gitRepo;
  gitRepo.object = context.objects.put("GitRepo", { namespace, name, finalizers: [finalizer] });
}

/** Writes a changed spec, as a person would. */
export function changeGitRepo(context: FleetContext, gitRepo: GitRepoState, change: Partial<GitRepoSpec>): void {
  const { namespace, name } = gitRepo;
  const spec = { ...gitRepo.spec, ...change };
  const object = context.objects.put("GitRepo", { namespace, name, labels: spec.labels, spec: writtenSpec(spec) });
  followChange(context, gitRepo, { spec, object });
}

/** A spec was changed. Fleet polls anew at once, or first makes a Job for the commit that it knows (both were seen). */
export function followChange(
  context: FleetContext,
  gitRepo: GitRepoState,
  { spec, object }: { readonly spec: GitRepoSpec; readonly object: KubernetesObject },
): void {
  gitRepo.spec = spec;
  gitRepo.object = object;
  gitRepo.polling?.stop();
  const jobComesFirst = context.agenda.chance(0.25);
  if (jobComesFirst) context.wake.gitRepo(gitRepo);
  context.agenda.after(jobComesFirst ? [100, 2_000] : 5, () => {
    if (gitRepo.isDeleting) return;
    gitRepo.polling?.stop();
    gitRepo.polling = context.agenda.start(polls(context, gitRepo));
    context.wake.gitRepo(gitRepo);
  });
}

function* polls(context: FleetContext, gitRepo: GitRepoState): Process {
  while (true) {
    poll(context, gitRepo);
    const { pollingIntervalMs } = gitRepo.spec;
    yield [pollingIntervalMs, pollingIntervalMs * (1 + context.timings.pollJitter)];
  }
}

function poll(context: FleetContext, gitRepo: GitRepoState): void {
  const lastPollingTriggered = timestamp(context.agenda.nowMs);
  try {
    const head = headOf(context, gitRepo);
    if (head === null) throw new Error(`couldn't find remote ref "refs/heads/${gitRepo.spec.branch}"`);
    const isNew = head !== gitRepo.head;
    gitRepo.head = head;
    writeGitRepoStatus(context, gitRepo, {
      fields: { pollingCommit: head, lastPollingTriggered },
      conditions: [{ type: "GitPolling", status: "True" }],
    });
    if (isNew) context.wake.gitRepo(gitRepo);
    context.wake.gitRepoStatus(gitRepo, "now");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    writeGitRepoStatus(context, gitRepo, {
      fields: { lastPollingTriggered },
      conditions: [
        { type: "GitPolling", status: "False", reason: "Error", message },
        { type: "Stalled", status: "True", reason: "Stalled", message },
      ],
    });
  }
}

function headOf({ git }: FleetContext, { spec }: GitRepoState): string | null {
  return wantedCommit(git, spec);
}

/** A push event from the git host: a trigger only, since Fleet 0.15 reads the head by itself. Pinned GitRepos are left alone. */
export function receiveWebhook(context: FleetContext, gitRepo: GitRepoState, sha: string): void {
  if (gitRepo.spec.revision !== "") return;
  const { agenda, timings, wake } = context;
  writeGitRepoStatus(context, gitRepo, { fields: { webhookCommit: sha, lastWebhookTime: timestamp(agenda.nowMs) } });
  agenda.after(timings.reconcile, () => {
    const head = readableHead(context, gitRepo);
    if (head === null || gitRepo.isDeleting) return;
    if (head !== gitRepo.status.commit) {
      gitRepo.head = head;
      wake.gitRepo(gitRepo);
    } else if (sha !== head) {
      agenda.after(timings.webhookPatience, () => {
        if (!gitRepo.isDeleting) writeGitRepoStatus(context, gitRepo, { fields: { webhookCommit: head } });
      });
    }
  });
}

/** null where the git server does not answer: the webhook is then lost, and a poll has to find the commit. */
function readableHead(context: FleetContext, gitRepo: GitRepoState): string | null {
  try {
    return headOf(context, gitRepo);
  } catch {
    return null;
  }
}

/** Brings the Job in line with what was polled and what the spec says. */
export function reconcileGitRepo(context: FleetContext, gitRepo: GitRepoState): void {
  const { status, job, spec, object } = gitRepo;
  const commit = gitRepo.head;
  if (commit === "" || gitRepo.isDeleting) return;
  const generation = object.metadata.generation ?? 0;
  const { forceSyncGeneration } = spec;
  const fits = job?.commit === commit && job.generation === generation && job.forceSyncGeneration === forceSyncGeneration;
  if (job !== null && fits) return;
  if (job !== null) {
    endJob(context, gitRepo);
    context.agenda.after(context.timings.jobAgain, () => context.wake.gitRepo(gitRepo));
    return;
  }
  const isDone =
    commit === status.commit &&
    generation === status.observedGeneration &&
    forceSyncGeneration === (status.updateGeneration ?? 0);
  if (isDone) return;
  if (isRefused(context, gitRepo)) return;
  const report = jobReport(context, gitRepo);
  gitRepo.job = startJob(context, gitRepo, { commit, generation, forceSyncGeneration, report });
  context.agenda.after(context.timings.jobToStatus, () => {
    if (!gitRepo.isDeleting) tellCommit(context, gitRepo, { commit, generation, forceSyncGeneration });
  });
}

/** A GitRepoRestriction that does not allow the repository: no Job is made, and Fleet tries again, each time after twice as long. */
function isRefused(context: FleetContext, gitRepo: GitRepoState): boolean {
  const { allowedRepo, agenda, wake } = context;
  const { repo } = gitRepo.spec;
  if (allowedRepo === null || new RegExp(allowedRepo).test(repo)) {
    gitRepo.refusals = 0;
    return false;
  }
  const message = `disallowed repo ${repo}: ${repo} not in allowed set [${allowedRepo}]`;
  writeGitRepoStatus(context, gitRepo, {
    fields: {},
    conditions: [{ type: "Accepted", status: "False", reason: "Error", message }],
  });
  agenda.after(refusalRetryMs * 2 ** gitRepo.refusals, () => wake.gitRepo(gitRepo));
  gitRepo.refusals += 1;
  return true;
}

/** The status at the end of the reconcile that made the Job: the new commit, and everything as if it were done. */
function tellCommit(context: FleetContext, gitRepo: GitRepoState, { commit, generation, forceSyncGeneration }: Attempt): void {
  const isFirst = gitRepo.status.commit === undefined;
  const fields = {
    commit,
    pollingCommit: commit,
    gitJobStatus: "Current",
    observedGeneration: generation,
    ...(forceSyncGeneration === 0 ? {} : { updateGeneration: forceSyncGeneration }),
    ...(isFirst ? { desiredReadyClusters: 0, readyClusters: 0, summary: { desiredReady: 0, ready: 0 } } : {}),
  };
  const conditions: readonly ConditionChange[] = [
    { type: "Reconciling", status: "False" },
    { type: "Stalled", status: "False" },
    { type: "Accepted", status: "True" },
  ];
  writeGitRepoStatus(context, gitRepo, { fields, conditions });
  context.wake.gitRepoStatus(gitRepo, "now");
}

function jobReport(context: FleetContext, gitRepo: GitRepoState): JobReport {
  return {
    starting(isStarting) {
      // Only a GitRepo whose status has caught up shows it.
      if (gitRepo.job?.commit !== gitRepo.status.commit) return;
      const reconciling: ConditionChange = isStarting
        ? { type: "Reconciling", status: "True", reason: "Reconciling" }
        : { type: "Reconciling", status: "False" };
      const gitJobStatus = isStarting ? "InProgress" : "Current";
      writeGitRepoStatus(context, gitRepo, { fields: { gitJobStatus }, conditions: [reconciling] });
      context.wake.gitRepoStatus(gitRepo, "now");
    },
    failed(message) {
      if (gitRepo.job !== null) gitRepo.job.hasFailed = true;
      const stalled: ConditionChange = { type: "Stalled", status: "True", reason: "Stalled", message };
      writeGitRepoStatus(context, gitRepo, { fields: { gitJobStatus: "Failed" }, conditions: [stalled] });
      context.wake.gitRepoStatus(gitRepo, "now");
    },
    done: () => endJob(context, gitRepo),
  };
}

/** Deletes the GitRepo's Job, whatever it is doing. */
export function endJob(context: FleetContext, gitRepo: GitRepoState): void {
  const { job } = gitRepo;
  if (job === null) return;
  job.running.stop();
  gitRepo.job = null;
  context.objects.remove("Job", { namespace: gitRepo.namespace, name: job.name });
}

/** Writes fields of the status, and conditions; the others stay as they are. */
export function writeGitRepoStatus(
  context: FleetContext,
  gitRepo: GitRepoState,
  { fields, conditions = [] }: { fields: Readonly<Partial<GitRepoStatus>>; conditions?: readonly ConditionChange[] },
): void {
  const time = timestamp(context.agenda.nowMs);
  let list = gitRepo.status.conditions;
  for (const condition of conditions) list = withCondition(list, condition, time);
  gitRepo.status = { ...gitRepo.status, ...fields, ...(list === undefined ? {} : { conditions: list }) };
  gitRepo.object = context.objects.putStatus("GitRepo", gitRepo, gitRepo.status);
}
