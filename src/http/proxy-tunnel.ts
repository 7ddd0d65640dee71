import { type ClientRequestArgs, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";

/** Why there is no tunnel. `code` is one of connectText's (exchange.ts); says nothing of the proxy's credentials. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly code: "ERR_PROXY_UNREACHABLE" | "ERR_PROXY_REFUSED" | "ERR_PROXY_LOOKUP";

  constructor(code: ProxyError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

interface Tunnel {
  readonly proxy: URL;
  /** What the proxy is asked to connect to: an address, or a name where it is trusted to look it up. */
  readonly host: string;
  readonly port: string;
  readonly timeoutMs: number;
}

/**
 * Asks a proxy for a tunnel (CONNECT, RFC 9110 §9.3.6). The callback is called once, with a socket on whose other end the target is. The proxy is the
 * administrator's: its own address is not guarded.
 */
export function openTunnel(
  { proxy, host, port, timeoutMs }: Tunnel,
  callback: (error: ProxyError | null, socket: Socket | null) => void,
): void {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const options: ClientRequestArgs = {
    host: proxy.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...authorizationOf(proxy) },
    agent: false,
  };
  const request = proxy.protocol === "https:" ? requestTls(options) : requestPlain(options);
  let isDone = false;
  const done = (error: ProxyError | null, socket: Socket | null) => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    if (error !== null) request.destroy();
    callback(error, socket);
  };
  const unreachable = (what: string) => done(new ProxyError("ERR_PROXY_UNREACHABLE", what), null);
  const refused = (status = 0) => done(new ProxyError("ERR_PROXY_REFUSED", `the proxy answered ${status}`), null);
  const timer = setTimeout(() => unreachable("the proxy did not answer in time"), timeoutMs);
  request.once("connect", ({ statusCode = 0 }, socket: Socket, head) => {
    // What comes before we have said anything is none of the target's.
    const isOpen = statusCode >= 200 && statusCode < 300 && head.length === 0 && !isDone;
    if (isOpen) return done(null, socket);
    socket.destroy();
    refused(statusCode);
  });
  // An answer in place of the tunnel, by a server that does not know CONNECT.
  request.once("response", ({ statusCode }) => refused(statusCode));
  request.on("error", () => unreachable("the proxy cannot be reached"));
  request.end();
}

function authorizationOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "") return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}
