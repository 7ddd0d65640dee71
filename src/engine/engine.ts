import type { CoreEffect } from "../core/core-effect.ts";
import type { CoreState } from "../core/core-state.ts";
import { type CoreInput, dueMs, step } from "../core/step.ts";
import type { Actor } from "./actor.ts";
import type { Clock } from "./ports.ts";

/**
 * The loop: takes inputs, lets the core decide, performs the effects, feeds back what came of them. The only place that awaits.
 *
 * Inputs that arrive while a turn is due are taken together: a burst of changes is judged once. A turn runs as soon as the event loop is free.
 */
export class Engine {
  readonly #state: CoreState;
  readonly #clock: Clock;
  readonly #actor: Actor;
  readonly #schedule: (turn: () => void) => void;
  /** Waiting inputs. Bounded by what the reflectors may hand over in one turn of the event loop, and by one answer for each effect. */
  #inputs: CoreInput[] = [];
  #isTurnDue = false;
  #inFlight = 0;
  #cancelWake: () => void = () => {};
  #idle: (() => void)[] = [];
  #isStopped = false;
  #isDraining = false;

  /** `schedule`: runs a turn as soon as what goes on has come to rest; by default when the event loop is free. */
  constructor({
    state,
    clock,
    actor,
    schedule = setImmediate,
  }: {
    state: CoreState;
    clock: Clock;
    actor: Actor;
    schedule?: (turn: () => void) => void;
  }) {
    this.#state = state;
    this.#clock = clock;
    this.#actor = actor;
    this.#schedule = schedule;
  }

  /** Hands an input to the core. After `stop` it is ignored: what was stored speaks for it. */
  feed(input: CoreInput): void {
    if (this.#isStopped) return;
    this.#inputs.push(input);
    this.#scheduleTurn();
  }

  /** Resolves once no input waits and no effect is out. What only time can bring is not waited for. */
  async idle(): Promise<void> {
    if (this.#inputs.length === 0 && !this.#isTurnDue && this.#inFlight === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** When the core has something to do though nothing happens; Infinity where never. */
  dueMs(): number {
    return dueMs(this.#state);
  }

  /** How many streams there are, have something to say, and cannot say it. */
  streams(): { readonly total: number; readonly pending: number; readonly failing: number } {
    const streams = [...this.#state.delivery.streams.values()];
    return {
      total: streams.length,
      pending: streams.filter((it) => it.queue.length > 0).length,
      failing: streams.filter((it) => it.lastError !== "").length,
    };
  }

  /** Shutdown: nothing more is sent or asked; what was decided is written at once. `idle` resolves when it is. */
  drain(): void {
    this.#isDraining = true;
    this.feed({ kind: "flush" });
  }

  /** Takes no more inputs and performs no more effects. */
  stop(): void {
    this.#isStopped = true;
    this.#inputs = [];
    this.#cancelWake();
    this.#settleIdle();
  }

  #scheduleTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    this.#schedule(() => {
      this.#isTurnDue = false;
      if (!this.#isStopped) this.#turn();
    });
  }

  #turn(): void {
    const inputs = this.#inputs;
    this.#inputs = [];
    const now = this.#clock.now();
    const effects = step(this.#state, inputs, now);
    for (const effect of effects) this.#perform(effect);
    this.#cancelWake();
    const next = dueMs(this.#state);
    if (next <= now) this.#scheduleTurn();
    this.#cancelWake = next <= now || next === Infinity ? () => {} : this.#clock.wakeAt(next, () => this.#scheduleTurn());
    this.#settleIdle();
  }

  #perform(effect: CoreEffect): void {
    // What is not sent now is sent by the next process: its intent is stored.
    if (this.#isDraining && (effect.kind === "send" || effect.kind === "ask")) return;
    this.#inFlight += 1;
    void this.#learn(this.#actor.perform(effect, this.#state));
  }

  /** An actor never rejects: every effect is answered. */
  async #learn(performed: Promise<CoreInput | null>): Promise<void> {
    const answer = await performed;
    this.#inFlight -= 1;
    if (answer !== null) this.feed(answer);
    this.#settleIdle();
  }

  #settleIdle(): void {
    const isBusy = this.#inputs.length > 0 || this.#isTurnDue || this.#inFlight > 0;
    if (isBusy && !this.#isStopped) return;
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}
