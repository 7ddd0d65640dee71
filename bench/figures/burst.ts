import { measureBurst } from "../burst.ts";
import { atLeast, atMost, type Figure } from "../figure.ts";

/** Figure 2: many GitRepos that change at once, one receiver, every message stored before it is sent. */
export const burst: Figure = {
  name: "burst",
  title: "A burst: many GitRepos change at once, one receiver",
  async run({ isQuick, server }) {
    const count = isQuick ? 20 : 1_000;
    const it = await measureBurst({ server, count, receivers: 1, expected: count, prepare: () => {} });
    return {
      setting: `${count} GitRepos, ${server} API server; the floor posts and stores nothing`,
      measures: [
        {
          what: "messages a second",
          value: it.messagesPerSecond,
          unit: "/s",
          floor: it.floorPerSecond,
          aim: atLeast(it.messagesPerSecond, 3_000, "3,000"),
        },
        { what: "p50 since the change", value: it.p50Ms, unit: "ms", floor: null, aim: null },
        { what: "p99 since the change", value: it.p99Ms, unit: "ms", floor: null, aim: null },
        {
          what: "writes a message",
          value: it.writesPerMessage,
          unit: "",
          floor: null,
          aim: atMost(it.writesPerMessage, 0.2, "0.2"),
        },
        { what: "CPU a message", value: it.cpuMsPerMessage, unit: "ms", floor: null, aim: null },
        { what: "longest hold", value: it.longestHoldMs, unit: "ms", floor: null, aim: atMost(it.longestHoldMs, 50, "50") },
      ],
    };
  },
};
