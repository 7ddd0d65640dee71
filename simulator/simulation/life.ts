import type { Clock } from "../../src/engine/ports.ts";

/** One process of the product, from its start until it is killed. What a dead one was doing never goes on. */
export class Life {
  readonly abort = new AbortController();
  /** What waits for this one is forgotten with its process: one for all would keep every world. */
  readonly #never = new Promise<never>(() => {});
  /** Later processes have higher numbers. */
  readonly number: number;
  readonly #clock: Clock;
  readonly #onDeath: (why: string) => void;
  #isAlive = true;

  constructor(clock: Clock, onDeath: (why: string) => void, number = 0) {
    this.number = number;
    this.#clock = clock;
    this.#onDeath = onDeath;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Killed with -9: no shutdown, no last write. */
  die(why: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#onDeath(why);
  }

  /** Its time is over: what is on the wire is aborted, and nothing more is done. */
  end(): void {
    this.#isAlive = false;
    this.abort.abort();
  }

  /** Resolves at once where the process lives, never where it is dead. */
  async goOn(): Promise<void> {
    if (!this.#isAlive) await this.#never;
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.wakeAt(this.#clock.now() + ms, resolve));
    await this.goOn();
  }

  /** No answer comes: rejects when whoever asked gives up. */
  async hang(signal: AbortSignal): Promise<never> {
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await this.goOn();
    throw new Error("given up");
  }

  /** Left its machine: it goes on whatever becomes of the process. */
  onItsWay(ms: number, arrive: () => void): void {
    this.#clock.wakeAt(this.#clock.now() + ms, arrive);
  }

  async dieHere(why: string): Promise<never> {
    this.die(why);
    return await this.#never;
  }
}
