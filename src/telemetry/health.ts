/** What must be known before a replica is of use: the caches are filled, and who holds the lease is known (design §2, §8). */
export const readinessParts = ["caches", "lease"] as const;
export type ReadinessPart = (typeof readinessParts)[number];

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: string;
}

/** Answers `/healthz` and `/readyz`. A standby that waits for the lease is ready: it can take over at once. */
export class Health {
  readonly #waiting: Set<ReadinessPart>;
  #isStopping = false;

  /** `parts`: what this process waits for; without the watcher there is nothing. */
  constructor(parts: readonly ReadinessPart[] = readinessParts) {
    this.#waiting = new Set(parts);
  }

  done(part: ReadinessPart): void {
    this.#waiting.delete(part);
  }

  /** Not ready any more: no new traffic is to come. */
  stop(): void {
    this.#isStopping = true;
  }

  /** That this is answered at all says that the event loop runs. */
  live(): HealthAnswer {
    return { status: 200, body: "ok\n" };
  }

  ready(): HealthAnswer {
    if (this.#isStopping) return { status: 503, body: "stopping\n" };
    if (this.#waiting.size > 0) return { status: 503, body: `waiting for: ${[...this.#waiting].join(", ")}\n` };
    return { status: 200, body: "ok\n" };
  }
}
