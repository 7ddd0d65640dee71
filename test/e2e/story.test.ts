import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { RecordedHistory } from "../../simulator/world/git-recorded-history.ts";
import type { ReceivedRequest } from "../../simulator/world/receiver.ts";
import { MirroredObjects } from "./mirrored-objects.ts";
import { PlayedFleet } from "./played-fleet.ts";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { Stage } from "./stage.ts";
import { until } from "./until.ts";

const page = resolve(import.meta.dirname, "../../docs/story.md");
const namespace = "fleet-default";
const api = `/apis/signalman.dev/v1alpha1/namespaces/${namespace}/notifications`;
const fleetApi = `/apis/fleet.cattle.io/v1alpha1/namespaces/${namespace}`;

let stage: Stage;
let fleet: PlayedFleet;
let product: ProductProcess;
let mirrored: MirroredObjects;

beforeAll(async () => {
  stage = await Stage.start();
  mirrored = new MirroredObjects(stage.client, namespace);
  fleet = new PlayedFleet(mirrored.objects, stage.github);
  fleet.now.addCluster({ name: "dev", labels: { env: "dev" } });
  for (const name of ["staging", "prod-1", "prod-2"]) fleet.now.addCluster({ name, labels: { stage: name.replace(/-.*/, "") } });
  await mirrored.written();
  await create(`${fleetApi}/clustergroups`, {
    apiVersion: "fleet.cattle.io/v1alpha1",
    kind: "ClusterGroup",
    metadata: { name: "prod" },
    spec: { selector: { matchLabels: { stage: "prod" } } },
  });
  for (const name of ["chat", "oncall"]) {
    const secret = { metadata: { name }, stringData: { token: `${name}-token` } };
    await create(`/api/v1/namespaces/${namespace}/secrets`, { apiVersion: "v1", kind: "Secret", ...secret });
  }
});
afterAll(async () => {
  fleet?.stop();
  await mirrored?.written();
  await product?.stop();
  await stage?.stop();
});

async function create(path: string, body: unknown): Promise<void> {
  const answer = await stage.client.request("POST", path, { body });
  if (answer.code !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
}

/** `https://chat.example.com/x` is `/chat.example.com/x` at the receiver. */
function shown({ path, headers, body }: ReceivedRequest): string {
  const { type, data, ...template } = JSON.parse(body) as { type?: string; data?: { summary: string } };
  const token = headers["authorization"];
  const words = type === undefined ? JSON.stringify(template) : `${type}: ${data?.summary}`;
  return [`https:/${path}`, ...(token === undefined ? [] : [token]), words].join(" · ");
}

/** The page as it is played: what it promises is waited for, and what came is written in its place. */
class Page {
  #text = readFileSync(page, "utf8");
  #position = 0;
  #told = 0;

  get text(): string {
    return this.#text;
  }

  /** The text of the next block of this kind. */
  next(info: string): { readonly text: string; readonly start: number } {
    const fence = `\n\`\`\`${info}\n`;
    const at = this.#text.indexOf(fence, this.#position);
    if (at < 0) throw new Error(`docs/story.md has no further block "${info}"`);
    const start = at + fence.length;
    this.#position = this.#text.indexOf("```", start);
    return { text: this.#text.slice(start, this.#position), start };
  }

  /** Waits for as many requests as the next block has lines, in any order between addresses. */
  async hears(): Promise<void> {
    const block = this.next("text story");
    const count = block.text.split("\n").length - 1;
    const heard = () => stage.receiver.accepted().slice(this.#told).map(shown);
    await until(`the receivers got ${count} more`, () => heard().length >= count, 90_000).catch((error: unknown) => {
      throw new Error(`${String(error)}. They got:\n${heard().join("\n")}`);
    });
    const lines = heard();
    this.#told += lines.length;
    // Addresses have no order among each other; at one address the order is what is promised.
    this.#write(
      block,
      [...Map.groupBy(lines, (it) => it.split(" · ")[0] ?? "")].toSorted(byAddress).flatMap(([, own]) => own),
    );
  }

  /** Waits until the commit's statuses are those of the next block. */
  async shows(sha: string): Promise<void> {
    const block = this.next("text statuses");
    const statuses = () =>
      [...stage.github.latestStatuses("acme/shop", sha)].map(([name, it]) => `${name}: ${it.state}, ${it.description}`);
    const lines = () => `${statuses().toSorted().join("\n")}\n`;
    await until("the statuses are there", () => lines() === block.text, 60_000).catch(() => {});
    this.#write(block, statuses().toSorted());
  }

  /** Waits until GitHub shows the commit's check runs and deployments as the next block does. */
  async showsOnGitHub(sha: string): Promise<void> {
    const block = this.next("text github");
    const { checkRuns, deployments } = stage.github.repository("acme/shop");
    const lines = () => [
      ...checkRuns
        .list(sha)
        .map((it) => `check run ${it.name}: ${it.conclusion ?? it.status}, ${it.title}`)
        .toSorted(),
      ...deployments
        .list({ sha, task: null, environment: null })
        .map((it) => `deployment to ${it.environment}: ${it.statuses[0]?.state}, ${it.statuses[0]?.description}`)
        .toSorted(),
    ];
    await until("GitHub shows it", () => `${lines().join("\n")}\n` === block.text, 60_000).catch(() => {});
    this.#write(block, lines());
  }

  #write({ text, start }: { text: string; start: number }, lines: readonly string[]): void {
    const now = lines.map((it) => `${it}\n`).join("");
    this.#text = this.#text.slice(0, start) + now + this.#text.slice(start + text.length);
    this.#position = start + now.length;
  }
}

function byAddress([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

test("docs/story.md: what a team hears of a GitRepo, its bundles and its clusters, in three stages", async () => {
  const story = new Page();
  const notification = story.next("yaml story").text.replaceAll("https://", `${stage.faces[1]?.url}/`);
  await create(api, parse(notification));
  const madeMs = Date.now();
  await stage.github.createRepository("acme/shop", { history: new RecordedHistory([], {}) });
  const permissions = { ...stage.github.installations.app.permissions, contents: "write" } as const;
  stage.github.install("acme/shop", permissions);
  const { app, privateKey } = stage.github.installations;
  product = stage.startProduct("", { AGENT_CHECKIN_INTERVAL: "1s" }, { app: { id: app.id, privateKey } });
  await product.ready();
  await until("the Notification is older than the GitRepo will be", () => Date.now() > madeMs + 2_000);

  await fleet.commit("shop");
  fleet.addGitRepo("shop");
  await story.hears();

  const message = 'Deployment.apps "web" is invalid: spec.selector: field is immutable';
  const broken = await fleet.commit("shop", { kind: "applyFails", message, clusters: ["prod-2"] });
  await story.hears();
  await story.shows(broken);
  await story.showsOnGitHub(broken);

  const mended = await fleet.commit("shop");
  await story.hears();
  await story.shows(mended);
  await story.showsOnGitHub(mended);
  const { dispatches } = stage.github.repository("acme/shop");
  await until("the workflow was woken", () => dispatches.some(({ payload }) => JSON.stringify(payload).includes(mended)));

  const edited = { gitRepo: "shop", path: "app", cluster: "staging" };
  fleet.now.setWhole(edited, false);
  await until("the drift is told", () => stage.receiver.accepted().some((it) => it.body.includes("modified")), 60_000);
  fleet.now.setWhole(edited, true);
  await story.hears();

  fleet.now.setClusterOnline("dev", false);
  await mirrored.written();
  const lastSeen = `${new Date(Date.now() - 50 * 60_000).toISOString().slice(0, 19)}Z`;
  await stage.client.patch(`${fleetApi}/clusters/dev/status`, { status: { agent: { lastSeen } } });
  await until("it is told", () => stage.receiver.accepted().some((it) => it.body.includes("ClusterOffline")));
  fleet.now.setClusterOnline("dev", true);
  await story.hears();

  const lastSentMs = async () => Date.parse((await stage.client.get(`${api}/shop`)).body.status.lastSentTime as string);
  await until("the last word's time is told", async () => Date.now() - (await lastSentMs()) < 30_000);

  fleet.now.removeGitRepo("shop");
  await story.hears();
  await expect(story.text).toMatchFileSnapshot(page);
});
