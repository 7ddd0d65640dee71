import { limits } from "../core/limits.ts";
import type { Clock } from "../engine/ports.ts";
import type { Query } from "./client.ts";
import { Deadline } from "./deadline.ts";

export interface OpenWatchOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly parent: AbortSignal;
  /** When the watch is to make room for a list. */
  readonly endMs: number;
}

/**
 * The life of one watch: ended when it has been silent for too long (a half-open connection says nothing for ever), or when a list is due.
 * `release` must be called when it is over.
 */
export class OpenWatch {
  /** Who ended it: the server, unless told otherwise. */
  end: "server" | "silent" | "due" = "server";
  readonly openedMs: number;
  /** How the server is asked to serve it. */
  readonly query: Query;
  readonly #clock: Clock;
  readonly #deadline: Deadline;
  readonly #idleMs: number;
  readonly #cancelEnd: () => void;
  #heardMs: number;
  #cancelIdle: () => void = () => {};

  constructor({ clock, random, parent, endMs }: OpenWatchOptions) {
    const between = (min: number, max: number) => min + random() * (max - min);
    this.#clock = clock;
    this.openedMs = clock.now();
    this.#heardMs = this.openedMs;
    this.#idleMs = between(limits.watchIdleMinMs, limits.watchIdleMaxMs);
    this.#deadline = new Deadline({ clock, parent, afterMs: Infinity });
    this.query = {
      allowWatchBookmarks: true,
      timeoutSeconds: Math.round(between(limits.watchLifeMinMs, limits.watchLifeMaxMs) / 1_000),
    };
    this.#cancelEnd = clock.wakeAt(endMs, () => this.#finish("due"));
    this.#checkIdle();
  }

  get signal(): AbortSignal {
    return this.#deadline.signal;
  }

  /** How long it has been open. */
  get ageMs(): number {
    return this.#clock.now() - this.openedMs;
  }

  /** The connection has shown that it lives. Cheap: called for each chunk. */
  hear(): void {
    this.#heardMs = this.#clock.now();
  }

  release(): void {
    this.#cancelEnd();
    this.#cancelIdle();
    this.#deadline.release();
  }

  #checkIdle(): void {
    const dueMs = this.#heardMs + this.#idleMs;
    if (this.#clock.now() >= dueMs) this.#finish("silent");
    else this.#cancelIdle = this.#clock.wakeAt(dueMs, () => this.#checkIdle());
  }

  #finish(end: "silent" | "due"): void {
    if (this.signal.aborted) return;
    this.end = end;
    this.#deadline.expire();
  }
}
