import { limits } from "../limits.ts";
import type { Message } from "../message/message.ts";
import type { DeliveryDocument } from "./delivery-document.ts";
import { digest, type Part } from "./part.ts";
import { numbered } from "./queue.ts";
import { addStream, type DeliveryState } from "./state.ts";
import { restoreStream } from "./stored-stream.ts";
import { type StreamState, type Told, newHead, seen, setPhase } from "./stream.ts";

/**
 * Another process wrote the Delivery since: a former holder whose last write was late. What it may have told is something that receivers may have
 * seen, and what it stored and did not tell is told. Where only labels were changed, or our own write had taken effect after all, there is nothing
 * to take over.
 */
export function adopt(
  state: DeliveryState,
  { part, stored }: { part: Part; stored: DeliveryDocument | null },
  now: number,
): void {
  if (stored !== null && part.ours.includes(digest(stored.spec.streams))) return;
  for (const other of stored?.spec.streams.flatMap((text) => restoreStream(text) ?? []) ?? []) {
    const stream = state.streams.get(other.key);
    if (stream === undefined) {
      if (other.head.verify) setPhase(other, "queued", now + limits.unknownOutcomeMs);
      addStream(state, other, part);
    } else {
      adoptStream(state, { stream, other }, now);
      if (stream.queue.length > 0) state.active.add(stream);
    }
  }
}

function adoptStream(state: DeliveryState, { stream, other }: { stream: StreamState; other: StreamState }, now: number): void {
  stream.revision = Math.max(stream.revision, other.revision);
  const known = new Set(seen(stream).map((it) => `${it.epoch} ${it.commit}`));
  const unknown = laterThan(stream.acknowledged, other).filter((it) => !known.has(`${it.epoch} ${it.commit}`));
  const isQueueOther = other.queue.some((it) => !stream.queue.some(({ id }) => id === it.id));
  if (!isQueueOther && unknown.length === 0) return;
  stream.possible.unshift(...unknown);
  adoptQueue(stream, other);
  // What was decided in ignorance of that is decided again, and what waits to be placed is placed.
  if (followsHistory(stream)) state.undecided.add(stream.gitRepoUid);
  if (stream.head.phase === "sending") return;
  // What the other one may have had on the wire is settled before anything is written again.
  Object.assign(stream.head, newHead(), { verify: true });
  setPhase(stream, "queued", now + limits.unknownOutcomeMs);
}

/** What the other one attempted after what has arrived by now: what it attempted before that the receiver has left behind. All, where it does not know of that. */
function laterThan(acknowledged: Told | null, other: StreamState): readonly Told[] {
  const told = seen(other);
  return told.slice(told.findLastIndex((it) => it.epoch === acknowledged?.epoch && it.commit === acknowledged.commit) + 1);
}

/**
 * The other one's messages keep their places and ids: it may have sent the first of them. What only we know nobody has seen, since it is not stored
 * yet: it comes behind them. What we both knew and the other one no longer has, it has delivered.
 */
function adoptQueue(stream: StreamState, other: StreamState): void {
  const [head] = stream.queue;
  const onTheWire = stream.head.phase === "sending" && head !== undefined ? [head] : [];
  const isOwn = (it: Message) => !onTheWire.includes(it) && (it.sequence === 0 || it.sequence > stream.stored.sequence);
  const own = stream.queue.filter(isOwn).map((it): Message => ({ ...it, id: "", sequence: 0 }));
  const theirs = other.queue.filter((it) => !onTheWire.some(({ id }) => id === it.id));
  stream.sequence = Math.max(stream.stored.sequence, other.sequence);
  if (stream.rule?.order === "latest" && own.length > 0) {
    // Said again it is the same message, whatever else is said comes in its place.
    stream.unanswered = theirs[0] ?? stream.unanswered;
    stream.queue = followsHistory(stream) ? onTheWire : [...onTheWire, ...own];
    return;
  }
  stream.queue = [...onTheWire, ...theirs];
  if (followsHistory(stream)) stream.unplaced.push(...own);
  else stream.queue.push(...own.map((it) => numbered(stream, it)));
}

/** Its messages are about commits, and it is still decided what they are. */
function followsHistory({ identity, orphanedFor }: StreamState): boolean {
  return identity.subject === "" && orphanedFor === "";
}
