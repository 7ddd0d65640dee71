import type { Fetch } from "./clients.ts";

/** A write to GitHub, and the status of its answer; null where none came. */
export interface GitHubWrite {
  readonly method: string;
  readonly url: string;
  readonly headers: RequestInit["headers"];
  readonly body: string;
  readonly status: number | null;
}

/** Tells of every write that reached the wire. Questions are none, nor is asking for an installation's token, whose answer is a secret. */
export function toldFetch(fetch: Fetch, onWrite: (write: GitHubWrite) => void): Fetch {
  return async (input, init = {}) => {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const { method = "GET", headers, body } = init;
    const isWrite = method !== "GET" && !url.endsWith("/graphql") && !url.endsWith("/access_tokens");
    const tell = (status: number | null) => {
      if (isWrite) onWrite({ method, url, headers, body: typeof body === "string" ? body : "", status });
    };
    try {
      const response = await fetch(input, init);
      tell(response.status);
      return response;
    } catch (error) {
      tell(null);
      throw error;
    }
  };
}
