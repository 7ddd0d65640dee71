/** A principal's budget in the present window. */
export interface RateLimitState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** When the window ends, whole seconds since the epoch. */
  readonly resetSeconds: number;
}

const windowMs = 3_600_000;

/** GitHub's primary limits: so many requests (or GraphQL points) an hour for each principal and resource (github-facts §1.7). */
export class RateLimits {
  /** Requests an hour, for each principal; a test may lower it. */
  limit = 5_000;
  readonly #now: () => number;
  readonly #windows = new Map<string, { used: number; endMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Where the principal stands, without using anything. */
  state(principal: string, resource: string): RateLimitState {
    const { used, endMs } = this.#window(principal, resource);
    const remaining = Math.max(0, this.limit - used);
    return { limit: this.limit, used: Math.min(used, this.limit), remaining, resetSeconds: Math.ceil(endMs / 1000) };
  }

  use(principal: string, resource: string, points = 1): void {
    const window = this.#window(principal, resource);
    window.used += points;
  }

  #window(principal: string, resource: string): { used: number; endMs: number } {
    const key = `${principal}/${resource}`;
    const known = this.#windows.get(key);
    if (known !== undefined && this.#now() < known.endMs) return known;
    const window = { used: 0, endMs: this.#now() + windowMs };
    this.#windows.set(key, window);
    return window;
  }
}
