import { limits } from "../limits.ts";
import { type Endpoint, newEndpoint } from "./endpoint.ts";
import { type Part, type PartGroup, hasSpace, markDirty, newPart, partGroup } from "./part.ts";
import { type StreamIdentity, type StreamState, newStream, streamKey } from "./stream.ts";

/** All that core/delivery owns. `step` and its parts mutate it; nobody else does. */
export interface DeliveryState {
  readonly shard: string;
  readonly streams: Map<string, StreamState>;
  /** The part in which a stream lies, by the stream's key. */
  readonly partOf: Map<string, Part>;
  /** The parts of a group, in the order of their numbers. */
  readonly groups: Map<string, Part[]>;
  readonly endpoints: Map<string, Endpoint>;
  /** Streams with something in their queue: what `dispatch` looks at. */
  readonly active: Set<StreamState>;
  /**
   * Uids of the GitRepos that something has happened to and that were not decided since: what their streams hold may be of yesterday (a message
   * that is no longer so, a rule that was changed), so nothing of them leaves.
   */
  readonly undecided: Set<string>;
}

export function newDeliveryState(shard: string): DeliveryState {
  return {
    shard,
    streams: new Map(),
    partOf: new Map(),
    groups: new Map(),
    endpoints: new Map(),
    active: new Set(),
    undecided: new Set(),
  };
}

/** The stream of that identity, made where there is none yet. */
export function openStream(state: DeliveryState, identity: StreamIdentity): StreamState {
  const known = state.streams.get(streamKey(identity));
  if (known !== undefined) return known;
  const stream = newStream(identity);
  addStream(state, stream, roomFor(state, identity));
  return stream;
}

export function addStream(state: DeliveryState, stream: StreamState, part: Part): void {
  state.streams.set(stream.key, stream);
  state.partOf.set(stream.key, part);
  part.streams.set(stream.key, stream);
  if (stream.queue.length > 0) state.active.add(stream);
}

/** Forgets a stream; its part is written without it. */
export function closeStream(state: DeliveryState, stream: StreamState, now: number): void {
  const part = state.partOf.get(stream.key);
  state.streams.delete(stream.key);
  state.partOf.delete(stream.key);
  state.active.delete(stream);
  part?.streams.delete(stream.key);
  if (part !== undefined) markDirty(part, { isUrgent: false }, now);
}

/** Notes that a stream changed: `isUrgent` where something waits for the write. */
export function touch(state: DeliveryState, stream: StreamState, { isUrgent, now }: { isUrgent: boolean; now: number }): void {
  const part = state.partOf.get(stream.key);
  if (part !== undefined) markDirty(part, { isUrgent }, now);
}

/** A new part at the end of its group. */
export function addPart(state: DeliveryState, group: PartGroup): Part {
  const parts = state.groups.get(partGroup(group)) ?? [];
  return putPart(state, newPart(group, 1 + Math.max(0, ...parts.map((it) => it.part))));
}

export function putPart(state: DeliveryState, part: Part): Part {
  const key = partGroup(part);
  state.groups.set(key, [...(state.groups.get(key) ?? []), part]);
  return part;
}

export function removePart(state: DeliveryState, part: Part): void {
  const key = partGroup(part);
  const rest = (state.groups.get(key) ?? []).filter((it) => it !== part);
  if (rest.length === 0) state.groups.delete(key);
  else state.groups.set(key, rest);
}

/** All parts; bounded by streams / what fits into `limits.deliveryBytesMax`. */
export function* allParts(state: DeliveryState): Iterable<Part> {
  for (const parts of state.groups.values()) yield* parts;
}

export function endpointOf(state: DeliveryState, key: string): Endpoint {
  const known = state.endpoints.get(key);
  if (known !== undefined) return known;
  const endpoint = newEndpoint(key);
  state.endpoints.set(key, endpoint);
  forgetIdle(state);
  return endpoint;
}

function roomFor(state: DeliveryState, { notification, destination, gitRepoNamespace }: StreamIdentity): Part {
  const group = { notification, destination, namespace: gitRepoNamespace, shard: state.shard };
  const parts = state.groups.get(partGroup(group)) ?? [];
  // A part's bytes are known after its first write: until then its streams are counted.
  return parts.find((it) => hasSpace(it) && it.streams.size < limits.streamsInPartMax) ?? addPart(state, group);
}

/** Endpoints come and go with Notifications: idle ones are forgotten beyond `limits.endpointsMax`. */
function forgetIdle(state: DeliveryState): void {
  if (state.endpoints.size <= limits.endpointsMax) return;
  for (const [key, endpoint] of state.endpoints) {
    if (endpoint.inFlight === 0 && endpoint.failures === 0) state.endpoints.delete(key);
    if (state.endpoints.size <= limits.endpointsMax) return;
  }
}
