import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY; "" and [] where unset. */
export interface ProxySettings {
  readonly https: string;
  readonly http: string;
  readonly except: readonly ProxyException[];
}

/** One entry of NO_PROXY. */
export type ProxyException =
  | { readonly kind: "all" }
  | { readonly kind: "cidr"; readonly cidr: readonly [ipaddr.IPv4 | ipaddr.IPv6, number] }
  | { readonly kind: "host"; readonly name: string; readonly isBelowOnly: boolean; readonly port: string };

export const noProxies: ProxySettings = { https: "", http: "", except: [] };

/** Where a request goes. `hostname` is without brackets, `port` is never "". */
export interface ProxyTarget {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}

/** The proxy for a request; null: none, it goes straight. As curl and Go's programs (kubectl, Fleet) read the variables. */
export function proxyFor({ https, http, except }: ProxySettings, target: ProxyTarget): URL | null {
  const proxy = target.protocol === "https:" ? https : http;
  return proxy === "" || except.some((it) => isExcepted(it, target)) ? null : new URL(proxy);
}

/**
 * NO_PROXY: entries between commas. `*` is everything, an address or CIDR is requests to a literal address, `example.com` is that host and all below
 * it, `.example.com` and `*.example.com` are those below it alone; a host may end with a port.
 *
 * @throws Error whose message is the end of the sentence "NO_PROXY "x" …".
 */
export function parseNoProxy(text: string): readonly ProxyException[] {
  return text
    .split(",")
    .map((it) => it.trim().toLowerCase())
    .filter((it) => it !== "")
    .map(exceptionOf);
}

function exceptionOf(entry: string): ProxyException {
  if (entry === "*") return { kind: "all" };
  if (ipaddr.isValidCIDR(entry)) return { kind: "cidr", cidr: ipaddr.parseCIDR(entry) };
  const bare = entry.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) !== 0) return { kind: "cidr", cidr: [ipaddr.parse(bare), isIP(bare) === 4 ? 32 : 128] };
  const [, dot, name, port = ""] = /^(\*?\.)?([a-z0-9_][-a-z0-9_.]*?)\.?(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (name !== undefined) return { kind: "host", name, isBelowOnly: dot !== undefined, port };
  throw new Error(
    `has ${JSON.stringify(entry)} in it, which is neither *, a CIDR, an address nor a host. Allowed: "10.0.0.0/8,.example.com".`,
  );
}

function isExcepted(exception: ProxyException, { hostname, port }: ProxyTarget): boolean {
  switch (exception.kind) {
    case "all":
      return true;
    case "cidr": {
      if (isIP(hostname) === 0) return false;
      const address = ipaddr.process(hostname);
      return address.kind() === exception.cidr[0].kind() && address.match(...exception.cidr);
    }
    case "host": {
      const host = hostname.toLowerCase().replace(/\.$/, "");
      const isBelow = host.endsWith(`.${exception.name}`);
      const isHost = isBelow || (!exception.isBelowOnly && host === exception.name);
      return isHost && (exception.port === "" || exception.port === port);
    }
  }
}
