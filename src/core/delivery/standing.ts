import type { Rule } from "../notification/rule.ts";
import { type StreamState, type Told, seen, toldBy } from "./stream.ts";

/** Where the receiver will be once everything that cannot be taken back is told: under `every` that is the whole queue. */
export function standing(stream: StreamState, rule: Rule): readonly Told[] {
  const told = seen(stream);
  return rule.order === "every" ? [...told, ...stream.queue.map(toldBy)] : told;
}

/** What of that the receiver will certainly have been told then: not what was only attempted. */
export function certain({ acknowledged, queue }: StreamState, rule: Rule): readonly Told[] {
  const known = acknowledged === null ? [] : [acknowledged];
  return rule.order === "every" ? [...known, ...queue.map(toldBy)] : known;
}
