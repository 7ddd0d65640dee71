import type { Clock } from "./ports.ts";

/** A clock that stands still until it is told to move: for `replay`, tests and the simulation. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #wakes: { atMs: number; wake: () => void }[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    const entry = { atMs, wake };
    this.#wakes.push(entry);
    return () => {
      this.#wakes = this.#wakes.filter((it) => it !== entry);
    };
  }

  /** When the next wake-up is due; Infinity where none is. */
  nextMs(): number {
    return Math.min(Infinity, ...this.#wakes.map((it) => it.atMs));
  }

  /** Moves to a moment and calls, in order, what is due by then. True where something was. */
  moveTo(ms: number): boolean {
    this.#nowMs = Math.max(this.#nowMs, ms);
    const due = this.#wakes.filter((it) => it.atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
    this.#wakes = this.#wakes.filter((it) => it.atMs > this.#nowMs);
    for (const { wake } of due) wake();
    return due.length > 0;
  }
}
