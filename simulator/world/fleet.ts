import { isDeepStrictEqual } from "node:util";
import { Agenda } from "./agenda.ts";
import { createCluster, labelCluster, removeCluster, setOnline, writeClusterStatus, type ClusterOptions } from "./cluster.ts";
import { agentPass, noticeLater } from "./cluster-agent.ts";
import { reconcileBundle, removeBundle } from "./fleet-bundle.ts";
import type { FleetGit, FleetTree } from "./fleet-content.ts";
import {
  changeGitRepo,
  createGitRepo,
  endJob,
  followChange,
  followGitRepo,
  holdGitRepo,
  receiveWebhook,
  reconcileGitRepo,
} from "./fleet-git-repo.ts";
import { pollingIntervalMsDefault, readGitRepoSpec } from "./fleet-git-repo-spec.ts";
import { writeAggregates } from "./fleet-git-repo-status.ts";
import {
  isLive,
  keyOf,
  liveKey,
  targetedClusters,
  type BundleDeploymentState,
  type ClusterState,
  type FleetContext,
  type GitRepoSpec,
  type GitRepoState,
  type Wake,
} from "./fleet-model.ts";
import type { FleetObjects } from "./fleet-objects.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { recordedTimings, type FleetTimings } from "./fleet-timings.ts";
import { WorkQueue } from "./fleet-work-queue.ts";
import type { Random } from "./seeded-random.ts";
import type { LiveContent } from "./live-contents.ts";

export interface FleetOptions {
  /** When the story begins, in ms since the epoch. */
  readonly startMs: number;
  readonly objects: FleetObjects;
  readonly git: FleetGit;
  readonly random: Random;
  readonly timings?: FleetTimings;
}

export interface GitRepoOptions extends Partial<GitRepoSpec> {
  readonly namespace?: string;
  readonly name: string;
  readonly repo: string;
}

const defaultNamespace = "fleet-default";

/**
 * Fleet 0.16 with its clusters, as the recordings show it: who acts on it (a git server, people, agents that come and go) calls its
 * methods, `advance` lets time pass, and what Fleet would write is written to `objects`, one write after the other, each in its time.
 * Everything follows from the acts, the times and the seed. What it leaves out: HelmOps, and of rollout partitions all that is not told in counts of clusters.
 *
 * `runs`, `holds` and `isTrue` are the ground truth: what the clusters really hold, whatever Fleet says.
 */
export class Fleet {
  readonly #context: FleetContext;

  constructor({ startMs, objects, git, random, timings = recordedTimings }: FleetOptions) {
    const agenda = new Agenda(startMs, random);
    const maps = { gitRepos: new Map(), bundles: new Map(), clusters: new Map() };
    const wake = makeWake(() => this.#context);
    this.#context = { agenda, objects, git, timings, wake, allowedRepo: null, ...maps };
  }

  get nowMs(): number {
    return this.#context.agenda.nowMs;
  }

  /** When something happens next by itself; Infinity where nothing will. */
  get nextMs(): number {
    return this.#context.agenda.nextMs;
  }

  /** Lets everything happen that is due until then. */
  advance(toMs: number): void {
    this.#context.agenda.advance(toMs);
  }

  // -- what people and the world do

  addCluster(options: Omit<ClusterOptions, "namespace"> & { readonly namespace?: string }): void {
    createCluster(this.#context, { namespace: defaultNamespace, ...options });
  }

  setClusterLabels(name: string, labels: Readonly<Record<string, string>>): void {
    labelCluster(this.#context, this.#cluster(name), labels);
  }

  removeCluster(name: string): void {
    removeCluster(this.#context, this.#cluster(name));
  }

  setClusterOnline(name: string, isOnline: boolean): void {
    setOnline(this.#context, this.#cluster(name), isOnline);
  }

  /** Defaults: branch `main`, polling every 15 s, every cluster of the namespace. */
  addGitRepo({ namespace = defaultNamespace, name, ...spec }: GitRepoOptions): void {
    const defaults: Omit<GitRepoSpec, "repo"> = {
      branch: "main",
      revision: "",
      pollingIntervalMs: pollingIntervalMsDefault,
      targets: [{ name: "all", matchLabels: {} }],
      paused: false,
      forceSyncGeneration: 0,
      labels: {},
    };
    createGitRepo(this.#context, { namespace, name }, { ...defaults, ...spec });
  }

  /** `kubectl edit`: any part of the spec. */
  changeGitRepo(name: string, change: Partial<GitRepoSpec>): void {
    changeGitRepo(this.#context, this.#gitRepo(name), change);
  }

  /** A GitRepo as it is now at the API server, whoever wrote it: what Fleet has not seen of it yet, it follows from now on. */
  follow(object: KubernetesObject): void {
    const { namespace = "", name, deletionTimestamp } = object.metadata;
    const known = this.#context.gitRepos.get(keyOf({ namespace, name }));
    const spec = readGitRepoSpec(object, known?.spec);
    if (known === undefined) holdGitRepo(this.#context, followGitRepo(this.#context, { namespace, name, object, spec }));
    else if (known.isDeleting) return;
    else if (deletionTimestamp !== undefined) this.removeGitRepo(name);
    else if (!isDeepStrictEqual(spec, known.spec)) followChange(this.#context, known, { spec, object });
  }

  /** Pins the GitRepo to a commit; "" lets it follow its branch again. */
  setRevision(name: string, revision: string): void {
    this.changeGitRepo(name, { revision });
  }

  setPaused(name: string, paused: boolean): void {
    this.changeGitRepo(name, { paused });
  }

  forceSync(name: string): void {
    const gitRepo = this.#gitRepo(name);
    this.changeGitRepo(name, { forceSyncGeneration: gitRepo.spec.forceSyncGeneration + 1 });
  }

  /** The git host tells of a push. */
  webhook(name: string, sha: string): void {
    receiveWebhook(this.#context, this.#gitRepo(name), sha);
  }

  /** A GitRepoRestriction that allows only repositories which fit the regular expression is made; null: it is deleted. */
  restrict(allowedRepo: string | null): void {
    this.#context.allowedRepo = allowedRepo;
  }

  /** Deletes a GitRepo: its bundles go, what is on the clusters goes, and then it is gone. */
  removeGitRepo(name: string): void {
    const gitRepo = this.#gitRepo(name);
    const { agenda, objects, bundles, gitRepos, timings } = this.#context;
    gitRepo.isDeleting = true;
    gitRepo.polling?.stop();
    endJob(this.#context, gitRepo);
    objects.remove("GitRepo", gitRepo);
    for (const bundle of bundles.values()) if (bundle.gitRepo === gitRepo) removeBundle(this.#context, bundle);
    const goes = () => {
      if ([...bundles.values()].some((bundle) => bundle.gitRepo === gitRepo)) agenda.after(timings.gitRepoGone, goes);
      else {
        gitRepos.delete(keyOf(gitRepo));
        objects.put("GitRepo", { namespace: gitRepo.namespace, name, finalizers: [] });
      }
    };
    agenda.after(timings.gitRepoGone, goes);
  }

  /** Something of a bundle falls ill on one cluster, or recovers; the agent sees it a little later. */
  setHealthy(target: { gitRepo: string; path: string; cluster: string }, isHealthy: boolean): void {
    this.#changeLive(target, { isHealthy });
  }

  /** Somebody edits a live resource of a bundle on one cluster (false), or puts it right again (true). */
  setWhole(target: { gitRepo: string; path: string; cluster: string }, isWhole: boolean): void {
    this.#changeLive(target, { isWhole });
  }

  // -- the truth

  /** What the cluster really holds of the GitRepo: bundle path → content. */
  runs(cluster: string, gitRepo: string): ReadonlyMap<string, LiveContent> {
    const prefix = liveKey(this.#gitRepo(gitRepo), "");
    const live = [...this.#cluster(cluster).live].filter(([key]) => key.startsWith(prefix));
    return new Map(live.map(([key, content]) => [key.slice(prefix.length), content]));
  }

  /** True where the cluster holds exactly this tree of the GitRepo, whole and healthy. */
  holds(cluster: string, gitRepo: string, tree: FleetTree): boolean {
    return isLive(this.#cluster(cluster), this.#gitRepo(gitRepo), tree);
  }

  /** True where every cluster that the GitRepo targets now holds the tree. */
  isTrue(gitRepo: string, tree: FleetTree): boolean {
    return this.targets(gitRepo).every((cluster) => this.holds(cluster, gitRepo, tree));
  }

  /** The names of the clusters that the GitRepo targets now. */
  targets(gitRepoName: string): string[] {
    const { spec, namespace } = this.#gitRepo(gitRepoName);
    return targetedClusters(this.#context, spec.targets, namespace).map(({ name }) => name);
  }

  isOnline(cluster: string): boolean {
    return this.#cluster(cluster).isOnline;
  }

  /** When the cluster's agent checked in last, as its Cluster says. */
  agentSeenMs(cluster: string): number {
    const { agent } = this.#cluster(cluster).status as { agent: { lastSeen: string } };
    return Date.parse(agent.lastSeen);
  }

  get gitRepoNames(): string[] {
    return [...this.#context.gitRepos.values()].map(({ name }) => name);
  }

  /** Another text whenever something of the truth may be another: what a cluster holds, or which GitRepos there are. */
  get liveRevision(): string {
    const { clusters, gitRepos } = this.#context;
    let revision = 0;
    for (const { live } of clusters.values()) revision += live.revision;
    return `${revision} ${gitRepos.size}`;
  }

  get clusterNames(): string[] {
    return [...this.#context.clusters.values()].map(({ name }) => name);
  }

  #changeLive(target: { gitRepo: string; path: string; cluster: string }, change: Partial<LiveContent>): void {
    const gitRepo = this.#gitRepo(target.gitRepo);
    const cluster = this.#cluster(target.cluster);
    const key = liveKey(gitRepo, target.path);
    const live = cluster.live.get(key);
    if (live === undefined) return;
    cluster.live.set(key, { ...live, ...change });
    const bundle = [...this.#context.bundles.values()].find((each) => each.gitRepo === gitRepo && each.path === target.path);
    const deployment = bundle?.deployments.get(cluster.name);
    if (deployment !== undefined) noticeLater(this.#context, deployment);
  }

  #gitRepo(name: string): GitRepoState {
    const found = [...this.#context.gitRepos.values()].find((gitRepo) => gitRepo.name === name);
    if (found === undefined) throw new Error(`No GitRepo "${name}". There is: ${[...this.#context.gitRepos.keys()].join(", ")}.`);
    return found;
  }

  #cluster(name: string): ClusterState {
    const found = [...this.#context.clusters.values()].find((cluster) => cluster.name === name);
    if (found === undefined) throw new Error(`No cluster "${name}". There is: ${this.clusterNames.join(", ")}.`);
    return found;
  }
}

/** Who looks when something has changed, each in its own time, and one at a time for each object. */
function makeWake(context: () => FleetContext): Wake {
  const bundles = new WorkQueue(context);
  const agents = new WorkQueue(context);
  return {
    gitRepo: (gitRepo) => {
      const { agenda, timings } = context();
      agenda.after(timings.reconcile, () => reconcileGitRepo(context(), gitRepo));
    },
    gitRepoStatus: (gitRepo, when) => {
      const { agenda, timings } = context();
      if (when === "later" && gitRepo.statusDue) return;
      if (when === "later") gitRepo.statusDue = true;
      agenda.after(when === "now" ? timings.reconcile : timings.gitRepoStatus, () => {
        if (when === "later") gitRepo.statusDue = false;
        writeAggregates(context(), gitRepo);
      });
    },
    bundle: (bundle) => bundles.request(bundle, () => reconcileBundle(context(), bundle)),
    agent: (deployment: BundleDeploymentState) => agents.request(deployment, () => agentPass(context(), deployment)),
    cluster: (cluster) => {
      const { agenda, timings } = context();
      agenda.after(timings.reconcile, () => writeClusterStatus(context(), cluster));
    },
  };
}
