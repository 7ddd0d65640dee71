import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import { checkedLookup, type Resolve } from "./checked-lookup.ts";
import { type EgressGuard, EgressRefusedError } from "./egress.ts";
import { proxyFor, type ProxySettings } from "./proxy-choice.ts";
import { openTunnel, ProxyError } from "./proxy-tunnel.ts";

export interface ConnectorOptions {
  /** Options of Node's `tls.connect`; {} for the system's. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly timeoutMs: number;
  readonly proxies: ProxySettings;
  readonly resolve?: Resolve;
}

/**
 * An undici connector that refuses before it connects, with and without a proxy (docs/decisions/0009). undici does not call `lookup` for IP literals
 * (github-facts §6.3), so those are checked here; names are looked up once, and what was checked is what is dialled: by this process, or, through
 * a proxy, by the proxy, which is given the address and not the name.
 */
export function createGuardedConnector(guard: EgressGuard, options: ConnectorOptions): buildConnector.connector {
  const { tls, timeoutMs, proxies } = options;
  const lookup = checkedLookup(guard, options.resolve);
  const connect = buildConnector({ ...tls, allowH2: false, lookup: asNodes(lookup), timeout: timeoutMs });
  return (target, callback) => {
    const hostname = target.hostname.replace(/^\[(.*)\]$/, "$1");
    const reason = isIP(hostname) === 0 ? null : guard.refusal(hostname, hostname);
    if (reason !== null) return callback(new EgressRefusedError(hostname, reason), null);
    const port = target.port || (target.protocol === "https:" ? "443" : "80");
    const proxy = proxyFor(proxies, { protocol: target.protocol, hostname, port });
    if (proxy === null) return connect(target, callback);
    const through = (host: string) =>
      openTunnel({ proxy, host, port, timeoutMs }, (error, socket) => {
        if (socket === null) callback(error ?? new Error("no tunnel"), null);
        else if (target.protocol === "https:") connect({ ...target, httpSocket: socket }, callback);
        else callback(null, socket);
      });
    if (isIP(hostname) !== 0 || guard.trustsName(hostname)) return through(hostname);
    lookup(hostname, (error, addresses) => {
      if (error instanceof EgressRefusedError) return callback(error, null);
      if (error !== null) return callback(new ProxyError("ERR_PROXY_LOOKUP", `${hostname} could not be resolved`), null);
      // Proxies have IPv4 more often than IPv6.
      through((addresses.find((it) => it.family === 4) ?? addresses[0])?.address ?? "");
    });
  };
}

/** As Node wants a look-up. */
function asNodes(lookup: Resolve): LookupFunction {
  return (hostname, { all }, callback) =>
    lookup(hostname, (error, addresses) => {
      const [first] = addresses;
      if (error !== null || first === undefined) return callback(error, "");
      return all === true ? callback(null, [...addresses]) : callback(null, first.address, first.family);
    });
}
