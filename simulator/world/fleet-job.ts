import type { Process } from "./agenda.ts";
import { removeBundle, writeBundle } from "./fleet-bundle.ts";
import { sha256, wantedCommit } from "./fleet-content.ts";
import type { FleetTree } from "./fleet-content.ts";
import { timestamp, type FleetContext, type GitRepoState, type JobState } from "./fleet-model.ts";

/** What a Job is made for. */
export interface Attempt {
  readonly commit: string;
  readonly generation: number;
  readonly forceSyncGeneration: number;
}

/** What a Job tells its GitRepo about itself; the GitRepo's status is written by its own controller. */
export interface JobReport {
  /** The Job was seen between "a pod is wanted" and "it has started" (fleet-facts §1.2): true, then false. */
  starting(isStarting: boolean): void;
  failed(message: string): void;
  /** It is done; Fleet deletes it. */
  done(): void;
}

/**
 * One Job: a pod that clones the repository and runs `fleet apply`.
 *
 * made → started → running → **cloned** → applied → done, or failed. It is made for a commit, and that commit's name is on everything that
 * it writes; but it clones the **head of the branch** at the time of the clone, so that its content may be newer than its name
 * (fleet-facts §1.1, step 4). Whatever it cannot read makes it fail before it has written anything. A Job that succeeded is deleted at
 * once, one that failed stays, and is never tried again.
 */
export function startJob(context: FleetContext, gitRepo: GitRepoState, plan: Attempt & { readonly report: JobReport }): JobState {
  const { agenda, objects } = context;
  const { commit, generation, forceSyncGeneration, report } = plan;
  const name = `${gitRepo.name}-${sha256(`${gitRepo.spec.repo}${commit}`).slice(0, 5)}`;
  objects.put("Job", {
    namespace: gitRepo.namespace,
    name,
    annotations: { commit, generation: String(generation) },
    labels: {
      "fleet.cattle.io/force-sync-generation": String(forceSyncGeneration),
      "fleet.cattle.io/gitrepo-generation": String(generation),
    },
    owner: gitRepo.object,
    spec: { backoffLimit: 0, completionMode: "NonIndexed", completions: 1, parallelism: 1, suspend: false },
  });
  const identity = { namespace: gitRepo.namespace, name };
  const writer = new JobStatus(context, identity);
  const running = agenda.start(steps({ context, gitRepo, writer, commit, report }));
  return { name, commit, generation, forceSyncGeneration, running, hasFailed: false };
}

interface JobRun {
  readonly context: FleetContext;
  readonly gitRepo: GitRepoState;
  readonly writer: JobStatus;
  readonly commit: string;
  readonly report: JobReport;
}

function* steps({ context, gitRepo, writer, commit, report }: JobRun): Process {
  const { agenda, timings } = context;
  yield timings.jobStart;
  if (agenda.chance(0.5)) {
    writer.write({ active: 1, ready: 0 });
    yield timings.reconcile;
    report.starting(true);
    writer.write({ startTime: timestamp(agenda.nowMs), terminating: 0, uncountedTerminatedPods: {} });
    yield timings.reconcile;
    report.starting(false);
  } else {
    writer.write({ active: 1, ready: 0, startTime: timestamp(agenda.nowMs), terminating: 0, uncountedTerminatedPods: {} });
  }
  yield timings.podStart;
  writer.write({ ready: 1 });
  yield timings.clone;
  const cloned = clone(context, gitRepo);
  yield timings.apply;
  if ("problem" in cloned) {
    yield* fail(context, writer);
    report.failed(cloned.problem);
    return;
  }
  yield* apply({ context, gitRepo, commit, cloned });
  yield* succeed(context, writer);
  report.done();
}

interface Cloned {
  readonly sha: string;
  readonly tree: FleetTree;
}

/** What is there to apply now, or why there is nothing: a server that is down, a commit that is not there, a bundle that cannot be read. */
function clone({ git }: FleetContext, { spec }: GitRepoState): Cloned | { readonly problem: string } {
  try {
    const sha = wantedCommit(git, spec);
    const tree = sha === null ? null : git.tree(spec.repo, sha);
    if (sha === null || tree === null) return { problem: `fatal: reference is not a tree: ${sha ?? spec.branch}` };
    for (const { outcome } of tree.values()) if (outcome.kind === "jobFails") return { problem: outcome.message };
    return { sha, tree };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** `fleet apply`: what is gone from git goes first, then every bundle is written, changed or not. */
function* apply({
  context,
  gitRepo,
  commit,
  cloned,
}: {
  context: FleetContext;
  gitRepo: GitRepoState;
  commit: string;
  cloned: Cloned;
}): Process {
  const own = [...context.bundles.values()].filter((bundle) => bundle.gitRepo === gitRepo);
  for (const bundle of own.filter(({ path }) => !cloned.tree.has(path))) {
    removeBundle(context, bundle);
    yield context.timings.betweenWrites;
  }
  for (const [path, content] of cloned.tree) {
    writeBundle(context, gitRepo, { path, content, commit, sha: cloned.sha });
    yield context.timings.betweenWrites;
  }
}

function* succeed({ agenda, timings }: FleetContext, writer: JobStatus): Process {
  const end = { message: "Reached expected number of succeeded pods", reason: "CompletionsReached" };
  yield timings.jobEnd;
  writer.write({ active: undefined, ready: 0 }, { type: "SuccessCriteriaMet", ...end });
  yield timings.jobEnd;
  writer.write({ completionTime: timestamp(agenda.nowMs), succeeded: 1 }, { type: "Complete", ...end });
  yield timings.jobEnd;
}

function* fail({ timings }: FleetContext, writer: JobStatus): Process {
  const end = { message: "Job has reached the specified backoff limit", reason: "BackoffLimitExceeded" };
  yield timings.jobEnd;
  writer.write({ active: undefined, ready: 0 }, { type: "FailureTarget", ...end });
  yield timings.jobEnd;
  writer.write({ failed: 1 }, { type: "Failed", ...end });
  yield timings.jobEnd;
}

/** A Job's status, written in the small steps of Kubernetes' own Job controller. */
class JobStatus {
  readonly #context: FleetContext;
  readonly #identity: { readonly namespace: string; readonly name: string };
  #status: Readonly<Record<string, unknown>> = {};
  #conditions: readonly unknown[] = [];

  constructor(context: FleetContext, identity: { namespace: string; name: string }) {
    this.#context = context;
    this.#identity = identity;
  }

  write(change: Readonly<Record<string, unknown>>, condition?: { type: string; message: string; reason: string }): void {
    const { agenda, objects } = this.#context;
    const time = timestamp(agenda.nowMs);
    if (condition !== undefined) {
      this.#conditions = [...this.#conditions, { lastProbeTime: time, lastTransitionTime: time, status: "True", ...condition }];
    }
    this.#status = { ...this.#status, ...change };
    const status = { ...this.#status, ...(this.#conditions.length === 0 ? {} : { conditions: this.#conditions }) };
    objects.putStatus("Job", this.#identity, JSON.parse(JSON.stringify(status)));
  }
}
