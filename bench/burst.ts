import { setTimeout as delay } from "node:timers/promises";
import { percentile } from "./figure.ts";
import { FloorProcess } from "./floor-process.ts";
import { readFigures } from "./product-figures.ts";
import { notification, type Rollout, shaOf, workspace } from "./rollout-objects.ts";
import { notify, withWorld, type World } from "./world.ts";
import { accepted, createRollouts, pathOf } from "./write-objects.ts";

export interface Burst {
  readonly server: "real" | "simulated";
  readonly count: number;
  /** How many receivers there are; each gets a message about every GitRepo. */
  readonly receivers: number;
  /** How the receivers behave, before anything is sent. */
  readonly prepare: (world: World) => void;
  /** Messages that count: those to one receiver may never come. */
  readonly expected: number;
}

export interface BurstResult {
  /** From the change to the last message. */
  readonly messagesPerSecond: number;
  /** From the change to a message. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly writesPerMessage: number;
  readonly cpuMsPerMessage: number;
  readonly longestHoldMs: number;
  /** The same number of requests by a program that only posts, to the same receiver. */
  readonly floorPerSecond: number;
}

const withinMs = 60_000;

/**
 * One write that changes every GitRepo at once: all wait for live resources that somebody has modified, and the Notification stops to mind
 * (`modified: ignore`). No API server takes a thousand changes at the same time.
 */
export function measureBurst({ server, count, receivers, prepare, expected }: Burst): Promise<BurstResult> {
  return withWorld(server, async (world) => {
    const { api, receiver } = world;
    await createRollouts(api.client, Array.from({ length: count }, rolloutOf), "modified");
    prepare(world);
    await notify(world, receiver.urls.slice(0, receivers));
    const product = await world.startProduct();
    await delay(count > 100 ? 4_000 : 500);
    const before = await readFigures(product);
    const path = pathOf(notification([]));
    const begunMs = performance.now();
    accepted(await api.client.patch(path, { spec: { modified: "ignore" } }));
    const came = await receiver.untilArrived(expected, withinMs);
    if (came < expected) throw new Error(`${came} of ${expected} messages came within ${withinMs} ms`);
    // Those to a receiver that hangs are not counted.
    const times = receiver.arrivals.slice(0, expected).map(({ atMs }) => atMs - begunMs);
    // What is acknowledged is written too.
    await delay(1_500);
    const after = await readFigures(product);
    return {
      messagesPerSecond: (expected / Math.max(...times)) * 1_000,
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
      writesPerMessage: (after.writes - before.writes) / expected,
      cpuMsPerMessage: ((after.cpuSeconds - before.cpuSeconds) * 1_000) / expected,
      longestHoldMs: after.longestHoldMs,
      floorPerSecond: await floorOf(world, expected),
    };
  });
}

function rolloutOf(_: unknown, index: number): Rollout {
  const name = `repo-${index}`;
  return { gitRepo: name, commit: shaOf(name), repo: `https://git.example.com/${workspace}/${name}.git`, clusters: ["c0"] };
}

async function floorOf({ receiver }: World, count: number): Promise<number> {
  const floor = new FloorProcess("post", `${receiver.url}/floor`, String(count));
  try {
    await floor.ready();
    const { ms = Number.NaN } = await floor.says();
    return (count / ms) * 1_000;
  } finally {
    await floor.stop();
  }
}
