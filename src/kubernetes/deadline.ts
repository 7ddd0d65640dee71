import type { Clock } from "../engine/ports.ts";

/**
 * Ends one piece of work: when its caller says so, or when its time is over. `release` must be called once the work is done; until then
 * the caller's signal holds a listener.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #cancelWake: () => void;
  readonly #onAbort = () => this.#controller.abort();
  #isOver = false;

  /** `afterMs` Infinity: ended by the caller alone. */
  constructor({ clock, parent, afterMs }: { clock: Clock; parent: AbortSignal; afterMs: number }) {
    this.#parent = parent;
    if (parent.aborted) this.#controller.abort();
    else parent.addEventListener("abort", this.#onAbort, { once: true });
    this.#cancelWake = afterMs === Infinity ? () => {} : clock.wakeAt(clock.now() + afterMs, () => this.expire());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True where the time was over before the caller gave up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What `work` comes to, or a rejection once the work is ended: for what cannot be aborted itself. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(new Error("given up"));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([work, ended]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the work as if its time were over. */
  expire(): void {
    if (this.#controller.signal.aborted) return;
    this.#isOver = true;
    this.#controller.abort();
  }

  release(): void {
    this.#cancelWake();
    this.#parent.removeEventListener("abort", this.#onAbort);
  }
}
