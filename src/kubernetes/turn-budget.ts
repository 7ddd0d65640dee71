import { setImmediate as nextTurn } from "node:timers/promises";
import { limits } from "../core/limits.ts";

/**
 * Keeps a stream that comes faster than it is decoded from holding the event loop: a socket hands over up to 2 MB in one turn, and what waits
 * behind it may be the renewal of the lease.
 */
export class TurnBudget {
  #beganMs = performance.now();

  /** Returns at once while the budget lasts, else in the event loop's next turn. */
  async spend(): Promise<void> {
    if (performance.now() - this.#beganMs < limits.turnMs) return;
    await nextTurn();
    this.#beganMs = performance.now();
  }
}
