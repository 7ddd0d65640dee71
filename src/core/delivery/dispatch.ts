import { limits } from "../limits.ts";
import type { Message } from "../message/message.ts";
import type { DeliveryEffect } from "./effect.ts";
import { type Endpoint, endpointKey, hasRoom } from "./endpoint.ts";
import { intend, isCovered } from "./intent.ts";
import { mannerOf } from "./manners.ts";
import { numbered } from "./queue.ts";
import { saysUnsettled } from "./said.ts";
import { type DeliveryState, endpointOf, touch } from "./state.ts";
import { type StreamState, setPhase } from "./stream.ts";
import { webhookId } from "./webhook-id.ts";

/**
 * Moves every stream's head as far as it may go now (the phases are told in stream.ts) and hands out the sends that are due: outcomes before
 * pendings, then those that wait longest, as many as each endpoint has room for.
 */
export function dispatch(state: DeliveryState, now: number): DeliveryEffect[] {
  const due: { stream: StreamState; endpoint: Endpoint }[] = [];
  for (const stream of state.active) {
    if (isSilenced(stream) || isUndecided(state, stream)) continue;
    advance(state, stream, now);
    if (stream.rule === null || stream.head.phase !== "ready" || stream.head.notBeforeMs > now) continue;
    due.push({ stream, endpoint: endpointOf(state, endpointKey(stream.rule, stream.repo)) });
  }
  due.sort((a, b) => urgency(a.stream) - urgency(b.stream));
  return due.flatMap(({ stream, endpoint }) => (hasRoom(endpoint, now) ? [send(stream, endpoint, now)] : []));
}

/** When `dispatch` has something to do again without an input; Infinity where only inputs can tell. */
export function dispatchDueMs(state: DeliveryState): number {
  let next = Infinity;
  for (const stream of state.active) {
    const { head, rule } = stream;
    if (rule === null || isSilenced(stream) || isUndecided(state, stream)) continue;
    if (head.phase === "parked") next = Math.min(next, head.notBeforeMs);
    if (head.phase !== "ready") continue;
    const endpoint = endpointOf(state, endpointKey(rule, stream.repo));
    // With the endpoint full an answer comes first: that is an input.
    if (endpoint.inFlight === 0 || hasRoom(endpoint, Infinity))
      next = Math.min(next, Math.max(head.notBeforeMs, endpoint.restUntilMs));
  }
  return next;
}

/** Something has happened to what it is about, and nobody has looked yet. */
function isUndecided({ undecided }: DeliveryState, { gitRepoUid, memberUids }: StreamState): boolean {
  return undecided.has(gitRepoUid) || memberUids.some((it) => undecided.has(it));
}

/** Suspended, or nobody's any more: what waits is not sent. What is left pending on GitHub is closed all the same (orphan.ts). */
function isSilenced({ orphanedFor, destinationType, rule }: StreamState): boolean {
  const isMuted = orphanedFor === "muted" || orphanedFor === "unreported" || rule?.suspended === true;
  return isMuted && !mannerOf(destinationType).marksCommits;
}

function advance(state: DeliveryState, stream: StreamState, now: number): void {
  const { head } = stream;
  const [message] = stream.queue;
  if (message === undefined) return;
  if (head.phase === "parked" && head.notBeforeMs <= now) setPhase(stream, "queued", now);
  if (head.phase !== "sending" && head.phase !== "parked") renameChanged(stream, message);
  if (head.phase === "queued") {
    const placed = numbered(stream, stream.queue[0] ?? message);
    stream.queue[0] = placed;
    intend(stream, placed);
    head.firstAttemptMs = now;
    const isStored = isCovered(stream, placed);
    setPhase(stream, isStored ? "ready" : "storing", head.notBeforeMs);
    touch(state, stream, { isUrgent: !isStored, now });
  }
  if (head.phase === "storing" && isCovered(stream, stream.queue[0] ?? message)) setPhase(stream, "ready", head.notBeforeMs);
}

/** Its template or destination has changed since it got its id: it is another body now, and must be stored under its new id first. */
function renameChanged(stream: StreamState, message: Message): void {
  if (stream.rule === null || !mannerOf(stream.rule.config.type).repeatsMessage || message.id === "") return;
  if (webhookId({ stream: stream.key, rule: stream.rule, message }) === message.id) return;
  stream.queue[0] = { ...message, id: "" };
  setPhase(stream, "queued", stream.head.notBeforeMs);
}

function send(stream: StreamState, endpoint: Endpoint, now: number): DeliveryEffect {
  const { rule, head } = stream;
  const [message] = stream.queue;
  if (rule === null || message === undefined) throw new Error(`stream ${stream.key} is ready without a rule or a message`);
  endpoint.inFlight += 1;
  head.attemptStartedMs = now;
  setPhase(stream, "sending", now + limits.unknownOutcomeMs);
  return { kind: "send", send: { stream: stream.key, rule, message, verify: head.verify } };
}

function urgency(stream: StreamState): number {
  const [message] = stream.queue;
  const isPending = message !== undefined && saysUnsettled(message.event);
  return (isPending ? 1 : 0) * Number.MAX_SAFE_INTEGER + stream.head.firstAttemptMs;
}
