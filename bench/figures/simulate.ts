import { check } from "../../simulator/checkers/index.ts";
import { play } from "../../simulator/simulation/play.ts";
import type { Figure } from "../figure.ts";

/** Seeds do not move: the same worlds each time. */
const firstSeed = 1;

/** Figure 7: how many random worlds the simulation plays and checks in a second of CPU, in one process. */
export const simulate: Figure = {
  name: "simulate",
  title: "The simulation",
  async run({ isQuick }) {
    const worlds = isQuick ? 3 : 200;
    const cpu = process.cpuUsage();
    const begunMs = performance.now();
    for (let index = 0; index < worlds; index += 1) {
      const seed = firstSeed + index;
      const violations = check(await play({ seed }));
      if (violations.length > 0) throw new Error(`world ${seed} broke a promise: npm run simulate -- --seed ${seed} --trace`);
    }
    const seconds = (performance.now() - begunMs) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    return {
      setting: `${worlds} worlds, one process`,
      measures: [
        { what: "worlds a second", value: worlds / seconds, unit: "/s", floor: null, aim: null },
        { what: "CPU a world", value: (user + system) / 1_000 / worlds, unit: "ms", floor: null, aim: null },
      ],
    };
  },
};
