import { type Random, seededRandom } from "../world/seeded-random.ts";

/** Draws that follow from a seed. Each purpose has dice of its own (`fork`), so that one more draw here changes nothing there. */
export class Dice {
  readonly seed: number;
  readonly random: Random;

  constructor(seed: number) {
    this.seed = seed;
    this.random = seededRandom(seed);
  }

  fork(purpose: string): Dice {
    let hash = this.seed ^ 0x811c9dc5;
    for (const character of purpose) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    return new Dice(hash >>> 0);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** An integer from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.random() * items.length)];
    if (item === undefined) throw new Error("nothing to pick from: give at least one item");
    return item;
  }

  /** One of the keys, each as often as its weight says. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return this.pick(entries)[0];
  }
}
