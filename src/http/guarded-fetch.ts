import { Agent, type buildConnector, fetch as undiciFetch } from "undici";
import { limits } from "../core/limits.ts";

/** As the global one. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface GuardedFetch {
  /** For libraries that ask for a `fetch` (Octokit). Follows no redirect; time-outs are the caller's. */
  readonly fetch: Fetch;
  /** Closes every connection at once. */
  close(): Promise<void>;
}

/** A `fetch` whose connections are made by a connector of ours. An answer above `limits.gitHubAnswerBytesMax` is an error. */
export function guardedFetch(connect: buildConnector.connector): GuardedFetch {
  const dispatcher = new Agent({
    connect,
    allowH2: false,
    pipelining: 1,
    connections: limits.gitHubInFlightMax,
    keepAliveTimeout: limits.keepAliveMs,
    maxResponseSize: limits.gitHubAnswerBytesMax,
  });
  // Node's types of `fetch` are those of the undici inside of it, which may be another version.
  const fetch = undiciFetch as unknown as (input: unknown, init: object) => Promise<Response>;
  return {
    fetch: (input, init) => fetch(input, { ...init, dispatcher, redirect: "manual" }),
    close: () => dispatcher.destroy(),
  };
}
