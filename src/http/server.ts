import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { limits } from "../core/limits.ts";
import type { HookHandler } from "../github/start-github.ts";
import type { Health } from "../telemetry/health.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";

export interface ServerOptions {
  readonly host: string;
  /** For GitHub's webhooks; null: that server is not started. */
  readonly port: number | null;
  /** /metrics, /healthz, /readyz. */
  readonly opsPort: number;
  readonly hooks: HookHandler | null;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface RunningServer {
  readonly opsUrl: string;
  /** "" where GitHub's webhooks are not listened to. */
  readonly appUrl: string;
  /** Takes no new connection, lets requests end, cuts what is left. */
  close(): Promise<void>;
}

/** The only way in: one server for GitHub's webhooks, one for operation. Rejects where a port cannot be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, opsPort, hooks } = options;
  const ops = await listen(
    createServer((request, response) => void answerOps(options, request, response)),
    { host, port: opsPort },
  );
  const app =
    port === null || hooks === null
      ? null
      : await listen(
          createServer((request, response) => void answerHook({ ...options, hooks }, request, response)),
          { host, port },
        );
  const servers = [ops, app].filter((it) => it !== null);
  return {
    opsUrl: urlOf(ops),
    appUrl: app === null ? "" : urlOf(app),
    async close() {
      await Promise.all(servers.map(closed));
    },
  };
}

async function answerOps({ health, metrics }: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://ops");
  request.resume();
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, { status: 405, body: "only GET\n" });
  switch (pathname) {
    case "/healthz":
      return end(response, health.live());
    case "/readyz":
      return end(response, health.ready());
    case "/metrics": {
      const { contentType, body } = await metrics.scrape();
      return end(response, { status: 200, body, contentType });
    }
    default:
      return end(response, { status: 404, body: "try /metrics, /healthz or /readyz\n" });
  }
}

/**
 * The body is bounded before Probot reads it (it has no bound of its own, github-facts §2.6); Probot checks the signature. Nothing of a body is
 * ever logged.
 */
async function answerHook(
  { hooks, log }: ServerOptions & { hooks: HookHandler },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limits.hookBytesMax) return refuse(request, response);
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.hookBytesMax) refuse(request, response);
  });
  // Listening to data starts the flow; Probot attaches its own listeners in the same turn.
  try {
    if (!(await hooks(request, response)) && !response.headersSent) end(response, { status: 404, body: "not found\n" });
  } catch (error) {
    log.error({ error }, "a hook could not be answered");
    if (!response.headersSent) end(response, { status: 500, body: "error\n" });
  }
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  if (!response.headersSent) end(response, { status: 413, body: "too large\n" });
  request.destroy();
}

function end(
  response: ServerResponse,
  { status, body, contentType = "text/plain; charset=utf-8" }: { status: number; body: string; contentType?: string },
): void {
  response.writeHead(status, { "content-type": contentType, "x-content-type-options": "nosniff" });
  response.end(body);
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<Server> {
  server.requestTimeout = limits.requestInMs;
  server.headersTimeout = limits.requestInMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server;
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const reachable = address === "0.0.0.0" || address === "::" ? "127.0.0.1" : address;
  return `http://${family === "IPv6" && reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), limits.serverCloseMs).unref();
  });
}
