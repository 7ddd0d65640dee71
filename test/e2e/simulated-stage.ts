import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGitHubApi } from "../../simulator/faces/github-api.ts";
import { type KubernetesApi, startKubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import { Fleet } from "../../simulator/world/fleet.ts";
import type { BundleOutcome, FleetGit, FleetTree } from "../../simulator/world/fleet-content.ts";
import { fleetObjectsIn } from "../../simulator/world/fleet-objects.ts";
import { fastTimings } from "../../simulator/world/fleet-timings.ts";
import { RecordedHistory } from "../../simulator/world/git-recorded-history.ts";
import { createGitHubWorld, type GitHubWorld } from "../../simulator/world/github.ts";
import { type KubernetesKind, kinds } from "../../simulator/world/kubernetes-kind.ts";
import type { KubernetesObject } from "../../simulator/world/kubernetes-object.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { createReceiverWorld, type ReceivedRequest, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import { seededRandom } from "../../simulator/world/seeded-random.ts";
import { Product } from "./product.ts";

export const namespace = "fleet-default";
const token = "e2e-token";
const passMs = 10;

/**
 * The product as a process of its own in a simulated world: API server, Fleet, GitHub, a receiver. Every GitRepo has the repository acme/<its
 * name>, and the receiver tells Notifications apart by their paths, so that many tests can run side by side.
 */
export class SimulatedStage {
  readonly objects: KubernetesObjects;
  readonly github: GitHubWorld;
  readonly receiver: ReceiverWorld;
  readonly product: Product;
  readonly receiverUrl: string;
  readonly #parts: Parts;
  readonly #timer: NodeJS.Timeout;

  private constructor(parts: Parts, product: Product) {
    this.objects = parts.objects;
    this.github = parts.github;
    this.receiver = parts.receiver;
    this.receiverUrl = parts.faces[2].url;
    this.product = product;
    this.#parts = parts;
    this.#timer = setInterval(() => parts.fleet.advance(Date.now()), passMs);
  }

  static async start(): Promise<SimulatedStage> {
    const now = () => Date.now();
    const objects = new KubernetesObjects({ nowMs: now() });
    for (const name of [namespace, "signalman"]) objects.create(kinds.namespace, { metadata: { name } }, { nowMs: now() });
    const git = new Repositories();
    const written = fleetObjectsIn(objects, now);
    const fleet = new Fleet({ startMs: now(), git, timings: fastTimings, objects: written, random: seededRandom(7) });
    for (const name of ["berlin", "lisbon"]) fleet.addCluster({ name, labels: { city: name } });
    const github = createGitHubWorld({ now });
    github.addToken(token, "signalman-bot");
    const receiver = createReceiverWorld({ now });
    const faces = await Promise.all([
      startKubernetesApi(objects, { now }),
      startGitHubApi(github),
      startWebhookReceiver(receiver),
    ]);
    const folder = await mkdtemp(join(tmpdir(), "signalman-e2e-"));
    const kubeconfigPath = join(folder, "kubeconfig");
    await writeFile(kubeconfigPath, faces[0].kubeconfig, { mode: 0o600 });
    const product = Product.start({
      kubeconfigPath,
      gitHubUrl: faces[1].url,
      gitHubToken: token,
      podUid: "",
      env: { REPOSITORY_POLICY: `${namespace}=acme/*` },
    });
    return new SimulatedStage({ objects, github, receiver, git, fleet, faces, folder }, product);
  }

  /** Returns the product's exit code. */
  async stop(): Promise<number | null> {
    clearInterval(this.#timer);
    const code = await this.product.stop();
    await Promise.all(this.#parts.faces.map((it) => it.close()));
    await this.github.close();
    await rm(this.#parts.folder, { recursive: true, force: true });
    return code;
  }

  /** Does something to Fleet or its clusters, now. */
  get fleet(): Fleet {
    this.#parts.fleet.advance(Date.now());
    return this.#parts.fleet;
  }

  /** A GitRepo of the repository acme/<name>, looked at every second; its first commit is the caller's to make, before. */
  addGitRepo(name: string, repo = repoOf(name)): void {
    this.fleet.addGitRepo({ name, repo, pollingIntervalMs: 1_000 });
  }

  /** Pushes a commit and returns its SHA. The repository is made with the first one. */
  async commit(name: string, outcome: BundleOutcome = { kind: "ok" }): Promise<string> {
    const { git } = this.#parts;
    const parent = git.head(repoOf(name));
    const text = `${name} ${git.count}`;
    const sha = createHash("sha1").update(text).digest("hex");
    if (parent === null) await this.github.createRepository(`acme/${name}`, { history: new RecordedHistory([], {}) });
    const history = this.github.repository(`acme/${name}`).history as RecordedHistory;
    history.add({ sha, parents: parent === null ? [] : [parent], message: text });
    await history.setBranch("main", sha);
    git.push(repoOf(name), { sha, tree: new Map([["app", { manifest: text, outcome }]]) });
    return sha;
  }

  /** Makes what acme/<name> has available to Fleet at another address, of which GitHub knows nothing. */
  mirror(name: string, repo: string): void {
    const { git } = this.#parts;
    const sha = git.head(repoOf(name)) ?? "";
    git.push(repo, { sha, tree: git.tree(repo, sha) ?? new Map() });
  }

  /** A commit of the caller's came in by a pull request, whose head is returned. */
  pullRequest(name: string, { number, sha }: { number: number; sha: string }): string {
    const repository = this.github.repository(`acme/${name}`);
    const history = repository.history as RecordedHistory;
    const headSha = createHash("sha1").update(`head of ${sha}`).digest("hex");
    history.add({ sha: headSha, parents: history.lookup(sha)?.parents ?? [], message: "Change" });
    repository.recordMergedPullRequest({ number, title: "Change", headSha, mergeCommitSha: sha });
    return headSha;
  }

  /** Creates a Notification for the GitRepo of the same name. */
  notify(name: string, fields: Readonly<Record<string, unknown>>): void {
    const spec = { gitRepos: { names: [name] }, timing: { settle: "100ms", errorGrace: "10s" }, ...fields };
    this.create(kinds.notification, { metadata: { name }, spec });
  }

  webhook(name: string, fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    return { name: "hook", webhook: { url: `${this.receiverUrl}/${name}`, ...fields } };
  }

  create(kind: KubernetesKind, { metadata, status, ...rest }: ObjectFields): void {
    const object = { metadata: { ...metadata }, ...rest };
    const made = this.objects.create(kind, object, { nowMs: Date.now(), namespace });
    if (status !== undefined) this.putStatus(kind, made.metadata.name, status);
  }

  putStatus(kind: KubernetesKind, name: string, status: unknown): void {
    this.objects.patch(kind, { namespace, name, patch: { status } }, { nowMs: Date.now(), subresource: "status" });
  }

  patch(kind: KubernetesKind, name: string, patch: unknown): void {
    this.objects.patch(kind, { namespace, name, patch }, { nowMs: Date.now() });
  }

  // -- what is visible

  /** "success Deployed to 2/2 clusters": what GitHub shows on a commit for a GitRepo; "" where nothing. */
  status(name: string, sha: string): string {
    const shown = this.github.latestStatuses(`acme/${name}`, sha).get(`fleet/${namespace}/${name}`);
    return shown === undefined ? "" : `${shown.state} ${shown.description}`;
  }

  /** What the receiver accepted under a Notification's path. */
  hooks(name: string): readonly ReceivedRequest[] {
    return this.receiver.accepted().filter(({ path }) => path === `/${name}`);
  }

  /** "False SecretMissing: Secret … is not there": a condition of a Notification; "" where it has none. */
  condition(name: string, type: "Ready" | "Delivering"): string {
    const { status } = this.objects.read(kinds.notification, { namespace, name }) as KubernetesObject & { status?: Status };
    const found = status?.conditions?.find((it) => it.type === type);
    return found === undefined ? "" : `${found.status} ${found.reason}: ${found.message}`;
  }

  /** "Warning MissingField: …": Kubernetes events about a Notification. */
  events(name: string): readonly string[] {
    const events = this.objects.list(kinds.kubernetesEvent, { namespace }).items as readonly (KubernetesObject &
      KubernetesEventFields)[];
    return events.filter(({ regarding }) => regarding.name === name).map((it) => `${it.type} ${it.reason}: ${it.note}`);
  }

  /** The log's lines of level warn and above that name all of these. */
  warnings(...words: readonly string[]): readonly string[] {
    return this.product.log.filter(
      (line) => /"level":"(warn|error|fatal)"/.test(line) && words.every((word) => line.includes(word)),
    );
  }
}

export function repoOf(name: string): string {
  return `https://github.com/acme/${name}.git`;
}

/** Fleet's git servers: repositories with one branch. */
class Repositories implements FleetGit {
  readonly #heads = new Map<string, string>();
  readonly #trees = new Map<string, FleetTree>();

  get count(): number {
    return this.#trees.size;
  }

  push(repo: string, { sha, tree }: { sha: string; tree: FleetTree }): void {
    this.#trees.set(sha, tree);
    this.#heads.set(repo, sha);
  }

  head(repo: string): string | null {
    return this.#heads.get(repo) ?? null;
  }

  tree(_repo: string, sha: string): FleetTree | null {
    return this.#trees.get(sha) ?? null;
  }
}

interface Parts {
  readonly objects: KubernetesObjects;
  readonly github: GitHubWorld;
  readonly receiver: ReceiverWorld;
  readonly git: Repositories;
  readonly fleet: Fleet;
  readonly faces: readonly [KubernetesApi, { url: string; close(): Promise<void> }, { url: string; close(): Promise<void> }];
  readonly folder: string;
}

interface ObjectFields {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly [field: string]: unknown;
}

interface Status {
  readonly conditions?: readonly { type: string; status: string; reason: string; message: string }[];
}

interface KubernetesEventFields {
  readonly regarding: { readonly name: string };
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}
