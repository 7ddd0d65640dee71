import { limits } from "../limits.ts";

/**
 * Which objects changed since a version, for readers that look at what changed alone. Bounded: a reader that is further behind gets null and
 * looks at everything. Any number of readers; each remembers the version that it has seen.
 */
export class ChangeLog {
  #uids: string[] = [];
  /** The version before the first uid that is kept. */
  #base: number;

  /** `firstVersion` keeps the versions of a log apart from those of another one that it takes the place of. */
  constructor(firstVersion: number) {
    this.#base = firstVersion;
  }

  get version(): number {
    return this.#base + this.#uids.length;
  }

  note(uid: string): void {
    this.#uids.push(uid);
    if (this.#uids.length <= limits.changesMax) return;
    const dropped = limits.changesMax / 2;
    this.#uids = this.#uids.slice(dropped);
    this.#base += dropped;
  }

  /** The uids of what changed after `version`, each once; null where that is too long ago to tell. */
  since(version: number): ReadonlySet<string> | null {
    if (version < this.#base || version > this.version) return null;
    return new Set(this.#uids.slice(version - this.#base));
  }
}
