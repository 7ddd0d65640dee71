/** Which requests a fault is for. All of what is given must hold; nothing given: every request. */
export interface FaultMatch {
  readonly method?: string;
  /** Of the path without query, `/api/v3` and a trailing slash: `/repos/acme/shop/statuses/…`. */
  readonly path?: RegExp | string;
}

/**
 * What goes wrong with a request. `resetAfter` lets the request take effect and then cuts the connection before the answer: the
 * client cannot know. `latency` takes effect at once and answers late; other faults may hit the same request. `hang` has no effect and
 * never answers. On `/graphql` a primary limit is answered as GitHub does there: with 200 and an error in the body.
 */
export type FaultKind =
  | { readonly kind: "latency"; readonly latencyMs: number }
  | { readonly kind: "resetBefore" }
  | { readonly kind: "resetAfter" }
  | { readonly kind: "hang" }
  | { readonly kind: "serverError"; readonly status: 500 | 502 | 503 | 504 }
  | { readonly kind: "compareTooLong" }
  | { readonly kind: "primaryLimit"; readonly status?: 403 | 429; readonly resetInSeconds: number }
  | { readonly kind: "secondaryLimit"; readonly status?: 403 | 429; readonly retryAfterSeconds?: number };

export type Fault = FaultKind & {
  readonly match?: FaultMatch;
  /** How many requests it hits before it is over; no end where absent. */
  readonly times?: number;
  /** Over at this time, milliseconds since the epoch. */
  readonly untilMs?: number;
};

interface ActiveFault {
  readonly fault: Fault;
  left: number;
}

/** The faults that are set now. The first one that fits a request hits it; latencies add to any other. */
export class Faults {
  readonly #active = new Set<ActiveFault>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Returns what takes the fault away again. */
  add(fault: Fault): () => void {
    const active = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#active.add(active);
    return () => this.#active.delete(active);
  }

  clear(): void {
    this.#active.clear();
  }

  /** What hits this request. Counts: a fault with `times: 1` is over after it. */
  take(request: { readonly method: string; readonly path: string }): {
    readonly latencyMs: number;
    readonly fault: FaultKind | null;
  } {
    let latencyMs = 0;
    let fault: FaultKind | null = null;
    for (const active of this.#active) {
      if (active.fault.untilMs !== undefined && this.#now() >= active.fault.untilMs) this.#active.delete(active);
      else if (fits(active.fault.match, request)) {
        if (active.fault.kind !== "latency" && fault !== null) continue;
        if (active.fault.kind === "latency") latencyMs += active.fault.latencyMs;
        else fault = active.fault;
        active.left -= 1;
        if (active.left <= 0) this.#active.delete(active);
      }
    }
    return { latencyMs, fault };
  }
}

function fits(match: FaultMatch | undefined, request: { readonly method: string; readonly path: string }): boolean {
  if (match?.method !== undefined && match.method !== request.method) return false;
  if (match?.path === undefined) return true;
  return typeof match.path === "string" ? request.path === match.path : match.path.test(request.path);
}
