import { atLeast, atMost, type Figure } from "../figure.ts";
import { measureScale, measureScaleFloor, type Scale } from "../scale.ts";

/** Figure 4: a large fleet, and a rollout over all of it. */
export const scale: Figure = {
  name: "scale",
  title: "25,000 BundleDeployments: start, memory, a rollout over all of them",
  async run({ isQuick }) {
    const sizes: Scale = isQuick
      ? { gitRepos: 2, clusters: 50, changesEach: 2 }
      : { gitRepos: 25, clusters: 1_000, changesEach: 6 };
    const floor = await measureScaleFloor(sizes);
    const it = await measureScale(sizes);
    const small = await measureScale({ gitRepos: 2, clusters: 10, changesEach: 2 });
    const { eventsPerSecond, gitHubCallsPerRollout: calls } = it;
    return {
      setting: `${sizes.gitRepos} GitRepos × ${sizes.clusters} clusters, simulated API server that floods; the floor lists and parses`,
      measures: [
        { what: "start to ready", value: it.syncMs, unit: "ms", floor: floor.listMs, aim: atMost(it.syncMs, 5_000, "5,000") },
        { what: "RSS, synced", value: it.rssSyncedMb, unit: "MB", floor: null, aim: atMost(it.rssSyncedMb, 200, "200") },
        { what: "RSS after the rollout", value: it.rssAfterMb, unit: "MB", floor: null, aim: atMost(it.rssAfterMb, 200, "200") },
        {
          what: "watch events a second",
          value: eventsPerSecond,
          unit: "/s",
          floor: floor.eventsPerSecond,
          aim: atLeast(eventsPerSecond, 10_000, "10,000"),
        },
        { what: "CPU an event", value: it.cpuMicrosPerEvent, unit: "µs", floor: null, aim: null },
        { what: "longest hold", value: it.longestHoldMs, unit: "ms", floor: null, aim: atMost(it.longestHoldMs, 50, "50") },
        {
          what: "GitHub calls a rollout",
          value: calls,
          unit: "",
          // With ten clusters.
          floor: small.gitHubCallsPerRollout,
          aim: atMost(calls, small.gitHubCallsPerRollout + 2, "2 more than with 10 clusters: it takes longer"),
        },
      ],
    };
  },
};
