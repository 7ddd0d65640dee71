import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { atMost, type Figure } from "../figure.ts";
import { readFigures } from "../product-figures.ts";
import { withWorld, type World } from "../world.ts";

const root = resolve(import.meta.dirname, "../..");
/** As bin/signalman sets it: the first start fills it. */
const compileCache = resolve(root, "node_modules/.cache/signalman");
const flags = ["--disallow-code-generation-from-strings", "--max-semi-space-size=2", "--optimize-for-size"];

/** Figure 6: from the start of the process to `/readyz`, and what an idle process takes. The best of a few: the machine does other things. */
export const start: Figure = {
  name: "start",
  title: "Start, and an idle process",
  async run({ isQuick, server }) {
    const rounds = isQuick ? 1 : 5;
    return withWorld(server, async (world) => {
      const starts = [];
      for (let round = 0; round < rounds; round += 1) starts.push(await startOnce(world, isQuick ? 100 : 3_000));
      const readyMs = Math.min(...starts.map((it) => it.readyMs));
      const rssMb = Math.min(...starts.map((it) => it.rssMb));
      const cpuMs = Math.min(...starts.map((it) => it.cpuMs));
      const bare = "process.stdout.write(JSON.stringify([performance.now(), process.memoryUsage.rss() / 1e6]))";
      const [bareMs = 0, bareMb = 0] = best(rounds, bare);
      const load =
        'const began = performance.now(); await import("./src/commands/run.ts"); process.stdout.write(JSON.stringify([performance.now() - began]))';
      const [importMs = 0] = best(rounds, load);
      return {
        setting: `the best of ${rounds} with the compile cache of those before, ${server} API server; the floor is Node with an empty program`,
        measures: [
          { what: "ready", value: readyMs, unit: "ms", floor: bareMs, aim: atMost(readyMs, 1_000, "1,000") },
          { what: "CPU until ready", value: cpuMs, unit: "ms", floor: null, aim: null },
          { what: "import of `run`", value: importMs, unit: "ms", floor: null, aim: null },
          { what: "RSS, idle", value: rssMb, unit: "MB", floor: bareMb, aim: atMost(rssMb, 110, "110") },
        ],
      };
    });
  },
};

async function startOnce(world: World, idleMs: number): Promise<{ readyMs: number; rssMb: number; cpuMs: number }> {
  const begun = performance.now();
  const product = await world.startProduct();
  const readyMs = performance.now() - begun;
  const { cpuSeconds } = await readFigures(product);
  await delay(idleMs);
  const { rssMb } = await readFigures(product);
  await product.stop();
  return { readyMs, rssMb, cpuMs: cpuSeconds * 1_000 };
}

/** What a program prints, a list of numbers: of each the smallest. */
function best(rounds: number, program: string): readonly number[] {
  const lists = Array.from({ length: rounds }, () => {
    const output = execFileSync(process.execPath, [...flags, "--input-type=module", "-e", program], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    });
    return JSON.parse(output) as number[];
  });
  return (lists[0] ?? []).map((_, index) => Math.min(...lists.map((list) => list[index] ?? Infinity)));
}
