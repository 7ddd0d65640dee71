import type { Rule } from "../notification/rule.ts";
import type { DeliveryEffect } from "./effect.ts";
import { supersede } from "./queue.ts";
import type { DeliveryState } from "./state.ts";
import type { StreamState } from "./stream.ts";

/**
 * What waits in the stream's queue is not known to be so any more, and nothing can be told instead: it is taken back, but for what is on the wire.
 * Under `every` nothing is taken back.
 */
export function withhold(state: DeliveryState, { stream, rule }: { stream: StreamState; rule: Rule }): DeliveryEffect[] {
  const count = supersede(stream, rule);
  if (stream.queue.length === 0) state.active.delete(stream);
  return count === 0 ? [] : [{ kind: "note", note: { kind: "superseded", stream: stream.key, count } }];
}
