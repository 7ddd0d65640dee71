import { setTimeout as delay } from "node:timers/promises";
import { measureBurst } from "../burst.ts";
import type { Figure } from "../figure.ts";
import { atLeast } from "../figure.ts";
import type { World } from "../world.ts";

const slowMs = 50;
/** `limits.endpointInFlightMax` messages at once, each after 50 ms. */
const slowPerSecondMax = 64 / (slowMs / 1_000);
const receivers = 10;
const hanging = "/9";

/** Figure 3: the burst with a receiver that takes its time, and with ten of which one hangs. */
export const slowReceivers: Figure = {
  name: "receivers",
  title: "The burst, with receivers that are slow or hang",
  async run({ isQuick, server }) {
    const count = isQuick ? 20 : 1_000;
    const slow = await measureBurst({ server, count, receivers: 1, expected: count, prepare: answerSlowly });
    const each = isQuick ? 5 : 200;
    const hung = await measureBurst({
      server,
      count: each,
      receivers,
      expected: each * (receivers - 1),
      prepare: ({ receiver }) => {
        receiver.answer = (path, response) => void (path === hanging ? null : response.writeHead(204).end());
        receiver.counts = (path) => path !== hanging;
      },
    });
    const wanted = 0.5 * slowPerSecondMax;
    return {
      setting: `${count} messages to one receiver that takes ${slowMs} ms; ${each} to each of ${receivers}, one of which hangs; ${server} API server`,
      measures: [
        {
          what: `messages a second, ${slowMs} ms each`,
          value: slow.messagesPerSecond,
          unit: "/s",
          floor: slow.floorPerSecond,
          aim: atLeast(slow.messagesPerSecond, wanted, "half of what 64 at once allow"),
        },
        { what: `p99, ${slowMs} ms each`, value: slow.p99Ms, unit: "ms", floor: null, aim: null },
        {
          what: "messages a second, one hangs",
          value: hung.messagesPerSecond,
          unit: "/s",
          floor: hung.floorPerSecond,
          aim: null,
        },
        { what: "p99 at the other nine", value: hung.p99Ms, unit: "ms", floor: null, aim: null },
        { what: "writes a message, one hangs", value: hung.writesPerMessage, unit: "", floor: null, aim: null },
      ],
    };
  },
};

function answerSlowly({ receiver }: World): void {
  receiver.answer = (_path, response) => void delay(slowMs).then(() => response.writeHead(204).end());
}
