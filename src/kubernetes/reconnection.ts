import { limits } from "../core/limits.ts";

/** How a try to list and watch ended. */
export interface AttemptEnd {
  readonly lastedMs: number;
  /** How long its watch was open; 0 where it came to none. */
  readonly watchedMs: number;
  /** True where the server refused or broke its word; false where the watch ended or was cut, as all of them do some time. */
  readonly isRefusal: boolean;
  readonly retryAfterMs: number;
}

/**
 * How long to wait before the next try. The wait doubles from failure to failure with jitter and counts from when the try began, so that
 * what lasted long enough is tried again at once: a load balancer that cuts every connection after some seconds costs no blind time.
 */
export class Reconnection {
  readonly #random: () => number;
  #failures = 0;

  /** `random`: uniform in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait from now. */
  delayMs({ lastedMs, watchedMs, isRefusal, retryAfterMs }: AttemptEnd): number {
    if (watchedMs >= limits.watchHealthyMs) this.#failures = 0;
    const isFailure = isRefusal || watchedMs < limits.watchShortMs;
    if (isFailure) this.#failures += 1;
    const exponent = isFailure ? this.#failures - 1 : 0;
    const fullMs = Math.min(limits.reconnectMaxMs, limits.reconnectMinMs * 2 ** Math.min(exponent, 16));
    return Math.max(0, fullMs * (0.5 + this.#random() / 2) - lastedMs, retryAfterMs);
  }
}
