/** Asks whether moments have passed, and keeps the next one that has not: when the answers may change by time alone. */
export class Alarm {
  readonly now: number;
  #nextMs = Infinity;

  constructor(now: number) {
    this.now = now;
  }

  /** The next moment that was asked about and has not passed; Infinity where none. */
  get nextMs(): number {
    return this.#nextMs;
  }

  passed(atMs: number): boolean {
    if (atMs <= this.now) return true;
    if (atMs < this.#nextMs) this.#nextMs = atMs;
    return false;
  }
}
