import { limits } from "../limits.ts";
import type { Message } from "../message/message.ts";
import type { Rule } from "../notification/rule.ts";
import { keepReplaced } from "./fates.ts";
import { mannerOf } from "./manners.ts";
import { type StreamState, newHead, setPhase, toldBy } from "./stream.ts";
import { webhookId } from "./webhook-id.ts";

export interface Enqueued {
  readonly kind: "enqueued" | "alreadyQueued";
  /** Messages that will not be told any more: superseded under `latest`, fallen off under `every`. */
  readonly superseded: number;
  readonly fallenOff: number;
}

/**
 * Takes what is no longer worth saying out of a `latest` queue: everything but what is on the wire. Under `every` nothing is taken back.
 * A superseded head leaves its scars on the next one: what may have arrived must be asked for, and not before its time.
 */
export function supersede(stream: StreamState, rule: Rule): number {
  return rule.order === "every" ? 0 : restQueue(stream);
}

/** Empties a queue but for what is on the wire; returns how many messages went. */
export function restQueue(stream: StreamState): number {
  if (stream.queue.length === 0) return 0;
  const keep = stream.head.phase === "sending" ? 1 : 0;
  const superseded = stream.queue.length - keep;
  const [head] = stream.queue;
  if (keep === 0 && mannerOf(stream.destinationType).repeatsMessage && head !== undefined && head.id !== "")
    stream.unanswered = head;
  stream.queue.length = keep;
  if (keep === 0) restHead(stream);
  return superseded;
}

/** Puts a message at the end of its stream's queue; the same thing is never queued twice in a row. */
export function enqueue(stream: StreamState, rule: Rule, message: Message): Enqueued {
  const isQueued = () => {
    const last = stream.queue.at(-1);
    return last !== undefined && saysTheSame(last, message, rule);
  };
  if (isQueued()) return { kind: "alreadyQueued", superseded: rule.order === "every" ? 0 : dropOutdated(stream), fallenOff: 0 };
  if (mannerOf(rule.config.type).marksCommits) keepReplaced(toldBy(message).commit, stream);
  const superseded = supersede(stream, rule);
  if (isQueued()) return { kind: "alreadyQueued", superseded, fallenOff: 0 };
  // Under `every` the place is taken now: what falls off later leaves a gap that the receiver can see.
  stream.queue.push(rule.order === "every" ? numbered(stream, message) : message);
  unparkFor(stream, message);
  return { kind: "enqueued", superseded, fallenOff: rule.order === "every" ? fallOff(stream) : 0 };
}

/** The last one came while another was on the wire. That has failed since: it is not tried again before what is so now. Returns how many messages went. */
function dropOutdated(stream: StreamState): number {
  const last = stream.queue.at(-1);
  if (last === undefined || stream.queue.length === 1 || stream.head.phase === "sending") return 0;
  const superseded = restQueue(stream) - 1;
  stream.queue.push(last);
  unparkFor(stream, last);
  return superseded;
}

/** What one commit is parked for does not hold up another one. */
function unparkFor(stream: StreamState, message: Message): void {
  const { phase, parkedCommit } = stream.head;
  if (phase === "parked" && stream.queue.length === 1 && parkedCommit !== toldBy(message).commit) setPhase(stream, "queued", 0);
}

/** Gives a message its place in the stream, and with it its id; what is said again after an attempt that may have arrived keeps both. */
export function numbered(stream: StreamState, message: Message): Message {
  if (message.id !== "") return message;
  const { unanswered } = stream;
  stream.unanswered = null;
  if (unanswered !== null && isSamePlace(unanswered, message)) return unanswered;
  if (message.sequence === 0) stream.sequence += 1;
  const placed = { ...message, sequence: message.sequence || stream.sequence };
  return { ...placed, id: webhookId({ stream: stream.key, rule: stream.rule, message: placed }) };
}

/** The head is done, whatever came of it: the next message starts afresh. */
export function shiftHead(stream: StreamState): void {
  stream.queue.shift();
  Object.assign(stream.head, newHead());
}

/** The head is not told any more; what it may have left behind is asked for, and not before its time. */
export function dropHead(stream: StreamState): void {
  stream.queue.shift();
  restHead(stream);
}

/** A parked stream stays parked: other words about the same commit heal nothing, and whoever unparks must find it. */
function restHead(stream: StreamState): void {
  const { phase, verify, notBeforeMs, failures, parkedFor, parkedCommit } = stream.head;
  const parked = phase === "parked" ? { phase, parkedFor, parkedCommit } : {};
  Object.assign(stream.head, newHead(), { verify, notBeforeMs, failures, ...parked });
}

/** A status follows the counts beside its state; another receiver hears of an event once, however the counts move meanwhile. */
function saysTheSame(a: Message, b: Message, rule: Rule): boolean {
  if (!isSamePlace(a, b) || !mannerOf(rule.config.type).followsText) return isSamePlace(a, b);
  return (
    JSON.stringify([a.fates, a.rollout.clusters, a.rollout.holding]) ===
    JSON.stringify([b.fates, b.rollout.clusters, b.rollout.holding])
  );
}

/** Another attempt at a commit (forceSync, a changed spec) is nothing to tell where the same was said of it (design §4). */
function isSamePlace(a: Message, b: Message): boolean {
  const place = (it: Message) => JSON.stringify([it.gitRepo.uid, it.event, it.commit, { ...toldBy(it), attempt: "" }]);
  return place(a) === place(b);
}

/** Drops the oldest messages that are not under way until count and bytes are within their bounds. */
function fallOff(stream: StreamState): number {
  const first = stream.head.phase === "queued" ? 0 : 1;
  let bytes = stream.queue.reduce((sum, message) => sum + bytesOf(message), 0);
  let fallen = 0;
  while (stream.queue.length > first + 1 && (stream.queue.length > limits.queuedMessagesMax || bytes > limits.queuedBytesMax)) {
    const [dropped] = stream.queue.splice(first, 1);
    if (dropped !== undefined) bytes -= bytesOf(dropped);
    fallen += 1;
  }
  stream.dropped += fallen;
  return fallen;
}

function bytesOf(message: Message): number {
  return Buffer.byteLength(JSON.stringify(message));
}
