import type { Random } from "./seeded-random.ts";

/** A duration in milliseconds, or the two between which it is drawn. */
export type Duration = number | readonly [number, number];

/** Something that happens in steps: it yields how long it waits before the next one. */
export type Process = Generator<Duration, void, void>;

/** What is left to happen of a process can be called off. */
export interface Running {
  readonly isDone: boolean;
  stop(): void;
}

interface Entry {
  readonly atMs: number;
  readonly run: () => void;
}

/**
 * What is to happen, and when: virtual time that moves only when it is told to. What is due at the same millisecond happens in the order
 * in which it was planned, so that a story follows from its seed alone.
 */
export class Agenda {
  readonly #random: Random;
  /** Sorted: the next one is the last. */
  readonly #entries: Entry[] = [];
  #nowMs: number;

  constructor(startMs: number, random: Random) {
    this.#nowMs = startMs;
    this.#random = random;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** When the next thing happens; Infinity where nothing is planned. */
  get nextMs(): number {
    return this.#entries.at(-1)?.atMs ?? Infinity;
  }

  /** Plans `run`; the returned function calls it off. */
  after(duration: Duration, run: () => void): () => void {
    const entry: Entry = { atMs: this.#nowMs + this.draw(duration), run };
    // Of those at the same time the first planned lies last.
    const index = this.#entries.findLastIndex((other) => other.atMs > entry.atMs) + 1;
    this.#entries.splice(index, 0, entry);
    return () => {
      const at = this.#entries.indexOf(entry);
      if (at !== -1) this.#entries.splice(at, 1);
    };
  }

  /** Starts a process: its first step is taken at once. */
  start(process: Process): Running {
    let isDone = false;
    let cancel = () => {};
    const step = () => {
      const { done, value } = process.next();
      if (done === true) isDone = true;
      else if (!isDone) cancel = this.after(value, step);
    };
    step();
    return {
      get isDone() {
        return isDone;
      },
      stop: () => {
        isDone = true;
        cancel();
      },
    };
  }

  /** Moves time on, and lets happen what is due on the way. */
  advance(toMs: number): void {
    while (this.nextMs <= toMs) {
      const entry = this.#entries.pop();
      if (entry === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, entry.atMs);
      entry.run();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  draw(duration: Duration): number {
    if (typeof duration === "number") return duration;
    const [least, most] = duration;
    return Math.round(least + (most - least) * this.#random());
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.#random() < probability;
  }
}
