import { limits } from "../limits.ts";
import { adopt } from "./adopt.ts";
import type { DeliveryDocument } from "./delivery-document.ts";
import { dispatch, dispatchDueMs } from "./dispatch.ts";
import type { DeliveryEffect } from "./effect.ts";
import { learn } from "./learn.ts";
import type { Outcome } from "./outcome.ts";
import {
  type Part,
  beginSave,
  bytesOf,
  digest,
  isOverfull,
  markDirty,
  newPart,
  saveDueMs,
  saveFailed,
  saved,
  split,
  storeStreams,
} from "./part.ts";
import { type DeliveryState, addPart, addStream, allParts, putPart, removePart } from "./state.ts";
import { restoreStream } from "./stored-stream.ts";
import { type StreamState, setPhase } from "./stream.ts";

/** What came of an effect, or an order of the operator. Rollouts come by `consider`. */
export type DeliveryInput =
  | { readonly kind: "loaded"; readonly documents: readonly DeliveryDocument[] }
  | { readonly kind: "saved"; readonly namespace: string; readonly name: string }
  | {
      readonly kind: "saveConflicted";
      readonly namespace: string;
      readonly name: string;
      readonly stored: DeliveryDocument | null;
    }
  | { readonly kind: "saveFailed"; readonly namespace: string; readonly name: string; readonly reason: string }
  | { readonly kind: "sent"; readonly stream: string; readonly outcome: Outcome }
  /** Something changed that may heal what is parked: a Notification, an installation. */
  | { readonly kind: "unpark"; readonly concerns: (stream: StreamState) => boolean }
  /** Shutdown: every cursor is to be written now. */
  | { readonly kind: "flush" };

/**
 * Takes one input and returns what is to be done now. Mutates the state that it owns; the contract on the effects is on `DeliveryEffect`.
 * Call it with every input, and with null when `dueMs` has come. It looks at every stream that has something to say: where many inputs came at
 * once, `take` takes each, and `step` with null follows.
 */
export function step(state: DeliveryState, input: DeliveryInput | null, now: number): DeliveryEffect[] {
  const effects = input === null ? [] : take(state, input, now);
  // Dispatch first: it makes parts dirty in a hurry; saves are batches of all that is dirty by then.
  effects.push(...dispatch(state, now));
  for (const part of allParts(state)) {
    if (saveDueMs(part) <= now) effects.push(save(state, part, now));
  }
  return effects;
}

/** Something changed that may heal what is parked: it is tried again with the next step. Costs O(streams). */
export function unpark(state: DeliveryState, concerns: (stream: StreamState) => boolean, now: number): void {
  for (const stream of state.streams.values())
    if (stream.head.phase === "parked" && concerns(stream)) setPhase(stream, "queued", now);
}

/** When `step` has something to do again without an input (milliseconds); Infinity where only inputs can tell. */
export function dueMs(state: DeliveryState): number {
  let next = dispatchDueMs(state);
  for (const part of allParts(state)) next = Math.min(next, saveDueMs(part));
  return next;
}

/** Takes one input without doing what is due after it: `step` with null must follow. */
export function take(state: DeliveryState, input: DeliveryInput, now: number): DeliveryEffect[] {
  switch (input.kind) {
    case "loaded":
      for (const document of input.documents) load(state, document, now);
      return [];
    case "sent": {
      const stream = state.streams.get(input.stream);
      return stream === undefined ? [] : learn(state, { stream, outcome: input.outcome }, now);
    }
    case "unpark":
      unpark(state, input.concerns, now);
      return [];
    case "flush":
      for (const part of allParts(state)) if (part.dirtySinceMs !== Infinity) markDirty(part, { isUrgent: true }, now);
      return [];
    default:
      return learnSave(state, input, now);
  }
}

function learnSave(state: DeliveryState, input: Extract<DeliveryInput, { namespace: string }>, now: number): DeliveryEffect[] {
  const part = findPart(state, input);
  if (part === undefined) return [];
  const delivery = `${input.namespace}/${input.name}`;
  switch (input.kind) {
    case "saved":
      saved(part);
      for (const other of allParts(state)) if (other.after === part) other.after = null;
      if (part.streams.size === 0 && part.dirtySinceMs === Infinity) removePart(state, part);
      return [{ kind: "note", note: { kind: "saved", delivery } }];
    case "saveFailed":
      saveFailed(part, now);
      return [{ kind: "note", note: { kind: "saveFailed", delivery, reason: input.reason } }];
    case "saveConflicted":
      adopt(state, { part, stored: input.stored }, now);
      saveFailed(part, now);
      return [
        {
          kind: "note",
          note: { kind: "saveConflicted", delivery, reason: input.stored === null ? "deleted" : "written by another" },
        },
      ];
  }
}

/** What does not fit goes into a new part, which is stored first and may have to be divided itself; the rest follows once that is stored. */
function save(state: DeliveryState, part: Part, now: number): DeliveryEffect {
  const texts = storeStreams(part);
  if (isOverfull(part)) return save(state, moveHalf(state, part, now), now);
  const document = beginSave(part, texts);
  if (part.streams.size > 0) return { kind: "save", document };
  return { kind: "remove", namespace: part.namespace, name: part.name };
}

/** Returns the new part. */
function moveHalf(state: DeliveryState, part: Part, now: number): Part {
  const to = addPart(state, part);
  split(part, to, now);
  for (const key of to.streams.keys()) state.partOf.set(key, to);
  return to;
}

/**
 * Of two copies of a stream (a crash while a part was split) the one that was saved more often is the later one. What the former process may have
 * had on the wire is settled before anything is written again.
 */
function load(state: DeliveryState, { namespace, name, spec }: DeliveryDocument, now: number): void {
  const { notification, destination, part: number } = spec;
  const part = putPart(state, { ...newPart({ notification, destination, namespace, shard: state.shard }, number), name });
  for (const stream of spec.streams.flatMap((text) => restoreStream(text) ?? [])) {
    const known = state.streams.get(stream.key);
    if (known !== undefined && known.revision >= stream.revision) continue;
    if (known !== undefined) state.partOf.get(known.key)?.streams.delete(known.key);
    if (stream.head.verify) setPhase(stream, "queued", now + limits.unknownOutcomeMs);
    addStream(state, stream, part);
  }
  part.bytes = bytesOf(spec.streams);
  part.ours = [digest(spec.streams)];
}

function findPart(state: DeliveryState, identity: { namespace: string; name: string }): Part | undefined {
  for (const part of allParts(state)) if (part.namespace === identity.namespace && part.name === identity.name) return part;
  return undefined;
}
