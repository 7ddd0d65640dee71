import { limits } from "../core/limits.ts";
import type { HttpRequest, HttpResponse } from "../destinations/destination.ts";
import { ConnectionPools, type MakeConnector } from "./connection-pools.ts";
import type { Resolve } from "./checked-lookup.ts";
import { createEgressGuard, type EgressSettings } from "./egress.ts";
import { Exchange } from "./exchange.ts";
import { createGuardedConnector } from "./guarded-connector.ts";
import { type Fetch, guardedFetch } from "./guarded-fetch.ts";
import { HttpError } from "./http-error.ts";
import { noProxies, type ProxySettings } from "./proxy-choice.ts";

export interface HttpClientOptions {
  readonly egress: EgressSettings;
  /** None by default. */
  readonly proxies?: ProxySettings;
  /** Called right before a request is written to its connection: where that aborts the request's signal, nothing is written. */
  readonly onDeparture?: () => void;
  /** For tests: how names become addresses; `dns.lookup` by default. */
  readonly resolve?: Resolve;
}

/** The only way out (design §9): every request to an address that a Notification names leaves through one of these. */
export interface HttpClient {
  /**
   * Sends one request and reads the answer, whatever its status; follows no redirect. `timeoutMs` is for all of it. Where the status has come
   * but the body does not end, the answer is what has come.
   *
   * @throws EgressRefusedError where the guard refuses the address; HttpError where no answer came.
   */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** The same way out for GitHub's library, where a Notification names the host: see GuardedFetch. */
  readonly fetch: Fetch;
  /** Closes every connection at once. */
  close(): Promise<void>;
}

/** @throws RangeError for an entry of `egress.allow` that is neither an address, a CIDR nor a host suffix. */
export function createHttpClient({ egress, proxies = noProxies, onDeparture, resolve }: HttpClientOptions): HttpClient {
  const guard = createEgressGuard(egress);
  const connector: MakeConnector = (tls) => {
    const options = { tls, timeoutMs: limits.connectMs, proxies, ...(resolve !== undefined && { resolve }) };
    return createGuardedConnector(guard, options);
  };
  const pools = new ConnectionPools(connector);
  const guarded = guardedFetch(connector({}));
  return {
    async request(request, signal) {
      const { method, headers, body, receiver, timeoutMs } = request;
      const { origin, pathname, search } = parseUrl(request.url, receiver);
      const exchange = new Exchange(receiver, onDeparture);
      return exchange.run({ timeoutMs, signal }, () => {
        const sent = { origin, path: pathname + search, method, headers, ...(body !== "" && { body }) };
        pools.of(request.tls).dispatch(sent, exchange);
      });
    },
    fetch: guarded.fetch,
    async close() {
      await Promise.all([pools.close(), guarded.close()]);
    },
  };
}

/** Says nothing of the URL but its host: paths of webhooks are secrets often enough. */
function parseUrl(text: string, receiver: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw invalid("The URL cannot be parsed. Allowed: https://host/path.");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalid(`The URL's scheme is ${url.protocol.slice(0, 20)} Allowed: https: and http:.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid(`The URL of ${receiver} holds credentials. Put them into a Secret and name it in auth.basic.`);
  }
  return url;
}

function invalid(message: string): HttpError {
  return new HttpError("InvalidRequest", { message, mayHaveArrived: false });
}
