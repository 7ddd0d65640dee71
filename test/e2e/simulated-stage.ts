import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGitHubApi } from "../../simulator/faces/github-api.ts";
import { type KubernetesApi, startKubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import type { ProductProcess } from "../../simulator/product-process.ts";
import type { Fleet } from "../../simulator/world/fleet.ts";
import type { BundleOutcome } from "../../simulator/world/fleet-content.ts";
import { createGitHubWorld, type GitHubWorld } from "../../simulator/world/github.ts";
import { type KubernetesKind, kinds } from "../../simulator/world/kubernetes-kind.ts";
import type { KubernetesObject } from "../../simulator/world/kubernetes-object.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { createReceiverWorld, type ReceivedRequest, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import { PlayedFleet } from "./played-fleet.ts";
import { startProduct } from "./product.ts";

export const namespace = "fleet-default";
const token = "e2e-token";

/**
 * The product as a process of its own in a simulated world: API server, Fleet, GitHub, a receiver. Every GitRepo has the repository acme/<its
 * name>, and the receiver tells Notifications apart by their paths, so that many tests can run side by side.
 */
export class SimulatedStage {
  readonly objects: KubernetesObjects;
  readonly github: GitHubWorld;
  readonly receiver: ReceiverWorld;
  readonly product: ProductProcess;
  readonly receiverUrl: string;
  readonly #parts: Parts;

  private constructor(parts: Parts, product: ProductProcess) {
    this.objects = parts.objects;
    this.github = parts.github;
    this.receiver = parts.receiver;
    this.receiverUrl = parts.faces[2].url;
    this.product = product;
    this.#parts = parts;
  }

  static async start(): Promise<SimulatedStage> {
    const now = () => Date.now();
    const objects = new KubernetesObjects({ nowMs: now() });
    for (const name of [namespace, "signalman"]) objects.create(kinds.namespace, { metadata: { name } }, { nowMs: now() });
    const github = createGitHubWorld({ now });
    github.addToken(token, "signalman-bot");
    const fleet = new PlayedFleet(objects, github);
    for (const name of ["berlin", "lisbon"]) fleet.now.addCluster({ name, labels: { city: name } });
    const receiver = createReceiverWorld({ now });
    const faces = await Promise.all([
      startKubernetesApi(objects, { now }),
      startGitHubApi(github),
      startWebhookReceiver(receiver),
    ]);
    const folder = await mkdtemp(join(tmpdir(), "signalman-e2e-"));
    const kubeconfigPath = join(folder, "kubeconfig");
    await writeFile(kubeconfigPath, faces[0].kubeconfig, { mode: 0o600 });
    const product = startProduct({
      kubeconfigPath,
      gitHubUrl: faces[1].url,
      gitHubToken: token,
      podUid: "",
      env: { REPOSITORY_POLICY: `${namespace}=acme/*` },
    });
    return new SimulatedStage({ objects, github, receiver, fleet, faces, folder }, product);
  }

  /** Returns the product's exit code. */
  async stop(): Promise<number | null> {
    this.#parts.fleet.stop();
    const code = await this.product.stop();
    await Promise.all(this.#parts.faces.map((it) => it.close()));
    await this.github.close();
    await rm(this.#parts.folder, { recursive: true, force: true });
    return code;
  }

  /** With what a person's own commands find this world. */
  get environment(): Readonly<Record<string, string>> {
    const { faces, folder } = this.#parts;
    return { KUBECONFIG: join(folder, "kubeconfig"), GITHUB_API_URL: faces[1].url, GITHUB_TOKEN: token };
  }

  /** Does something to Fleet or its clusters, now. */
  get fleet(): Fleet {
    return this.#parts.fleet.now;
  }

  addGitRepo(name: string, repo?: string): void {
    this.#parts.fleet.addGitRepo(name, repo);
  }

  commit(name: string, outcome?: BundleOutcome): Promise<string> {
    return this.#parts.fleet.commit(name, outcome);
  }

  mirror(name: string, repo: string): void {
    this.#parts.fleet.mirror(name, repo);
  }

  pullRequest(name: string, commit: { number: number; sha: string }): string {
    return this.#parts.fleet.pullRequest(name, commit);
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

interface Parts {
  readonly objects: KubernetesObjects;
  readonly github: GitHubWorld;
  readonly receiver: ReceiverWorld;
  readonly fleet: PlayedFleet;
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
