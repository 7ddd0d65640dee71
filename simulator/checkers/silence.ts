import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { Checker, Violation } from "./violation.ts";

/**
 * While the Notification is suspended or gone, nothing begins to be told of it: no webhook and no comment, and of statuses only that nothing is
 * told any more. What was on its way before may arrive.
 */
export const silence: Checker<SimulatedWorld> = ({ silences, ledger }) => {
  const told = [
    ...ledger.of("hook").map((it) => ({ ...it, what: `${it.stream} ${it.sequence}` })),
    ...ledger.of("comment").map((it) => ({ ...it, what: `a comment on ${it.repository}#${it.number}` })),
    ...ledger.of("status").flatMap((it) => (it.state === "error" ? [] : [{ ...it, what: `${it.state} on ${it.sha}` }])),
  ];
  return told.flatMap(({ ms, sinceMs, what }): Violation[] => {
    if (!silences.some(({ fromMs, toMs }) => fromMs < sinceMs && ms < toMs)) return [];
    return [{ promise: "silence", ms, text: `${what} was told while the Notification was suspended or gone` }];
  });
};
