/** One change of one of Fleet's objects, from a recording or from the simulator. */
export interface ObjectChange {
  readonly type: string;
  readonly kind: string;
  readonly object: FleetObject;
}

interface FleetObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation?: number;
    readonly resourceVersion: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly paused?: boolean;
    readonly pollingInterval?: string;
    readonly stagedDeploymentID?: string;
    readonly deploymentID?: string;
  };
  readonly status?: Status;
}

interface Status {
  readonly commit?: string;
  readonly pollingCommit?: string;
  readonly webhookCommit?: string;
  readonly gitJobStatus?: string;
  readonly observedGeneration?: number;
  readonly unavailable?: number;
  readonly appliedDeploymentID?: string;
  readonly nonModified?: boolean;
  /** A BundleDeployment's true, or the count of a Job's ready pods. */
  readonly ready?: boolean | number;
  readonly active?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly display?: { readonly state?: string; readonly readyClusters?: string };
  readonly partitions?: readonly { readonly unavailable?: number }[];
}

/** What one object went through, one short text a step; what is not told of a step has not changed what matters. */
export type Histories = ReadonlyMap<string, readonly string[]>;

/**
 * What each of Fleet's objects went through, normalised: commits by their number in git, contents by their order of appearance, no times, no
 * uids, no error texts, nothing of the polls that saw nothing new, and nothing of what GitRepos claim in sum (that trails by up to 3 s, so
 * which states it catches is chance). Jobs are one history, whatever their names.
 */
export function historiesOf(changes: readonly ObjectChange[], commits: readonly string[]): Histories {
  const naming = new Naming(commits);
  const histories = new Map<string, string[]>();
  for (const change of changes.toSorted((one, other) => version(one) - version(other))) {
    const step = stepOf(change, naming);
    if (step === null) continue;
    const { metadata } = change.object;
    const key = change.kind === "Job" ? "Job" : `${change.kind} ${metadata.namespace}/${metadata.name}`;
    const history = histories.get(key) ?? [];
    if (history.at(-1) !== step) history.push(step);
    histories.set(key, history);
  }
  return histories;
}

function version({ object }: ObjectChange): number {
  return Number(object.metadata.resourceVersion);
}

class Naming {
  readonly #commits: readonly string[];
  readonly #contents: string[] = [];

  constructor(commits: readonly string[]) {
    this.#commits = commits;
  }

  commit(sha: string | undefined): string {
    return sha === undefined ? "none" : `#${this.#commits.indexOf(sha) + 1}`;
  }

  content(id: string | undefined): string {
    if (id === undefined) return "none";

    if (!this.#contents.includes(id)) this.#contents.push(id);
    return `@${this.#contents.indexOf(id) + 1}`;
  }
}

function stepOf({ type, kind, object }: ObjectChange, naming: Naming): string | null {
  if (type === "DELETED") return "gone";
  const mark = object.metadata.deletionTimestamp === undefined ? "" : "deleting ";
  switch (kind) {
    case "GitRepo":
      return mark + gitRepoStep(object, naming);
    case "Job":
      return jobStep(object, naming);
    case "Bundle":
      return mark === "" ? bundleStep(object, naming) : "deleting";
    case "BundleDeployment":
      return mark === "" ? deploymentStep(object, naming) : "deleting";
    default:
      return null;
  }
}

function gitRepoStep({ metadata, status = {} }: FleetObject, naming: Naming): string {
  // InProgress is a blink between "a pod is wanted" and "it has started"; recordings have it for some Jobs and not for others.
  const job = status.gitJobStatus === "InProgress" ? "Current" : (status.gitJobStatus ?? "none");
  return [
    `polled ${naming.commit(status.pollingCommit)}`,
    `commit ${naming.commit(status.commit)}`,
    `hook ${naming.commit(status.webhookCommit)}`,
    `generation ${status.observedGeneration ?? 0}/${metadata.generation ?? 0}`,
    `job ${job}`,
    ...["Accepted", "GitPolling", "Stalled"].map((name) => `${name} ${condition(status, name)}`),
  ].join(", ");
}

function jobStep({ metadata, status = {} }: FleetObject, naming: Naming): string {
  const ends = ["Complete", "SuccessCriteriaMet", "Failed", "FailureTarget"].find((name) => condition(status, name) === "True");
  const runs = status.ready === 1 ? "running" : status.active === 1 ? "starting" : "made";
  return `${ends ?? runs} ${naming.commit(metadata.annotations?.["commit"])}, generation ${metadata.annotations?.["generation"] ?? ""}`;
}

function bundleStep({ metadata, spec = {}, status = {} }: FleetObject, naming: Naming): string {
  const claim = condition(status, "Ready");
  const states = (message(status, "Ready").match(/[A-Za-z]+\(\d+\)/g) ?? []).join(" ");
  return [
    `commit ${naming.commit(metadata.labels?.["fleet.cattle.io/commit"])}`,
    `generation ${status.observedGeneration ?? 0}/${metadata.generation ?? 0}`,
    ...(spec.paused === true ? ["paused"] : []),
    `Ready ${claim}${states === "" ? "" : ` ${states}`}`,
    `ready ${status.display?.readyClusters ?? "none"}`,
    `unavailable ${status.unavailable ?? 0}`,
    `in partition ${status.partitions?.[0]?.unavailable ?? 0}`,
  ].join(", ");
}

function deploymentStep({ metadata, spec = {}, status = {} }: FleetObject, naming: Naming): string {
  return [
    `commit ${naming.commit(metadata.labels?.["fleet.cattle.io/commit"])}`,
    `staged ${naming.content(spec.stagedDeploymentID)}`,
    `wanted ${naming.content(spec.deploymentID)}`,
    ...(spec.paused === true ? ["paused"] : []),
    `applied ${naming.content(status.appliedDeploymentID)}`,
    `Deployed ${condition(status, "Deployed")}`,
    `Ready ${condition(status, "Ready")}`,
    `ready ${status.ready ?? false}`,
    `nonModified ${status.nonModified ?? false}`,
    `shows ${status.display?.state ?? "none"}`,
  ].join(", ");
}

function condition({ conditions = [] }: Status, name: string): string {
  return conditions.find(({ type }) => type === name)?.status ?? "none";
}

function message({ conditions = [] }: Status, name: string): string {
  return conditions.find(({ type }) => type === name)?.message ?? "";
}
