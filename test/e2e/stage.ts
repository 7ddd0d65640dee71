import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { startGitHubApi } from "../../simulator/faces/github-api.ts";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { RecordedHistory } from "../../simulator/world/git-recorded-history.ts";
import { createGitHubWorld, type GitHubWorld } from "../../simulator/world/github.ts";
import { createReceiverWorld, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import { readRecording, type Recording } from "../../src/commands/replay/recording.ts";
import { replayRecording } from "../../src/commands/replay/replay-recording.ts";
import { ApiClient } from "../contract/api-client.ts";
import { apply, installCrds, readManifests } from "../control-plane/apply.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/start.ts";
import { playRecording } from "./play-recording.ts";
import { type ProductOptions, startProduct } from "./product.ts";

const root = resolve(import.meta.dirname, "../..");
const token = "e2e-token";

/** What a receiver must have got in the end: the last status of every commit, and the webhooks in their order. */
export interface Told {
  readonly statuses: Readonly<Record<string, string>>;
  readonly hooks: readonly string[];
}

/** A real API server with Fleet's and Signalman's kinds, and the world around the product: a simulated GitHub and a receiver. */
export class Stage {
  readonly controlPlane: ControlPlane;
  readonly github: GitHubWorld;
  readonly receiver: ReceiverWorld;
  readonly #client: ApiClient;
  readonly #folder: string;
  readonly #faces: readonly { readonly url: string; close(): Promise<void> }[];

  private constructor(
    parts: Pick<Stage, "controlPlane" | "github" | "receiver" | "faces"> & { client: ApiClient; folder: string },
  ) {
    this.#folder = parts.folder;
    this.controlPlane = parts.controlPlane;
    this.github = parts.github;
    this.receiver = parts.receiver;
    this.#client = parts.client;
    this.#faces = parts.faces;
  }

  get faces(): readonly { readonly url: string; close(): Promise<void> }[] {
    return this.#faces;
  }

  static async start(): Promise<Stage> {
    const controlPlane = await startControlPlane();
    const client = new ApiClient(controlPlane);
    const crds = (await readdir(join(root, "deploy/crds"))).map((file) => join(root, "deploy/crds", file));
    await installCrds(client, [join(root, "test/control-plane/fleet-crds.yaml"), ...crds]);
    for (const file of ["signalman.yaml", "secrets-all-namespaces.yaml"]) {
      for (const manifest of await readManifests(join(root, "deploy", file))) {
        const answer = await apply(client, manifest, { dryRun: false });
        if (answer.code >= 300) throw new Error(`${file}: ${JSON.stringify(answer.body)}`);
      }
    }
    const now = () => Date.now();
    const github = createGitHubWorld({ now });
    github.addToken(token, "signalman-bot");
    const receiver = createReceiverWorld({ now });
    const faces = [await startGitHubApi(github), await startWebhookReceiver(receiver)];
    const folder = await mkdtemp(join(tmpdir(), "signalman-e2e-"));
    await writeFile(join(folder, "kubeconfig"), controlPlane.kubeconfigFor(controlPlane.serviceAccountToken), { mode: 0o600 });
    return new Stage({ controlPlane, github, receiver, client, faces, folder });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#faces.map((it) => it.close()));
    await this.#client.close();
    await this.controlPlane.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** With the rights that deploy/ grants, and no others. */
  startProduct(podUid = "", env: Readonly<Record<string, string>> = {}, more: Pick<ProductOptions, "app"> = {}): ProductProcess {
    return startProduct({
      ...more,
      kubeconfigPath: this.controlPlane.kubeconfigPath,
      gitHubUrl: this.gitHubUrl,
      gitHubToken: token,
      podUid,
      env: { REPOSITORY_POLICY: "fleet-*=acme/*", ...env },
    });
  }

  get gitHubUrl(): string {
    return this.#faces[0]?.url ?? "";
  }

  get receiverUrl(): string {
    return this.#faces[1]?.url ?? "";
  }

  get client(): ApiClient {
    return this.#client;
  }

  /** Puts a recording's repository on GitHub and its Notification, with timing as fast as the play, into the cluster. */
  async prepare(recording: Recording, speed: number): Promise<RecordedHistory> {
    const { namespace, gitrepo, git } = recording.meta;
    const history = new RecordedHistory(git, {});
    await this.github.createRepository(`acme/${gitrepo}`, { history });
    await this.#client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
    const path = `/apis/signalman.dev/v1alpha1/namespaces/${namespace}/notifications`;
    const seconds = (whole: number) => `${Math.round((whole * 1_000) / speed)}ms`;
    const spec = {
      gitRepos: { names: [gitrepo] },
      timing: { settle: seconds(15), errorGrace: seconds(180), notReadyDeadline: seconds(600) },
      destinations: destinations(`${this.receiverUrl}/${gitrepo}`),
    };
    const body = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name: gitrepo }, spec };
    const answer = await this.#client.request("POST", path, { body });
    if (answer.code !== 201) throw new Error(JSON.stringify(answer.body));
    return history;
  }

  /** Plays a recording at a pace, its pushes to the branch included. */
  async play(
    recording: Recording,
    { file, history, speed }: { file: string; history: RecordedHistory; speed: number },
  ): Promise<void> {
    const timers = pushes(file).map(({ ms, sha }) =>
      setTimeout(() => {
        void history.setBranch("main", sha);
      }, ms / speed),
    );
    try {
      await playRecording(this.controlPlane, recording, { speed });
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }

  /** What the product has told so far about a recording's repository. */
  told(recording: Recording): Told {
    const { gitrepo, git } = recording.meta;
    const statuses: Record<string, string> = {};
    for (const { sha } of git) {
      const [newest] = this.github.statuses(`acme/${gitrepo}`, sha);
      if (newest !== undefined) statuses[sha] = `${newest.state} ${newest.description}`;
    }
    return { statuses, hooks: this.hooks(recording).map((it) => hookOf(it.body)) };
  }

  /** The webhooks about a recording that were answered with 2xx, each id once: a repetition is recognised by it. */
  hooks({ meta: { gitrepo } }: Recording): readonly { id: string; sequence: number; body: string }[] {
    const byId = new Map<string, { id: string; sequence: number; body: string }>();
    for (const { path, headers, body } of this.receiver.accepted()) {
      const id = headers["webhook-id"] ?? "";
      if (path !== `/${gitrepo}`) continue;
      const before = byId.get(id);
      if (before !== undefined && before.body !== body) throw new Error(`${id} came with two bodies`);
      if (before === undefined) byId.set(id, { id, sequence: Number(headers["signalman-sequence"]), body });
    }
    return [...byId.values()];
  }

  /** Commits on which the same status stands twice in a row. */
  repeatedStatuses({ meta: { gitrepo, git } }: Recording): readonly string[] {
    return git.flatMap(({ sha }) => {
      const texts = this.github.statuses(`acme/${gitrepo}`, sha).map((it) => `${it.state} ${it.description}`);
      return texts.some((text, index) => text === texts[index + 1]) ? [`${sha}: ${texts.join(" | ")}`] : [];
    });
  }
}

/** What `replay` says that GitHub and the receiver get in the end. */
export async function expected(recording: Recording): Promise<Told> {
  const { namespace, git } = recording.meta;
  const statuses: Record<string, string> = {};
  const hooks: string[] = [];
  const spec = { destinations: destinations("https://hooks.example.com/x") };
  const notification = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name: "n", namespace }, spec };
  await replayRecording({ recording, commits: git, notifications: [notification] }, ({ destination, request }) => {
    const body = request.body as { state: string; description: string };
    if (destination === "status") statuses[request.url.split("/").at(-1) ?? ""] = `${body.state} ${body.description}`;
    else hooks.push(hookOf(JSON.stringify(request.body)));
  });
  return { statuses, hooks };
}

/** A recording in a workspace of its own, so that many can be played side by side: recorded ones all use `fleet-default` and clusters d1 to d3. */
export async function readTestRecording(name: string): Promise<{ recording: Recording; file: string }> {
  const file = join(root, "test/recordings", `${name}.jsonl.gz`);
  const recording = await readRecording(file);
  const workspace = `fleet-${recording.meta.gitrepo}`;
  return { file, recording: JSON.parse(JSON.stringify(recording).replaceAll("fleet-default", workspace)) as Recording };
}

function destinations(url: string): unknown[] {
  return [
    { name: "status", github: { commitStatus: {} } },
    { name: "hook", webhook: { url } },
  ];
}

/** "GitRepoReady 51b68556": what a webhook says. */
function hookOf(body: string): string {
  const { type, data } = JSON.parse(body) as { type: string; data: { commit: string | { sha: string } } };
  return `${type} ${typeof data.commit === "string" ? data.commit : data.commit.sha}`;
}

/** When which commit became the branch's head. */
function pushes(file: string): { ms: number; sha: string }[] {
  const lines = gunzipSync(readFileSync(file))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.flatMap((line) => {
    const { ms, act, sha } = JSON.parse(line) as { ms?: number; act?: string; sha?: string };
    return ms !== undefined && act !== undefined && sha !== undefined && act.includes("pushed") ? [{ ms, sha }] : [];
  });
}
