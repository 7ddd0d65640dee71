import type { KubernetesKind } from "./kubernetes-kind.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { expired } from "./kubernetes-problem.ts";

/** One write, as watches tell it. A DELETED change carries the last state of the object under the deletion's resourceVersion. */
export interface KubernetesChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly kind: KubernetesKind;
  readonly object: KubernetesObject;
  /** The state before this write; null for ADDED. */
  readonly previous: KubernetesObject | null;
  readonly resourceVersion: number;
}

/** Keys in the order in which lists tell them, and how to look them up, as of one resourceVersion. */
export interface Snapshot {
  readonly keys: readonly string[];
  readonly get: (key: string) => KubernetesObject | undefined;
}

/** The first index whose value is not less than (`orEqual`: not less than or equal to) what is sought. */
function lowerBound(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first key that is greater than or equal to `from`. Keys compare as etcd compares them: byte by byte. */
export function firstKeyFrom(keys: readonly string[], from: string): number {
  return lowerBound(keys.length, (index) => (keys[index] ?? "") < from);
}

/** The objects of one kind, and what happened to them since the horizon. */
export class KubernetesCollection {
  readonly kind: KubernetesKind;
  readonly #changesMax: number;
  readonly #objects = new Map<string, KubernetesObject>();
  #sortedKeys: readonly string[] | null = null;
  #changes: KubernetesChange[] = [];
  #lastChanged = 0;
  #horizon: number;

  /** `changesMax` bounds the history; older changes are forgotten as if compacted. */
  constructor(kind: KubernetesKind, { horizon, changesMax }: { horizon: number; changesMax: number }) {
    this.kind = kind;
    this.#horizon = horizon;
    this.#changesMax = changesMax;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** The resourceVersion of the last write to this kind; 0 where there was none. */
  get lastChanged(): number {
    return this.#lastChanged;
  }

  get(key: string): KubernetesObject | undefined {
    return this.#objects.get(key);
  }

  apply(key: string, change: KubernetesChange): void {
    if (change.type === "DELETED") this.#objects.delete(key);
    else this.#objects.set(key, change.object);
    if (change.type !== "MODIFIED") this.#sortedKeys = null;
    this.#lastChanged = change.resourceVersion;
    this.#changes.push(change);
    if (this.#changes.length > this.#changesMax) {
      const kept = this.#changes.slice(this.#changes.length >>> 1);
      this.compact((kept[0]?.resourceVersion ?? 1) - 1);
    }
  }

  /** Forgets what happened up to and including `resourceVersion`. */
  compact(resourceVersion: number): void {
    this.#horizon = Math.max(this.#horizon, resourceVersion);
    this.#changes = this.#changes.slice(this.#indexAfter(resourceVersion));
  }

  /** Changes later than `resourceVersion`, oldest first. Throws 410 where they have been forgotten. */
  changesSince(resourceVersion: number): readonly KubernetesChange[] {
    if (resourceVersion < this.#horizon) {
      throw expired(`too old resource version: ${resourceVersion} (${this.#horizon})`);
    }
    return this.#changes.slice(this.#indexAfter(resourceVersion));
  }

  /** What the collection held at `resourceVersion`; null where that has been forgotten. */
  snapshotAt(resourceVersion: number): Snapshot | null {
    const keys = this.#keys();
    const last = this.#changes.at(-1);
    if (last === undefined || last.resourceVersion <= resourceVersion) {
      return resourceVersion < this.#horizon ? null : { keys, get: (key) => this.#objects.get(key) };
    }
    if (resourceVersion < this.#horizon) return null;
    const before = new Map<string, KubernetesObject | undefined>();
    for (const change of this.changesSince(resourceVersion)) {
      const key = keyOf(change.object);
      if (!before.has(key)) before.set(key, change.previous ?? undefined);
    }
    const get = (key: string) => (before.has(key) ? before.get(key) : this.#objects.get(key));
    const everyKey = new Set([...keys, ...before.keys()]);
    return { keys: [...everyKey].filter((key) => get(key) !== undefined).sort(), get };
  }

  #keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#objects.keys()].sort();
    return this.#sortedKeys;
  }

  #indexAfter(resourceVersion: number): number {
    return lowerBound(this.#changes.length, (index) => (this.#changes[index]?.resourceVersion ?? 0) <= resourceVersion);
  }
}

/** `namespace/name`, or `name` where there is no namespace: the order of keys is the order of lists. */
export function keyOf(object: KubernetesObject): string {
  return keyFor(object.metadata.namespace ?? "", object.metadata.name);
}

export function keyFor(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}
