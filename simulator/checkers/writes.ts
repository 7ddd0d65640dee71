import { limits } from "../../src/core/limits.ts";
import { namespace, notificationName, receivers } from "../simulation/simulated-notification.ts";
import { startMs } from "../simulation/simulated-world.ts";
import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { Checker, Violation } from "./violation.ts";

const windowMs = 10_000;
/** Writes of one Delivery within a window: an intent and an acknowledgement for each of some messages, and what failed is tried again. */
const savesMax = 20;

/** Writes stay few: of a Delivery in a span of time, and of one commit's pending status, whose text follows what happens. */
export const writes: Checker<SimulatedWorld> = (world) => [...saves(world), ...pendingStatuses(world)];

function saves(world: SimulatedWorld): Violation[] {
  const byName = Map.groupBy(world.ledger.of("save"), ({ name }) => name);
  const news = world.ledger.of("hook").filter(({ receiver }) => receiver === receivers.news);
  return [...byName].flatMap(([name, written]) =>
    written.flatMap(({ ms }, index): Violation[] => {
      // Each bundle on each cluster has a stream of its own, and each of their messages an intent.
      const ofStreams = isOfNews(name) ? news.filter((it) => it.ms >= ms && it.ms < ms + windowMs).length : 0;
      const allowed = savesMax + ofStreams;
      const last = written[index + allowed];
      if (last === undefined || last.ms - ms >= windowMs) return [];
      return [{ promise: "writes", ms, text: `${name} was written more than ${allowed} times within ${windowMs} ms` }];
    }),
  );
}

function isOfNews(delivery: string): boolean {
  return delivery.startsWith(`${namespace}/${notificationName}-news-`);
}

/** One for each change of its text, at most every `limits.pendingUpdateMs`; one more where it is replaced, and after each start. */
function pendingStatuses(world: SimulatedWorld): Violation[] {
  const begun = world.ledger.of("look").length;
  const allowed = 2 + begun + (world.nowMs - startMs) / limits.pendingUpdateMs;
  const pending = world.ledger.of("status").filter((it) => it.state === "pending");
  return [...Map.groupBy(pending, ({ sha, context }) => `${context} of ${sha}`)].flatMap(([status, { length }]): Violation[] =>
    length <= allowed ? [] : [{ promise: "writes", ms: world.nowMs, text: `${status} was written ${length} times as pending` }],
  );
}
