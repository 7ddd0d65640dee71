import { startGitHubApi } from "./faces/github-api.ts";
import { type KubernetesApi, startKubernetesApi } from "./faces/kubernetes-api.ts";
import { startWebhookReceiver } from "./faces/webhook-receiver.ts";
import { Fleet } from "./world/fleet.ts";
import type { FleetGit, FleetTree } from "./world/fleet-content.ts";
import { fleetObjectsIn } from "./world/fleet-objects.ts";
import { fastTimings, type FleetTimings } from "./world/fleet-timings.ts";
import { treeOfFiles } from "./world/fleet-tree-of-files.ts";
import type { Files } from "./world/git-repository.ts";
import { createGitHubWorld, type GitHubWorld } from "./world/github.ts";
import type { GitHubRepository } from "./world/github-repository.ts";
import { kinds } from "./world/kubernetes-kind.ts";
import type { KubernetesObject } from "./world/kubernetes-object.ts";
import { KubernetesObjects } from "./world/kubernetes-objects.ts";
import { createReceiverWorld, type ReceiverWorld } from "./world/receiver.ts";
import { seededRandom } from "./world/seeded-random.ts";

export interface DemoWorldOptions {
  readonly seed?: number;
  readonly timings?: FleetTimings;
  /** Milliseconds since the epoch. Fleet's time follows it by itself. */
  readonly now?: () => number;
  /** 0, the default: one that is free. */
  readonly kubernetesPort?: number;
  readonly gitHubPort?: number;
  readonly receiverPort?: number;
  /** Requests and answers of the simulated GitHub are held against its schema, which needs the developers' packages; false where absent. */
  readonly validatesGitHub?: boolean;
}

/** The names of everything that the demo's world begins with. */
export const demoNames = {
  namespace: "fleet-default",
  gitRepo: "shop",
  repository: "acme/shop",
  repo: "https://github.com/acme/shop.git",
  clusters: ["berlin", "lisbon", "tokyo"],
} as const;

const firstFiles: Files = {
  "README.md": "# shop\n",
  "web/fleet.yaml": "defaultNamespace: shop\n",
  "web/prices.yaml": "kind: ConfigMap\ndata: { prices: none }\n",
};

/**
 * Everything around the product, on this machine: a management cluster with Fleet and three downstream clusters, GitHub with one repository,
 * and a webhook's receiver, each with an HTTP face on a port of its own. Fleet's time runs with the clock.
 */
export class DemoWorld {
  readonly objects: KubernetesObjects;
  readonly fleet: Fleet;
  readonly gitHub: GitHubWorld;
  readonly repository: GitHubRepository;
  readonly receiver: ReceiverWorld;
  readonly kubernetes: KubernetesApi;
  readonly urls: DemoUrls;
  /** The text of a kubeconfig file for the management cluster. */
  readonly kubeconfig: string;
  readonly #git: LearntGit;
  readonly #faces: readonly { close(): Promise<void> }[];
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: DemoParts) {
    this.objects = parts.objects;
    this.fleet = parts.fleet;
    this.gitHub = parts.gitHub;
    this.repository = parts.repository;
    this.receiver = parts.receiver;
    this.kubernetes = parts.kubernetes;
    this.urls = parts.urls;
    this.kubeconfig = parts.kubernetes.kubeconfig;
    this.#git = parts.git;
    this.#faces = parts.faces;
    this.#now = parts.now;
    this.objects.subscribe((change) => {
      this.#changed();
      if (change.kind === kinds.gitRepo) queueMicrotask(() => this.#follow(change.object));
    });
    this.gitHub.onRequest(() => this.#changed());
    this.receiver.onRequest(() => this.#changed());
    this.gitHub.onOutage(() => this.#changed());
    this.receiver.onBehaviour(() => this.#changed());
    this.#letTimePass();
  }

  /** Does something to Fleet or its clusters, now. */
  act(change: (fleet: Fleet) => void): void {
    this.fleet.advance(this.#now());
    change(this.fleet);
    this.#letTimePass();
  }

  /** Pushes a commit to a branch (the default one where absent) and returns its SHA. */
  async push(files: Files, options: { message: string; parents?: readonly string[] }): Promise<string> {
    const sha = await this.repository.git.commit(files, options);
    await this.#git.learn(sha);
    return sha;
  }

  /** Opens a pull request with these files, merges it, and returns its number and the commit by which it came in. */
  async mergeChange(title: string, files: Files): Promise<{ number: number; sha: string; headSha: string }> {
    const { number } = await this.repository.openPullRequest({ title }, files);
    const { mergeCommitSha, headSha } = await this.repository.mergePullRequest(number, "squash");
    const sha = mergeCommitSha ?? "";
    await this.#git.learn(sha);
    return { number, sha, headSha };
  }

  /** Takes over what people have pushed into the repository's directory. */
  async takePushes(): Promise<void> {
    for (const sha of await this.repository.git.takePushes()) await this.#git.learn(sha);
    this.#git.look();
  }

  /** Takes the default branch back to an older commit, as the first half of a force-push: nobody sees it before the next `push`. */
  async rewriteTo(sha: string): Promise<void> {
    await this.repository.git.forcePush(this.repository.defaultBranch, sha);
  }

  /** How many clusters hold exactly what the commit holds, whole and healthy: the truth. */
  clustersWith(sha: string): number {
    const tree = this.#git.tree(demoNames.repo, sha);
    return tree === null ? 0 : demoNames.clusters.filter((name) => this.fleet.holds(name, demoNames.gitRepo, tree)).length;
  }

  /** What was pushed to the default branch, oldest first, whether or not it is still on it. */
  commits(): readonly string[] {
    return this.#git.shas();
  }

  /** Fleet or a cluster cannot apply what the commit holds. */
  isBroken(sha: string): boolean {
    const tree = this.#git.tree(demoNames.repo, sha);
    return [...(tree?.values() ?? [])].some(({ outcome }) => outcome.kind !== "ok");
  }

  /** Calls after every change of any of the worlds, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await Promise.all(this.#faces.map((face) => face.close()));
    await this.gitHub.close();
  }

  /** Once whoever wrote a GitRepo has done so: a client, through the API server, or Fleet's model, which knows it already. */
  #follow({ metadata: { namespace = "", name } }: KubernetesObject): void {
    const object = this.objects.find(kinds.gitRepo, { namespace, name });
    if (object !== undefined) this.act((fleet) => fleet.follow(object));
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #letTimePass(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const wait = Math.max(0, this.fleet.nextMs - this.#now());
    this.#timer = setTimeout(() => this.act(() => {}), Math.min(wait, 1_000));
  }
}

export interface DemoUrls {
  readonly gitHub: string;
  readonly receiver: string;
  readonly kubernetes: string;
}

interface DemoParts {
  readonly objects: KubernetesObjects;
  readonly fleet: Fleet;
  readonly gitHub: GitHubWorld;
  readonly repository: GitHubRepository;
  readonly receiver: ReceiverWorld;
  readonly kubernetes: KubernetesApi;
  readonly urls: DemoUrls;
  readonly git: LearntGit;
  readonly faces: readonly { close(): Promise<void> }[];
  readonly now: () => number;
}

/** Starts the world: the repository has its first commit, the clusters are there, and there is no GitRepo yet. */
export async function startDemoWorld(options: DemoWorldOptions = {}): Promise<DemoWorld> {
  const { seed = 1, timings = fastTimings, now = Date.now } = options;
  const startMs = now();
  const gitHub = createGitHubWorld({ now });
  const repository = await gitHub.createRepository(demoNames.repository);
  gitHub.install("acme");
  const git = new LearntGit(repository, () => gitHub.outage === "up");
  await git.learn(await repository.git.commit(firstFiles, { message: "Begin" }));

  const receiver = createReceiverWorld({ now });
  const objects = new KubernetesObjects({ nowMs: startMs });
  for (const name of [demoNames.namespace, "signalman"]) {
    objects.create(kinds.namespace, { metadata: { name } }, { nowMs: startMs });
  }
  const written = fleetObjectsIn(objects, now);
  const fleet = new Fleet({ startMs, git, timings, objects: written, random: seededRandom(seed) });
  for (const name of demoNames.clusters) fleet.addCluster({ name, labels: { city: name } });

  const [kubernetes, gitHubFace, receiverFace] = await Promise.all([
    startKubernetesApi(objects, { now, isTls: true, port: options.kubernetesPort ?? 0 }),
    startGitHubApi(gitHub, { port: options.gitHubPort ?? 0, validate: options.validatesGitHub ?? false }),
    startWebhookReceiver(receiver, { port: options.receiverPort ?? 0 }),
  ]);
  return new DemoWorld({
    objects,
    fleet,
    gitHub,
    repository,
    receiver,
    git,
    now,
    kubernetes,
    urls: { gitHub: gitHubFace.url, receiver: receiverFace.url, kubernetes: kubernetes.url },
    faces: [kubernetes, gitHubFace, receiverFace],
  });
}

/** The repository as Fleet's git server: what a commit holds is read once, when it is pushed, and Fleet sees it from then on. */
class LearntGit implements FleetGit {
  readonly #repository: GitHubRepository;
  readonly #isUp: () => boolean;
  readonly #trees = new Map<string, FleetTree>();
  #head: string | null = null;

  constructor(repository: GitHubRepository, isUp: () => boolean) {
    this.#repository = repository;
    this.#isUp = isUp;
  }

  async learn(sha: string): Promise<void> {
    this.#trees.set(sha, treeOfFiles(await this.#repository.git.files(sha)));
    this.look();
  }

  /** From now on the default branch is where it is now. */
  look(): void {
    this.#head = this.#repository.git.head(this.#repository.defaultBranch);
  }

  shas(): readonly string[] {
    return [...this.#trees.keys()];
  }

  head(repo: string, branch: string): string | null {
    if (!this.#isUp()) throw new Error(`Get "${repo}/info/refs?service=git-upload-pack": dial tcp: connect: connection refused`);
    if (!repo.replace(/\.git$/, "").endsWith(`/${demoNames.repository}`)) throw new Error(`repository not found: ${repo}`);
    return branch === this.#repository.defaultBranch ? this.#head : null;
  }

  tree(_repo: string, sha: string): FleetTree | null {
    return this.#trees.get(sha) ?? null;
  }
}
