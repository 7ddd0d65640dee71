/**
 * Runs pieces of work one at a time for each key, in the order in which they came: a slot has one write at a time. Different keys do not
 * wait for each other. Bounded by its callers: each piece of work belongs to a send, and those are bounded by endpoint.
 */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<void>>();

  /** Resolves or rejects with what `work` does, once it is its turn. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const { promise: tail, resolve: release } = Promise.withResolvers<void>();
    this.#tails.set(key, tail);
    await before;
    try {
      return await work();
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
      release();
    }
  }
}
