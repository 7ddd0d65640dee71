import { setTimeout as delay } from "node:timers/promises";
import { atMost, type Figure, percentile } from "../figure.ts";
import { FloorProcess } from "../floor-process.ts";
import { readFigures } from "../product-figures.ts";
import { bundleDeployment, type Rollout, shaOf } from "../rollout-objects.ts";
import { notify, withWorld, type World } from "../world.ts";
import { createRollouts, writeStatus } from "../write-objects.ts";

/** Between two changes: what the first one caused is over, and they are singles. */
const pauseMs = 40;
const lateMs = 5_000;

/** Figure 1: from the write of the last status to the request on the wire, `settle: 0s`, one GitRepo after the other. */
export const latency: Figure = {
  name: "latency",
  title: "Last status change → request on the wire",
  async run({ isQuick, server }) {
    const count = isQuick ? 5 : 200;
    return withWorld(server, async (world) => {
      const rollouts = (prefix: string) => Array.from({ length: count }, (_, index) => single(`${prefix}-${index}`));
      const bare = rollouts("bare");
      const told = rollouts("told");
      await createRollouts(world.api.client, [...bare, ...told], "applied");
      const floor = await measureFloor(world, bare);
      await notify(world, [`${world.receiver.url}/product`]);
      const product = await world.startProduct();
      await delay(isQuick ? 500 : 2_000);
      const before = await readFigures(product);
      const latencies = await measure(world, told);
      const after = await readFigures(product);
      const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
      const [floorP50, floorP99] = [percentile(floor, 0.5), percentile(floor, 0.99)];
      const cpuMs = ((after.cpuSeconds - before.cpuSeconds) * 1_000) / count;
      return {
        setting: `${count} singles, ${server} API server`,
        measures: [
          { what: "p50", value: p50, unit: "ms", floor: floorP50, aim: atMost(p50, 2 * floorP50, "2 × floor") },
          { what: "p99", value: p99, unit: "ms", floor: floorP99, aim: atMost(p99, 20, "20") },
          { what: "CPU a message", value: cpuMs, unit: "ms", floor: null, aim: null },
          { what: "writes a message", value: (after.writes - before.writes) / count, unit: "", floor: null, aim: null },
        ],
      };
    });
  },
};

function single(name: string): Rollout {
  return { gitRepo: name, commit: shaOf(name), repo: `https://git.example.com/acme/${name}.git`, clusters: ["c0"] };
}

async function measureFloor(world: World, rollouts: readonly Rollout[]): Promise<number[]> {
  const floor = new FloorProcess("watch-post", world.api.kubeconfigPath, `${world.receiver.url}/floor`);
  try {
    await floor.ready();
    // A watch that was just opened begins with what has changed since.
    await delay(500);
    return await measure(world, rollouts);
  } finally {
    await floor.stop();
  }
}

async function measure({ api, receiver }: World, rollouts: readonly Rollout[]): Promise<number[]> {
  const latencies: number[] = [];
  for (const rollout of rollouts) {
    const before = receiver.arrivals.length;
    const begunMs = performance.now();
    await writeStatus(api.client, bundleDeployment(rollout, "c0", "ready"));
    if ((await receiver.untilArrived(before + 1, lateMs)) <= before) throw new Error(`${rollout.gitRepo}: nothing came`);
    latencies.push((receiver.arrivals[before]?.atMs ?? 0) - begunMs);
    await delay(pauseMs);
  }
  return latencies;
}
