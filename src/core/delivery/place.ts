import { admit } from "../history/admit.ts";
import type { Rule } from "../notification/rule.ts";
import type { Knowledge } from "./knowledge.ts";
import { enqueue } from "./queue.ts";
import { standing } from "./standing.ts";
import { type StreamState, toldBy } from "./stream.ts";

/**
 * Puts what has no place yet (`StreamState.unplaced`) behind what a former holder stored, oldest first, with the relation that it has to that. What turns
 * out to be older is stale and dropped (design §7): where Fleet wants it still, it is decided anew as the step back that it is.
 *
 * Where history cannot tell yet the rest waits. Returns how many messages fell off the queue.
 */
export function place({ stream, rule }: { stream: StreamState; rule: Rule }, knowledge: Knowledge): number {
  let fallenOff = 0;
  for (let [message] = stream.unplaced; message !== undefined; [message] = stream.unplaced) {
    const { commit, rolledBackFrom } = toldBy(message);
    const before = standing(stream, rule);
    const admission = admit({ seen: before, candidate: { commit, wanted: true } }, (base) => knowledge.relation(base, commit));
    if (admission.kind !== "admit") break;
    stream.unplaced.shift();
    if (admission.relation === "behind" && admission.rolledBackFrom !== rolledBackFrom) continue;
    const { relation, epoch } = admission;
    const previousCommit = before.at(-1)?.commit ?? "";
    fallenOff += enqueue(stream, rule, { ...message, relation, epoch, previousCommit }).fallenOff;
  }
  return fallenOff;
}
