import { limits } from "../../src/core/limits.ts";
import { namespace, notificationName, receivers } from "../simulation/simulated-notification.ts";
import { teamName } from "../simulation/simulated-team.ts";
import { startMs } from "../simulation/simulated-world.ts";
import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { Checker, Violation } from "./violation.ts";

const windowMs = 10_000;
/** Writes of one Delivery within a window beside one for each webhook's message: acknowledgements, and what failed and is tried again. */
const savesMax = 20;

/** Writes stay few: of a Delivery in a span of time, and of one commit's pending status, whose text follows what happens. */
export const writes: Checker<SimulatedWorld> = (world) => [...saves(world), ...pendingStatuses(world)];

function saves(world: SimulatedWorld): Violation[] {
  const byName = Map.groupBy(world.ledger.of("save"), ({ name }) => name);
  const hooks = Map.groupBy(world.ledger.of("hook"), ({ receiver }) => receiver);
  return [...byName].flatMap(([name, written]) => {
    const told = hooks.get(receiverOf(name)) ?? [];
    return written.flatMap(({ ms }, index): Violation[] => {
      const allowed = savesMax + told.filter((it) => it.ms >= ms && it.ms < ms + windowMs).length;
      const last = written[index + allowed];
      if (last === undefined || last.ms - ms >= windowMs) return [];
      return [{ promise: "writes", ms, text: `${name} was written more than ${allowed} times within ${windowMs} ms` }];
    });
  });
}

/** Whose messages a Delivery keeps; "" where they are GitHub's. */
function receiverOf(delivery: string): string {
  const of = {
    [`${notificationName}-news`]: receivers.news,
    [`${notificationName}-clusters`]: receivers.clusters,
    [`${notificationName}-log`]: receivers.every,
    [`${notificationName}-chat`]: receivers.latest,
    [`${notificationName}-workflows`]: receivers.workflows,
    [`${teamName}-audit`]: receivers.team,
  };
  return Object.entries(of).find(([name]) => delivery.startsWith(`${namespace}/${name}-`))?.[1] ?? "";
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
