import { Agent } from "undici";
import { limits } from "../core/limits.ts";
import type { HttpRequest, HttpResponse } from "../destinations/destination.ts";
import { createEgressGuard, createGuardedConnector, type EgressSettings, type Resolve } from "./egress.ts";

export interface HttpClientOptions {
  readonly egress: EgressSettings;
  /** For tests: how names become addresses; `dns.lookup` by default. */
  readonly resolve?: Resolve;
}

/** The only way out (design §9): every request that is not GitHub's or Kubernetes' leaves through one of these. */
export interface HttpClient {
  /**
   * Sends one request and reads the answer, whatever its status; follows no redirect.
   *
   * @throws EgressRefusedError where the guard refuses the address; HttpError where no answer came.
   */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Closes idle connections and waits for none. */
  close(): Promise<void>;
}

export function createHttpClient({ egress, resolve }: HttpClientOptions): HttpClient {
  const guard = createEgressGuard(egress);
  const connect = createGuardedConnector(guard, { timeoutMs: limits.connectMs, ...(resolve === undefined ? {} : { resolve }) });
  const agent = new Agent({ connect });
  return {
    request: () => Promise.reject(new Error("not yet")),
    close: () => agent.destroy(),
  };
}
