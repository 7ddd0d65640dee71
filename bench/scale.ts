import { setTimeout as delay } from "node:timers/promises";
import { startGitHubApi } from "../simulator/faces/github-api.ts";
import { RecordedHistory } from "../simulator/world/git-recorded-history.ts";
import { createGitHubWorld, type GitHubWorld } from "../simulator/world/github.ts";
import type { ProductProcess } from "../simulator/product-process.ts";
import { FloorProcess } from "./floor-process.ts";
import { type FloodServer, startFloodServer } from "./flood-server.ts";
import { readFigures } from "./product-figures.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import {
  bundle,
  bundleDeployment,
  cluster,
  gitRepo,
  job,
  notification,
  type Rollout,
  shaOf,
  type Stage,
  workspace,
} from "./rollout-objects.ts";
import { startProductOn } from "./world.ts";
import { accepted, create, createNamespace, pathOf } from "./write-objects.ts";

export interface Scale {
  readonly gitRepos: number;
  /** Each GitRepo goes to all of them. */
  readonly clusters: number;
  /** Changes of each BundleDeployment in a rollout: an even number, the last one makes it ready. */
  readonly changesEach: number;
}

export interface ScaleResult {
  /** From the process' start to `/readyz`. */
  readonly syncMs: number;
  readonly rssSyncedMb: number;
  readonly rssAfterMb: number;
  /** From the first change to the last GitRepo's message. */
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
  readonly longestHoldMs: number;
  readonly gitHubCallsPerRollout: number;
}

const stages: readonly Stage[] = ["staged", "applied", "ready"];
const withinMs = 110_000;

interface Stand {
  readonly api: FloodServer;
  readonly github: GitHubWorld;
  readonly gitHubUrl: string;
  readonly receiver: Receiver;
}

/** A rollout of every GitRepo to every cluster, at once, told to GitHub and to a webhook. */
export function measureScale(scale: Scale): Promise<ScaleResult> {
  return withStand(async (stand) => {
    const { api, github, receiver } = stand;
    const [first, second] = ["first", "second"].map((word) => rolloutsOf(scale, word)) as [
      readonly Rollout[],
      readonly Rollout[],
    ];
    await prepare(stand, first);
    showReady(api, first);
    const begunMs = performance.now();
    const product = startProductOn(api.kubeconfigPath, stand.gitHubUrl);
    try {
      await product.ready();
      const syncMs = performance.now() - begunMs;
      await delay(1_000);
      await moveOn(stand, first, second);
      await delay(1_000);
      const before = await readFigures(product);
      const callsBefore = github.requests.length;
      const floodMs = performance.now();
      const changes = await flood(api, second, scale.changesEach);
      const came = await receiver.untilArrived(second.length, withinMs);
      if (came < second.length) throw new Error(`${came} of ${second.length} rollouts were told:\n${lastWords(product)}`);
      const endMs = receiver.arrivals[second.length - 1]?.atMs ?? Number.NaN;
      await untilStatusesAre(github, second);
      const after = await readFigures(product);
      return {
        syncMs,
        rssSyncedMb: before.rssMb,
        rssAfterMb: after.rssMb,
        eventsPerSecond: (changes / (endMs - floodMs)) * 1_000,
        cpuMicrosPerEvent: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / changes,
        longestHoldMs: after.longestHoldMs,
        gitHubCallsPerRollout: (github.requests.length - callsBefore) / second.length,
      };
    } finally {
      await product.stop();
    }
  });
}

/** A program that only reads: how long all pages take, and how many events a second it parses. */
export function measureScaleFloor(scale: Scale): Promise<{ listMs: number; eventsPerSecond: number }> {
  return withStand(async ({ api }) => {
    const rollouts = rolloutsOf(scale, "first");
    showReady(api, rollouts);
    const floor = new FloorProcess("list", api.kubeconfigPath);
    try {
      await floor.ready();
      const { listMs = Number.NaN } = await floor.says();
      await delay(500);
      await flood(api, rollouts, scale.changesEach);
      const { events = 0, ms = Number.NaN } = await floor.says();
      return { listMs, eventsPerSecond: (events / ms) * 1_000 };
    } finally {
      await floor.stop();
    }
  });
}

async function withStand<T>(work: (stand: Stand) => Promise<T>): Promise<T> {
  const api = await startFloodServer();
  const github = createGitHubWorld({ now: () => Date.now() });
  const face = await startGitHubApi(github);
  const receiver = await startReceiver();
  try {
    github.addToken("bench-token", "signalman-bot");
    return await work({ api, github, gitHubUrl: face.url, receiver });
  } finally {
    await Promise.all([api.stop(), face.close(), receiver.close()]);
    await github.close();
  }
}

function rolloutsOf({ gitRepos, clusters }: Scale, word: string): readonly Rollout[] {
  const names = Array.from({ length: clusters }, (_, index) => `c${index}`);
  return Array.from({ length: gitRepos }, (_, index) => ({
    gitRepo: `repo-${index}`,
    commit: shaOf(`${word} ${index}`),
    repo: `https://github.com/acme/repo-${index}.git`,
    clusters: names,
  }));
}

/** Everything but the BundleDeployments, which the flood server invents. */
async function prepare({ api: { client }, github, receiver }: Stand, rollouts: readonly Rollout[]): Promise<void> {
  for (const name of [workspace, "signalman"]) await createNamespace(client, name);
  for (const name of rollouts[0]?.clusters ?? []) await create(client, cluster(name));
  for (const rollout of rollouts) {
    await github.createRepository(`acme/${rollout.gitRepo}`, { history: new RecordedHistory([], {}) });
    await push(github, rollout, []);
    await create(client, job(rollout, { uid: await create(client, gitRepo(rollout)), generation: 1 }));
    await create(client, bundle(rollout));
  }
  const destinations = [
    { name: "status", github: { commitStatus: {} } },
    { name: "hook", webhook: { url: receiver.url } },
  ];
  await create(client, notification(destinations));
}

/** The next commit of every GitRepo, up to its Bundle: what follows is the clusters'. */
async function moveOn({ api: { client }, github }: Stand, from: readonly Rollout[], to: readonly Rollout[]): Promise<void> {
  for (const [index, rollout] of to.entries()) {
    await push(github, rollout, [from[index]?.commit ?? ""]);
    const object = gitRepo(rollout);
    const { commit } = rollout;
    const { body } = accepted(await client.patch(pathOf(object), { spec: { revision: commit } }));
    const { metadata } = body as { metadata: { uid: string; generation: number } };
    const status = { commit, pollingCommit: commit, observedGeneration: metadata.generation };
    accepted(await client.patch(`${pathOf(object)}/status`, { status }));
    await create(client, job(rollout, metadata));
    accepted(await client.patch(pathOf(bundle(rollout)), { metadata: { labels: { "fleet.cattle.io/commit": commit } } }));
  }
}

async function push(github: GitHubWorld, { gitRepo: name, commit }: Rollout, parents: readonly string[]): Promise<void> {
  const history = github.repository(`acme/${name}`).history as RecordedHistory;
  history.add({ sha: commit, parents, message: `${name}: a change` });
  await history.setBranch("main", commit);
}

function showReady(api: FloodServer, rollouts: readonly Rollout[]): void {
  const clusters = rollouts[0]?.clusters ?? [];
  api.show(rollouts.length * clusters.length, (place) => objectAt(rollouts, place, "ready"));
}

/** Stage by stage over everything, as a rollout without partitions goes; returns the number of changes. */
async function flood(api: FloodServer, rollouts: readonly Rollout[], changesEach: number): Promise<number> {
  const count = rollouts.length * (rollouts[0]?.clusters.length ?? 0);
  const changes = count * changesEach;
  await api.flood(changes, (index) => {
    const place = index % count;
    const round = Math.floor(index / count);
    const stage = round === changesEach - 1 ? "ready" : (stages[Math.floor((round * stages.length) / changesEach)] ?? "ready");
    return { place, object: objectAt(rollouts, place, stage) };
  });
  return changes;
}

function objectAt(rollouts: readonly Rollout[], place: number, stage: Stage) {
  const clusters = rollouts[0]?.clusters ?? [];
  const rollout = rollouts[Math.floor(place / clusters.length)];
  if (rollout === undefined) throw new Error(`there is no BundleDeployment ${place}`);
  return bundleDeployment(rollout, clusters[place % clusters.length] ?? "", stage);
}

async function untilStatusesAre(github: GitHubWorld, rollouts: readonly Rollout[]): Promise<void> {
  const isDone = ({ gitRepo: name, commit }: Rollout) => github.statuses(`acme/${name}`, commit)[0]?.state === "success";
  for (let waited = 0; !rollouts.every(isDone); waited += 100) {
    if (waited > 30_000) throw new Error("not every commit got its status within 30 s");
    await delay(100);
  }
}

function lastWords(product: ProductProcess): string {
  return product.log.slice(-10).join("\n");
}
