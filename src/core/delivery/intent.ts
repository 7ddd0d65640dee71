import { limits } from "../limits.ts";
import type { Message } from "../message/message.ts";
import { mannerOf } from "./manners.ts";
import { type StreamState, type Told, toldBy } from "./stream.ts";

/**
 * Notes that the receiver may be about to see a message. What is told along one epoch descends from what was told before, so the later
 * attempt dominates: one entry an epoch is enough to answer "is it stale?" and "is it a rollback?". What the receiver heard last is not known
 * where an earlier attempt said something else: then the entry's event is "any", and nothing is taken for told.
 *
 * On GitHub the intent is coarse and early: with "deploying X" it says "X, with any outcome", so that the outcome leaves without a write.
 */
export function intend(stream: StreamState, message: Message): void {
  const told = toldBy(message);
  const isCoarse = !mannerOf(stream.destinationType).repeatsMessage && message.event === "GitRepoDeploying";
  const earlier = stream.possible.find((it) => it.epoch === told.epoch);
  const isAlone = earlier === undefined || (isSamePlace(earlier, told) && earlier.event === told.event);
  const event = isCoarse || !isAlone ? "any" : told.event;
  stream.possible = [...stream.possible.filter((it) => it.epoch !== told.epoch), { ...told, event }].slice(-limits.possibleMax);
}

/** True where what is stored says that the receiver may see this message: only then may it leave (design §7, stored before sent). */
export function isCovered(stream: StreamState, message: Message): boolean {
  if (mannerOf(stream.destinationType).repeatsMessage) return stream.stored.messageId === message.id;
  const told = toldBy(message);
  return stream.stored.possible.some((it) => isSamePlace(it, told) && (it.event === "any" || it.event === told.event));
}

/**
 * Takes an acknowledgement over into the cursor. A coarse intent for a commit without an outcome stays: it covers the outcome to come, and
 * what is stored still says so.
 */
export function acknowledge(stream: StreamState, message: Message): void {
  const told = toldBy(message);
  stream.acknowledged = told;
  const isOpen = message.event === "GitRepoDeploying";
  stream.possible = isOpen ? stream.possible.filter((it) => isSamePlace(it, told) && it.event === "any") : [];
}

function isSamePlace(a: Told, b: Told): boolean {
  return a.epoch === b.epoch && a.commit === b.commit && a.rolledBackFrom === b.rolledBackFrom;
}
