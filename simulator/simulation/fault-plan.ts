import type { Dice } from "./dice.ts";

/** Where something can go wrong, and what. Each name is one fault; the ports say what it means there. */
export const faults = {
  save: ["refused", "lost", "conflict", "killBefore", "killAfter", "slow"],
  ask: ["unavailable", "slow", "killAfter"],
  read: ["status500", "reset", "limited", "slow"],
  write: ["status502", "resetBefore", "resetAfter", "lost502", "limited", "secondary", "killBefore", "killAfter", "slow"],
  hook: ["status503", "limited", "resetAfter", "lost500", "refused", "killBefore", "killAfter", "slow", "hang", "late"],
  lease: ["unavailable", "lost", "slow", "cut"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FaultPlace = keyof typeof faults;
export type Fault = (typeof faults)[FaultPlace][number];

/** Draws faults until they end. `rate` is how often one happens at each place. */
export class FaultPlan {
  injected = 0;
  readonly #dice: Dice;
  readonly #rates: Readonly<Record<FaultPlace, number>>;
  #isOver = false;

  constructor(dice: Dice, rates: Readonly<Record<FaultPlace, number>>) {
    this.#dice = dice;
    this.#rates = rates;
  }

  /** From now on everything works. */
  end(): void {
    this.#isOver = true;
  }

  draw<Place extends FaultPlace>(place: Place): (typeof faults)[Place][number] | null {
    if (this.#isOver || !this.#dice.chance(this.#rates[place])) return null;
    this.injected += 1;
    return this.#dice.pick<(typeof faults)[Place][number]>(faults[place]);
  }

  /** How long something slow takes (milliseconds); within every time-out of the product. */
  slownessMs(): number {
    return this.#dice.between(50, 8_000);
  }

  /** How long nothing goes through (milliseconds): within a lease's time, or longer. */
  outageMs(): number {
    return this.#dice.between(3_000, 40_000);
  }

  /** How long a receiver asks to be left alone (seconds). */
  restSeconds(): number {
    return this.#dice.between(1, 60);
  }
}
