import type { Clock } from "../../src/engine/ports.ts";

/** One process of the product, from its start until it is killed. What a dead one was doing never goes on. */
export class Life {
  readonly abort = new AbortController();
  /** What waits for this one is forgotten with its process: one for all would keep every world. */
  readonly #never = new Promise<never>(() => {});
  readonly #clock: Clock;
  readonly #onDeath: (why: string) => void;
  #isAlive = true;

  constructor(clock: Clock, onDeath: (why: string) => void) {
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

  /** Resolves at once where the process lives, never where it is dead. */
  async goOn(): Promise<void> {
    if (!this.#isAlive) await this.#never;
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.wakeAt(this.#clock.now() + ms, resolve));
    await this.goOn();
  }

  async dieHere(why: string): Promise<never> {
    this.die(why);
    return await this.#never;
  }
}
