import { hash } from "node:crypto";
import { limits } from "../limits.ts";
import type { NotificationIdentity } from "../notification/rule.ts";
import { backoffMs } from "./backoff.ts";
import type { DeliveryDocument } from "./delivery-document.ts";
import { storedNow, storeStream } from "./stored-stream.ts";
import type { StreamState } from "./stream.ts";

/**
 * One Delivery in memory, told in prose:
 *
 * A part is **clean**, or **dirty** since some moment. It is dirty in a hurry where a stream waits for its intent to be stored, else an
 * acknowledgement waits for a quiet moment. One write is out at a time (`saving`); what changes meanwhile makes the part dirty again. A failed
 * write is tried again with backoff, and nothing that depends on it is sent meanwhile.
 */
export interface Part {
  readonly namespace: string;
  readonly name: string;
  readonly notification: NotificationIdentity;
  readonly destination: string;
  readonly shard: string;
  readonly part: number;
  readonly streams: Map<string, StreamState>;
  dirtySinceMs: number;
  isUrgent: boolean;
  /** What the write that is out says of each stream, null where none is out. */
  saving: ReadonlyMap<string, StreamState["stored"]> | null;
  notBeforeMs: number;
  failures: number;
  /** Bytes of its streams' texts when they were last made: a full part takes no new streams. */
  bytes: number;
  /** Digests of what we know or may have stored ourselves: a conflict with that is no other process's word. */
  ours: readonly string[];
  /** The part that took streams from this one: it must be stored before this one is written without them. */
  after: Part | null;
}

/** A part takes new streams up to here; what its streams grow by later has the rest of `limits.deliveryBytesMax`. */
const fillBytes = limits.deliveryBytesMax / 2;

/** Names the content of a document's streams. */
export function digest(streams: readonly string[]): string {
  return hash("sha256", streams.join("\n"), "base64url");
}

/** What the streams of one group of parts have in common. */
export interface PartGroup {
  readonly notification: NotificationIdentity;
  readonly destination: string;
  readonly namespace: string;
  readonly shard: string;
}

/** Streams of one Notification × destination × GitRepo namespace × shard lie together. */
export function partGroup({ notification, destination, namespace, shard }: PartGroup): string {
  return [notification.kind, notification.namespace, notification.name, destination, namespace, shard].join("/");
}

export function newPart(group: PartGroup, part: number): Part {
  const { notification, destination, namespace, shard } = group;
  const shortHash = hash("sha256", partGroup(group), "hex").slice(0, 8);
  const readable = `${notification.name}-${destination}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-")
    .slice(0, 45)
    .replace(/^-+/, "");
  return {
    namespace,
    name: `${readable}-${shortHash}-${part}`,
    notification,
    destination,
    shard,
    part,
    streams: new Map(),
    dirtySinceMs: Infinity,
    isUrgent: false,
    saving: null,
    notBeforeMs: 0,
    failures: 0,
    bytes: 0,
    ours: [],
    after: null,
  };
}

/** Moves the younger half of an overfull part's streams to a new part, which is stored first: a crash in between leaves two copies, never none. */
export function split(part: Part, to: Part, now: number): void {
  const keys = [...part.streams.keys()];
  for (const key of keys.slice(Math.ceil(keys.length / 2))) {
    const stream = part.streams.get(key);
    part.streams.delete(key);
    if (stream !== undefined) to.streams.set(key, stream);
  }
  part.after = to;
  markDirty(to, { isUrgent: true }, now);
  markDirty(part, { isUrgent: true }, now);
}

/** True where a part does not fit into one Delivery. A stream alone always does (`limits.queuedBytesMax`). */
export function isOverfull(part: Part): boolean {
  return part.bytes > limits.deliveryBytesMax && part.streams.size > 1;
}

export function hasSpace(part: Part): boolean {
  return part.bytes < fillBytes;
}

export function markDirty(part: Part, { isUrgent }: { isUrgent: boolean }, now: number): void {
  part.dirtySinceMs = Math.min(part.dirtySinceMs, now);
  part.isUrgent ||= isUrgent;
}

/** When the part may be written; Infinity where it is clean or a write is out. */
export function saveDueMs(part: Part): number {
  if (part.saving !== null || part.dirtySinceMs === Infinity || part.after !== null) return Infinity;
  const quietMs = part.isUrgent ? 0 : limits.acknowledgementFlushMs;
  return Math.max(part.dirtySinceMs + quietMs, part.notBeforeMs);
}

/** The texts of a part's streams as they are now, in their order; measures the part. */
export function storeStreams(part: Part): readonly string[] {
  const texts = [...part.streams.values()].map((stream) => {
    stream.revision += 1;
    return storeStream(stream);
  });
  part.bytes = bytesOf(texts);
  return texts;
}

/** UTF-8. */
export function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** Begins a write of what `storeStreams` made: the document, and what it says of each stream. */
export function beginSave(part: Part, texts: readonly string[]): DeliveryDocument {
  const saving = new Map<string, StreamState["stored"]>();
  for (const [key, stream] of part.streams) saving.set(key, storedNow(stream));
  part.saving = saving;
  part.dirtySinceMs = Infinity;
  part.isUrgent = false;
  part.ours = [...part.ours.slice(1 - limits.ownWritesMax), digest(texts)];
  const streams = [...part.streams.values()];
  const lastSentMs = Math.max(0, ...streams.map((it) => it.lastSentMs));
  return {
    namespace: part.namespace,
    name: part.name,
    spec: {
      notification: part.notification,
      destination: part.destination,
      shard: part.shard,
      part: part.part,
      streamCount: streams.length,
      pending: streams.filter((it) => it.queue.length > 0).length,
      failing: streams.filter((it) => it.lastError !== "").length,
      lastSentTime: lastSentMs === 0 ? "" : new Date(lastSentMs).toISOString(),
      lastError: streams.find((it) => it.lastError !== "")?.lastError ?? "",
      streams: texts,
    },
  };
}

/** The write is known to be stored: what it says of the streams covers their attempts from now on. */
export function saved(part: Part): void {
  for (const [key, stored] of part.saving ?? []) {
    const stream = part.streams.get(key);
    if (stream !== undefined) stream.stored = stored;
  }
  part.saving = null;
  part.failures = 0;
  part.notBeforeMs = 0;
}

/** The write is not known to be stored: again after a pause; until then nothing that depends on it is sent. */
export function saveFailed(part: Part, now: number): void {
  part.saving = null;
  part.failures += 1;
  markDirty(part, { isUrgent: true }, now);
  const pauseMs = backoffMs({
    failures: part.failures,
    seed: part.name,
    minMs: limits.saveRetryMinMs,
    maxMs: limits.saveRetryMaxMs,
  });
  part.notBeforeMs = now + pauseMs;
}
