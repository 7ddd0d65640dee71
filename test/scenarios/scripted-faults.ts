import { Dice } from "../../simulator/simulation/dice.ts";
import { type Fault, type FaultPlace, FaultPlan, faults } from "../../simulator/simulation/fault-plan.ts";

const never: Readonly<Record<FaultPlace, number>> = { save: 0, ask: 0, read: 0, write: 0, hook: 0, lease: 0 };

/** Faults where a scenario says so, and nowhere else. */
export class ScriptedFaults extends FaultPlan {
  readonly #now: () => number;
  readonly #next = new Map<FaultPlace, Fault[]>();
  readonly #downUntilMs = new Map<FaultPlace, { readonly fault: Fault; readonly untilMs: number }>();

  constructor(now: () => number) {
    super(new Dice(1), never);
    this.#now = now;
  }

  /** The next effect at this place meets this fault, once. */
  meetNext(place: FaultPlace, fault: Fault): void {
    this.#next.set(place, [...(this.#next.get(place) ?? []), fault]);
  }

  /** Every effect at this place meets this fault for so long. */
  takeDown(place: FaultPlace, { fault, forMs }: { fault: Fault; forMs: number }): void {
    this.#downUntilMs.set(place, { fault, untilMs: this.#now() + forMs });
  }

  override draw<Place extends FaultPlace>(place: Place): (typeof faults)[Place][number] | null {
    const down = this.#downUntilMs.get(place);
    const isDown = down !== undefined && this.#now() < down.untilMs;
    const fault = this.#next.get(place)?.shift() ?? (isDown ? down.fault : null);
    if (fault === null) return null;
    this.injected += 1;
    return fault;
  }
}

/** The fault of this name at this place; throws where there is none. */
export function faultAt(place: FaultPlace, name: string): Fault {
  const found = faults[place].find((it) => it === name);
  if (found === undefined) throw new Error(`no fault "${name}" of ${place}. Allowed: ${faults[place].join(", ")}`);
  return found;
}
