import type { Clock } from "../../src/engine/ports.ts";
import { Lease } from "../../src/kubernetes/lease.ts";
import type { Dice } from "./dice.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { Life } from "./life.ts";
import type { Seams } from "./seams.ts";
import type { SimulatedLease } from "./simulated-lease.ts";

/** One replica of a world: its name, and by how much the clock of its machine is off. */
export interface ReplicaSetting {
  readonly name: string;
  readonly skewMs: number;
}

/** By how much the clock of a machine is off at most. */
export const skewMaxMs = 10_000;

export interface ReplicaSurroundings {
  readonly clock: Clock;
  readonly faults: FaultPlan;
  readonly lease: SimulatedLease;
  readonly seams: Seams;
  readonly dice: Dice;
  /** It holds the lease until `held` is aborted. */
  readonly onAcquired: (held: AbortSignal) => void;
}

/** One replica: takes part in the election (the product's own) from its start until it is killed, and comes back under its name. */
export class SimulatedReplica {
  readonly #setting: ReplicaSetting;
  readonly #surroundings: ReplicaSurroundings;
  #life: Life | null = null;

  constructor(setting: ReplicaSetting, surroundings: ReplicaSurroundings) {
    this.#setting = setting;
    this.#surroundings = surroundings;
  }

  get name(): string {
    return this.#setting.name;
  }

  /** The clock of its machine. */
  clockOf(life: Life): Clock {
    const { clock } = this.#surroundings;
    const { skewMs } = this.#setting;
    return {
      now: () => clock.now() + skewMs,
      wakeAt: (atMs, wake) =>
        clock.wakeAt(atMs - skewMs, () => {
          if (life.isAlive) wake();
        }),
    };
  }

  start(): void {
    const { clock, faults, lease, seams, dice, onAcquired } = this.#surroundings;
    const life = new Life(clock, () => {});
    this.#life = life;
    void new Lease({
      client: seams.lease(lease.clientOf({ life, faults, now: () => clock.now() })),
      clock: this.clockOf(life),
      random: dice.random,
      namespace: "signalman",
      name: "signalman",
      identity: this.name,
      onAcquired,
      onProblem: () => {},
    });
  }

  /** Killed with -9: the lease is not given back. */
  die(why: string): void {
    this.#life?.die(why);
  }
}
