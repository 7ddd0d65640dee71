import { limits } from "../core/limits.ts";
import type { SlotMemory } from "../destinations/destination.ts";
import { KeyedQueue } from "./keyed-queue.ts";

/** One write at a time in a slot, and what this process knows of each slot's content. Forgetting costs a question to GitHub. */
export class SlotMemories {
  readonly #queue = new KeyedQueue();
  readonly #known = new Map<string, string>();

  async inSlot<T>(slot: string, work: (memory: SlotMemory) => Promise<T>): Promise<T> {
    const memory: SlotMemory = {
      get: () => this.#known.get(slot) ?? null,
      set: (content) => {
        this.#known.delete(slot);
        if (content !== null) this.#known.set(slot, content);
        this.#forgetOldest();
      },
    };
    return await this.#queue.run(slot, () => work(memory));
  }

  #forgetOldest(): void {
    for (const slot of this.#known.keys()) {
      if (this.#known.size <= limits.slotsKnownMax) return;
      this.#known.delete(slot);
    }
  }
}
