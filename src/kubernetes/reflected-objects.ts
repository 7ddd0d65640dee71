import { setImmediate as nextTurn } from "node:timers/promises";
import { limits } from "../core/limits.ts";
import type { KubernetesMetadata } from "./kubernetes-object.ts";
import type { ReflectorStats } from "./reflector-stats.ts";

/** What became of one object. An object that was deleted and made again under its name is another one: remove, then put. */
export type ReflectedChange<Record> =
  | { readonly kind: "put"; readonly uid: string; readonly record: Record }
  | { readonly kind: "remove"; readonly uid: string };

export interface ReflectedObjectsOptions<Record> {
  /** The whole object as it was decoded, never kept. null: it does not concern us (any more). */
  readonly project: (object: unknown) => Record | null;
  readonly onChange: (change: ReflectedChange<Record>) => void;
  readonly stats: ReflectorStats;
  /** What a callback threw. */
  readonly onDefect: (code: "ProjectionFailed" | "ChangeRefused", error: unknown) => void;
}

/** Stands for "told, but not taken": the next list tells it again. No server uses it. */
const refusedVersion = "";

/**
 * Which objects were told, by uid, and in which version: no more is needed to find in a list what changed and what is gone. A callback that
 * throws changes nothing here but its own object's version.
 */
export class ReflectedObjects<Record> {
  readonly #options: ReflectedObjectsOptions<Record>;
  readonly #versions = new Map<string, string>();
  #isStopped = false;

  constructor(options: ReflectedObjectsOptions<Record>) {
    this.#options = options;
  }

  get size(): number {
    return this.#versions.size;
  }

  /** From now on nothing is told. */
  stop(): void {
    this.#isStopped = true;
  }

  /** An object as a watch tells it; what was told before in the same version is left out. */
  put(object: unknown): void {
    const found = this.#read(object);
    if (found === null) return;
    if (this.#versions.get(found.uid) === found.version) this.#options.stats.duplicates += 1;
    else this.#tellProjected(found, this.#project(object));
  }

  /** An object that a watch tells to be gone. */
  remove(object: unknown): void {
    const found = this.#read(object);
    if (found !== null && this.#versions.has(found.uid)) this.#tellRemoved(found.uid);
  }

  /**
   * Takes a list. The first one is told as it comes; a later one at its end, what is gone before what is new, so that a list which fails
   * half-way changes nothing.
   *
   * `toldUpTo`: the resourceVersion up to which a healthy watch has told everything, where this list is to check it; "" else.
   */
  beginList(toldUpTo: string): ListSession {
    const seen = new Set<string>();
    const changed: { readonly found: Found; readonly record: Record | null }[] = [];
    const isFirst = toldUpTo === "" && this.#versions.size === 0;
    return {
      item: (object) => {
        const found = this.#read(object);
        if (found === null || this.#isStopped) return;
        seen.add(found.uid);
        if (this.#versions.get(found.uid) === found.version) return;
        const record = this.#project(object);
        if (record === undefined) return;
        if (isFirst) this.#tellProjected(found, record);
        else changed.push({ found, record });
      },
      finish: async () => {
        const gone = isFirst ? [] : [...this.#versions.keys()].filter((uid) => !seen.has(uid));
        const news = changed.filter(({ found, record }) => record !== null || this.#versions.has(found.uid));
        if (toldUpTo !== "") this.#options.stats.missed += gone.length + this.#missed(news, toldUpTo);
        await this.#inTurns(gone, (uid) => this.#tellRemoved(uid));
        await this.#inTurns(news, ({ found, record }) => this.#tellProjected(found, record));
      },
    };
  }

  /** How many of them a watch that has told everything up to there should have told. */
  #missed(news: readonly { readonly found: Found }[], toldUpTo: string): number {
    return news.filter(({ found: { uid, version } }) => {
      return this.#versions.get(uid) !== refusedVersion && isUpTo(version, toldUpTo);
    }).length;
  }

  /** Leaves the event loop to others now and then: after a long cut everything may have changed. */
  async #inTurns<T>(items: readonly T[], tell: (item: T) => void): Promise<void> {
    for (const [index, item] of items.entries()) {
      if (index > 0 && index % limits.changesInTurnMax === 0) await nextTurn();
      tell(item);
    }
  }

  #read(object: unknown): Found | null {
    const { uid, resourceVersion } = (object as { metadata?: Partial<KubernetesMetadata> } | null)?.metadata ?? {};
    if (typeof uid !== "string" || uid === "" || typeof resourceVersion !== "string") {
      this.#options.stats.unreadable += 1;
      return null;
    }
    return { uid, version: resourceVersion };
  }

  /** undefined: the projection threw; what was told before stays, and the next version is another chance. */
  #project(object: unknown): Record | null | undefined {
    try {
      return this.#options.project(object);
    } catch (error) {
      this.#options.stats.projectionFailures += 1;
      this.#options.onDefect("ProjectionFailed", error);
      return undefined;
    }
  }

  #tellProjected({ uid, version }: Found, record: Record | null | undefined): void {
    if (record === undefined) return;
    if (record === null) {
      if (this.#versions.has(uid)) this.#tellRemoved(uid);
      return;
    }
    this.#versions.set(uid, this.#tell({ kind: "put", uid, record }) ? version : refusedVersion);
  }

  #tellRemoved(uid: string): void {
    if (this.#tell({ kind: "remove", uid })) this.#versions.delete(uid);
    else this.#versions.set(uid, refusedVersion);
  }

  /** False where the callback threw. */
  #tell(change: ReflectedChange<Record>): boolean {
    if (this.#isStopped) return true;
    this.#options.stats.changes += 1;
    try {
      this.#options.onChange(change);
      return true;
    } catch (error) {
      this.#options.stats.changesRefused += 1;
      this.#options.onDefect("ChangeRefused", error);
      return false;
    }
  }
}

interface Found {
  readonly uid: string;
  readonly version: string;
}

export interface ListSession {
  readonly item: (object: unknown) => void;
  /** All pages are read: tells what changed. */
  readonly finish: () => Promise<void>;
}

/** Versions that are no numbers cannot be compared: then nothing is counted as missed. */
function isUpTo(version: string, toldUpTo: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(toldUpTo) && BigInt(version) <= BigInt(toldUpTo);
}
