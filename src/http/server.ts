import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { limits } from "../core/limits.ts";
import type { HookHandler } from "../github/start-github.ts";
import type { Health } from "../telemetry/health.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { BoundedBodies } from "./bounded-bodies.ts";
import { closed, listen, urlOf } from "./listening.ts";

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

/** The only way in: one server for GitHub's webhooks, one for operation. Rejects where a port cannot be had, and then holds neither. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, opsPort, hooks, log } = options;
  const ops = await listen(
    createServer((request, response) => void answered({ request, response, log }, () => answerOps(options, request, response))),
    { host, port: opsPort },
  );
  const app = port === null || hooks === null ? null : await listenForHooks({ host, port, hooks, log }, ops);
  const servers = [ops, app].filter((it) => it !== null);
  return {
    opsUrl: urlOf(ops),
    appUrl: app === null ? "" : urlOf(app),
    async close() {
      await Promise.all(servers.map(closed));
    },
  };
}

async function listenForHooks(
  { host, port, hooks, log }: Pick<ServerOptions, "host" | "log"> & { port: number; hooks: HookHandler },
  ops: Server,
): Promise<Server> {
  const bodies = new BoundedBodies({ bytesMax: limits.hookBytesMax, allBytesMax: limits.hooksInFlightBytesMax });
  const server = createServer(
    (request, response) => void answered({ request, response, log }, () => answerHook({ hooks, bodies }, request, response)),
  );
  try {
    return await listen(server, { host, port });
  } catch (error) {
    await closed(ops);
    throw error;
  }
}

interface Answering {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly log: Log;
}

/** Whatever goes wrong with one request is an answer, and one line without anything of its body; it takes nothing else down. */
async function answered({ request, response, log }: Answering, answer: () => Promise<void>): Promise<void> {
  try {
    await answer();
  } catch (error) {
    log.error({ error, method: request.method }, "a request could not be answered");
    if (!response.headersSent) end(response, { status: 500, body: "error\n" });
    else if (!response.writableEnded) response.destroy();
  }
}

async function answerOps({ health, metrics }: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, { status: 405, body: "only GET\n" });
  switch (URL.parse(request.url ?? "", "http://ops")?.pathname) {
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
 * The body is read here and bounded, since Probot has no bound of its own (github-facts §2.6); it checks the signature on it. Nothing of a body is
 * ever logged.
 */
async function answerHook(
  { hooks, bodies }: { hooks: HookHandler; bodies: BoundedBodies },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const read = await bodies.read(request);
  if (read.kind === "gone") return;
  if (read.kind === "refused") return refuse(read.status, request, response);
  const isHandled = await hooks(Object.assign(request, { body: read.text }), response);
  if (!isHandled && !response.headersSent) end(response, { status: 404, body: "not found\n" });
}

/**
 * What is still to come of the body is read and thrown away for a while: a connection that is cut with bytes unread resets, and takes the answer along.
 */
function refuse(status: 413 | 503, request: IncomingMessage, response: ServerResponse): void {
  const cut = setTimeout(() => request.destroy(), limits.refusedBodyMs);
  request.once("close", () => clearTimeout(cut));
  request.resume();
  end(response, { status, body: status === 413 ? "too large\n" : "too busy\n" });
}

function end(
  response: ServerResponse,
  { status, body, contentType = "text/plain; charset=utf-8" }: { status: number; body: string; contentType?: string },
): void {
  response.writeHead(status, { "content-type": contentType, "x-content-type-options": "nosniff" });
  response.end(body);
}
