import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "./kubernetes-api-answer.ts";
import type { KubernetesApiAnswer } from "./kubernetes-api-answer.ts";
import { KubernetesApiFaults } from "./kubernetes-api-faults.ts";
import type { KubernetesApiFault } from "./kubernetes-api-faults.ts";
import { refusal } from "./kubernetes-api-authentication.ts";
import { readRequest } from "./kubernetes-api-request.ts";
import type { KubernetesApiRequest } from "./kubernetes-api-request.ts";
import { serveWatch } from "./kubernetes-api-watch.ts";
import type { KubernetesKind } from "../world/kubernetes-kind.ts";
import type { KubernetesObjects } from "../world/kubernetes-objects.ts";
import { KubernetesProblem } from "../world/kubernetes-problem.ts";

export interface KubernetesApiOptions {
  /** The bearer token that is accepted. */
  readonly token?: string;
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** For creationTimestamps; ms since the epoch. */
  readonly now?: () => number;
  /** How often a quiet watch is told where it stands. */
  readonly bookmarkMs?: number;
}

/** One request that came in, for budgets and assertions. */
export interface RecordedRequest extends Omit<KubernetesApiRequest, "query" | "kind"> {
  /** "" for what is no resource. */
  readonly plural: string;
  readonly atMs: number;
  /** 0 until answered, and for ever where the connection was cut. */
  code: number;
}

export interface KubernetesApi {
  readonly url: string;
  readonly token: string;
  /** The text of a kubeconfig file for it. */
  readonly kubeconfig: string;
  /** The latest ones, oldest first. */
  readonly requests: readonly RecordedRequest[];
  readonly faults: KubernetesApiFaults;
  /** Ends every connection, open watches too, and waits until the port is free. */
  close(): Promise<void>;
}

/** The API server sends bookmarks about once a minute. */
const bookmarkMsDefault = 60_000;
const requestsMax = 20_000;
/** As the API server: 3 MiB. */
const bodyBytesMax = 3_145_728;

interface Served {
  readonly world: KubernetesObjects;
  readonly faults: KubernetesApiFaults;
  readonly requests: RecordedRequest[];
  readonly settings: Required<KubernetesApiOptions>;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) {
      const message = `Request entity too large: limit is ${bodyBytesMax}`;
      throw new KubernetesProblem({ code: 413, reason: "RequestEntityTooLarge", message });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send({ response, record }: Pick<Exchange, "response" | "record">, { code, body, headers }: KubernetesApiAnswer): void {
  record.code = code;
  const isText = typeof body === "string";
  response.writeHead(code, { "content-type": isText ? "text/plain; charset=utf-8" : "application/json", ...headers });
  response.end(isText ? body : `${JSON.stringify(body)}\n`);
}

/** The answer of a fault that answers in the world's place; null for the others. */
function faultAnswer(fault: KubernetesApiFault | null, isWatch: boolean): KubernetesApiAnswer | null {
  if (fault?.kind === "tooManyRequests") {
    const headers = { "retry-after": String(fault.retryAfterSeconds) };
    return { code: 429, headers, body: "Too many requests, please try again later.\n" };
  }
  if (fault?.kind === "status") return { code: fault.code, body: new KubernetesProblem(fault).status };
  if (fault?.kind !== "gone" || isWatch) return null;
  const message = "The provided continue parameter is too old to display a consistent list result.";
  return { code: 410, body: new KubernetesProblem({ code: 410, reason: "Expired", message }).status };
}

/** Waits, or until the client is gone. */
async function delay(ms: number, response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function isWatchOf(request: KubernetesApiRequest): request is KubernetesApiRequest & { kind: KubernetesKind } {
  return request.verb === "watch" && request.kind !== null;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly request: KubernetesApiRequest;
  readonly record: RecordedRequest;
  readonly body: string;
}

async function respond(served: Served, exchange: Exchange): Promise<void> {
  const { world, faults, settings } = served;
  const { incoming, response, request, record, body } = exchange;
  const fault = faults.take(request);
  if (fault?.kind === "latency") await delay(fault.ms, response);
  if (response.destroyed) return;
  if (fault?.kind === "cut") {
    response.destroy();
    return;
  }
  const refused = faultAnswer(fault, isWatchOf(request)) ?? refusal(request, incoming.headers.authorization, settings.token);
  if (refused !== null) {
    send(exchange, refused);
    return;
  }
  if (isWatchOf(request)) {
    const kind = fault?.kind === "silence" || fault?.kind === "gone" ? fault.kind : null;
    record.code = 200;
    serveWatch({ world, request, response, faults, bookmarkMs: settings.bookmarkMs }, kind);
    return;
  }
  if (fault?.kind === "silence") return;
  const contentType = incoming.headers["content-type"] ?? "application/json";
  const said = answer({ world, request, contentType, body, nowMs: settings.now() });
  if (fault?.kind === "loseAnswer") response.destroy();
  else send(exchange, said);
}

async function serve(served: Served, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = readRequest(served.world, incoming.method ?? "GET", incoming.url ?? "/");
  const { query: _query, kind, ...rest } = request;
  const record: RecordedRequest = { ...rest, plural: kind?.plural ?? "", atMs: served.settings.now(), code: 0 };
  served.requests.push(record);
  if (served.requests.length > requestsMax) served.requests.splice(0, requestsMax / 2);
  try {
    await respond(served, { incoming, response, request, record, body: await readBody(incoming) });
  } catch (error) {
    if (response.headersSent || response.destroyed) return;
    const message = error instanceof Error ? error.message : String(error);
    const { status } =
      error instanceof KubernetesProblem ? error : new KubernetesProblem({ code: 500, reason: "InternalError", message });
    send({ response, record }, { code: status.code, body: status });
  }
}

function kubeconfigFor(url: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "simulated", cluster: { server: url, "insecure-skip-tls-verify": true } }],
    users: [{ name: "simulated", user: { token } }],
    contexts: [{ name: "simulated", context: { cluster: "simulated", user: "simulated", namespace: "default" } }],
    "current-context": "simulated",
  });
}

/** Serves `world` over HTTP as kube-apiserver does, as far as `test/contract` holds the two side by side. */
export async function startKubernetesApi(world: KubernetesObjects, options: KubernetesApiOptions = {}): Promise<KubernetesApi> {
  const settings: Required<KubernetesApiOptions> = {
    token: "simulated-token",
    port: 0,
    host: "127.0.0.1",
    now: Date.now,
    bookmarkMs: bookmarkMsDefault,
    ...options,
  };
  const served: Served = { world, faults: new KubernetesApiFaults(), requests: [], settings };
  const server = createServer((incoming, response) => void serve(served, incoming, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${settings.host}:${port}`;
  return {
    url,
    token: settings.token,
    kubeconfig: kubeconfigFor(url, settings.token),
    requests: served.requests,
    faults: served.faults,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
