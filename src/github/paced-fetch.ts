import { limits } from "../core/limits.ts";
import type { Clock } from "../engine/ports.ts";
import { KeyedQueue } from "../engine/keyed-queue.ts";
import { pause } from "../kubernetes/pause.ts";
import type { Fetch } from "./clients.ts";

const writes = new Set(["POST", "PATCH", "PUT", "DELETE"]);

export interface PacedFetchOptions {
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Time between two writes for one owner, milliseconds: GitHub asks for a second (github-facts §1.7); a GHES has no such limit. */
  readonly writeGapMs: number;
  /** Called right before a request is handed on: where that aborts the request's signal, it goes no further. */
  readonly onDeparture?: () => void;
  readonly onResponse?: (response: Response) => void;
}

/**
 * A `fetch` with GitHub's manners: every request ends within `limits.gitHubRequestMs`, writes for one owner go one at a time with a pause in
 * between, reads do not wait for them. Tokens and GraphQL questions are no writes.
 */
export function pacedFetch({ clock, fetch, writeGapMs, onDeparture, onResponse }: PacedFetchOptions): Fetch {
  const queue = new KeyedQueue();
  const lastMs = new Map<string, number>();
  const timed: Fetch = async (input, init = {}) => {
    onDeparture?.();
    const timeout = AbortSignal.timeout(limits.gitHubRequestMs);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const response = await fetch(input, { ...init, signal });
    onResponse?.(response);
    return response;
  };
  return async (input, init = {}) => {
    const owner = ownerOf(input);
    if (!writes.has(init.method ?? "GET") || owner === null) return await timed(input, init);
    return await queue.run(owner, async () => {
      const waitMs = (lastMs.get(owner) ?? -Infinity) + writeGapMs - clock.now();
      if (waitMs > 0) await pause({ clock, ms: waitMs, signal: init.signal ?? new AbortController().signal });
      try {
        return await timed(input, init);
      } finally {
        lastMs.set(owner, clock.now());
      }
    });
  };
}

/**
 * Time between two writes, milliseconds, for an API base ("": github.com's). GitHub's secondary limits ask for a second between writes
 * (github-facts §1.7); a GHES has none by default (§1.10), nor has a simulator.
 */
export function writeGapMs(baseUrl: string): number {
  const host = URL.parse(baseUrl)?.hostname ?? "api.github.com";
  return /(^|\.)(github\.com|ghe\.com)$/.test(host) ? 1_000 : 0;
}

/** "/repos/acme/shop/statuses/…" → "acme"; null for what is no repository's. Few owners: as many as installations. */
export function ownerOf(input: string | URL | Request): string | null {
  const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
  return /\/repos\/([^/]+)\//.exec(url)?.[1]?.toLowerCase() ?? null;
}
