import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A server of a simulated thing. `url` stays the same while it refuses connections and after. */
export interface HttpFace {
  readonly url: string;
  /** Cuts every connection and stops listening: connections are refused. */
  refuse(): void;
  /** Listens again on the same port. */
  accept(): void;
  close(): Promise<void>;
}

export interface HttpFaceOptions {
  /** 0, the default: one that is free. */
  readonly port?: number;
  readonly host?: string;
  /** Serves HTTPS with this certificate and key (PEM). `clientCa`: only to clients that show a certificate of this authority. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientCa?: string };
}

/** Starts a server; `handle` may throw, which is answered with 500 and the error's text. Never logs. */
export async function startHttpFace(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  options: HttpFaceOptions = {},
): Promise<HttpFace> {
  const { host = "127.0.0.1", tls } = options;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(`The simulator failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    });
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tlsOptions(tls), answer);
  server.listen(options.port ?? 0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const refuse = () => {
    if (server.listening) server.close();
    server.closeAllConnections();
  };
  return {
    url: `${tls === undefined ? "http" : "https"}://${host}:${port}`,
    refuse,
    accept: () => {
      if (!server.listening) server.listen(port, host);
    },
    close: async () => {
      const closed = server.listening ? once(server, "close") : Promise.resolve();
      refuse();
      await closed;
    },
  };
}

function tlsOptions({ certificate, key, clientCa }: NonNullable<HttpFaceOptions["tls"]>): object {
  return { cert: certificate, key, ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }) };
}

/** The whole body as text. Throws where it is longer than `bytesMax` or the client goes away. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax)
      throw new Error(`A body of more than ${bytesMax} bytes. Remedy: send less; no real receiver would read it.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** One value a header, names in lower case. */
export function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}
