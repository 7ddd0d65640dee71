import { atMost, type Figure } from "../figure.ts";
import { measureScale } from "../scale.ts";

const clusters = 1_000;

/** Figure 5: what one BundleDeployment more costs. */
export const growth: Figure = {
  name: "growth",
  title: "Growth with the fleet",
  async run({ isQuick }) {
    const sizes = isQuick ? [100, 200] : [1_000, 5_000, 10_000, 25_000, 50_000];
    const rss: number[] = [];
    const micros: number[] = [];
    for (const size of sizes) {
      const each = Math.min(size, clusters);
      const it = await measureScale({ gitRepos: size / each, clusters: each, changesEach: 2 });
      rss.push(it.rssSyncedMb);
      micros.push(it.cpuMicrosPerEvent);
    }
    const [least = 0, most = 0] = [sizes[0], sizes.at(-1)];
    const bytesEach = (((rss.at(-1) ?? 0) - (rss[0] ?? 0)) * 1e6) / (most - least);
    const steady = (micros.at(-1) ?? 0) / (micros[Math.floor(sizes.length / 2)] ?? 1);
    return {
      setting: `${sizes.map((it) => it.toLocaleString("en-US")).join(", ")} BundleDeployments, simulated API server that floods`,
      measures: [
        { what: "RSS a BundleDeployment", value: bytesEach / 1_000, unit: "kB", floor: null, aim: null },
        ...sizes.map((size, index) => ({
          what: `RSS at ${size.toLocaleString("en-US")}`,
          value: rss[index] ?? Number.NaN,
          unit: "MB",
          floor: null,
          aim: null,
        })),
        ...sizes.map((size, index) => ({
          what: `CPU a change at ${size.toLocaleString("en-US")}`,
          value: micros[index] ?? Number.NaN,
          unit: "µs",
          floor: null,
          aim: null,
        })),
        {
          what: "CPU a change, most against middle",
          value: steady,
          unit: "×",
          floor: null,
          aim: atMost(steady, 1.5, "1.5: it does not grow with the fleet"),
        },
      ],
      curve: { bundleDeployments: sizes, rssMb: rss, cpuMicros: micros },
    };
  },
};
