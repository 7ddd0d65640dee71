import type { Process } from "./agenda.ts";
import type { FleetContext } from "./fleet-model.ts";

/**
 * A controller's queue: each object is looked at by one pass at a time. What asks for a pass while one is waiting is covered by it; what asks
 * while one is running gets another one afterwards.
 */
export class WorkQueue {
  readonly #context: () => FleetContext;
  readonly #waiting = new Set<object>();
  readonly #running = new Set<object>();
  readonly #again = new Map<object, () => Process>();

  constructor(context: () => FleetContext) {
    this.#context = context;
  }

  request(key: object, pass: () => Process): void {
    if (this.#waiting.has(key)) return;
    if (this.#running.has(key)) {
      this.#again.set(key, pass);
      return;
    }
    const { agenda, timings } = this.#context();
    this.#waiting.add(key);
    agenda.after(timings.reconcile, () => {
      this.#waiting.delete(key);
      this.#running.add(key);
      agenda.start(this.#run(key, pass));
    });
  }

  *#run(key: object, pass: () => Process): Process {
    yield* pass();
    this.#running.delete(key);
    const again = this.#again.get(key);
    this.#again.delete(key);
    if (again !== undefined) this.request(key, again);
  }
}
