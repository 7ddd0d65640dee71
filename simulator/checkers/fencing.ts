import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { Checker, Violation } from "./violation.ts";

/** At no time do two processes send: once a later one has begun, an earlier one sends nothing any more. What left before may arrive late. */
export const fencing: Checker<SimulatedWorld> = (world) => {
  let latest = 0;
  return world.ledger.entries.flatMap((entry): Violation[] => {
    if (!("process" in entry) || (entry.kind === "hook" && entry.isLate)) return [];
    const { process, ms, kind } = entry;
    if (process >= latest) {
      latest = process;
      return [];
    }
    return [{ promise: "fencing", ms, text: `process ${process} sent a ${kind} while process ${latest} was at work` }];
  });
};
