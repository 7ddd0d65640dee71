import type { IncomingMessage, ServerResponse } from "node:http";
import { startHttpFace, type HttpFace, type HttpFaceOptions } from "./http-face.ts";
import { answer } from "./kubernetes-api-answer.ts";
import type { KubernetesApiAnswer } from "./kubernetes-api-call.ts";
import { isWatchFault, KubernetesApiFaults } from "./kubernetes-api-faults.ts";
import type { KubernetesApiFault } from "./kubernetes-api-faults.ts";
import { refusal } from "./kubernetes-api-authentication.ts";
import { readRequest } from "./kubernetes-api-request.ts";
import type { KubernetesApiRequest } from "./kubernetes-api-request.ts";
import { serveWatch } from "./kubernetes-api-watch.ts";
import { createAuthority } from "../world/certificates.ts";
import type { KubernetesKind } from "../world/kubernetes-kind.ts";
import type { KubernetesObjects } from "../world/kubernetes-objects.ts";
import { KubernetesProblem } from "../world/kubernetes-problem.ts";

export interface KubernetesApiOptions {
  /** The bearer token that is accepted. */
  readonly token?: string;
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Serves HTTPS: client-go (kubectl) sends no token over plain HTTP. */
  readonly isTls?: boolean;
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

/** `refuse` and `accept`, one after the other, are a restart: what is stored stays. */
export interface KubernetesApi extends HttpFace {
  readonly token: string;
  /** PEM of who has signed its certificate; "" without TLS. */
  readonly certificateAuthority: string;
  /** The text of a kubeconfig file for it. */
  readonly kubeconfig: string;
  /** The latest ones, oldest first. */
  readonly requests: readonly RecordedRequest[];
  readonly faults: KubernetesApiFaults;
  /** Calls with each request once it is answered, with a watch once it is open, until the returned function is called. */
  onRequest(listener: (request: RecordedRequest) => void): () => void;
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
  readonly listeners: Set<(request: RecordedRequest) => void>;
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

function send(
  { response, answered }: Pick<Exchange, "response" | "answered">,
  { code, body, headers }: KubernetesApiAnswer,
): void {
  answered(code);
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
  readonly body: string;
  /** Takes down with which code. */
  readonly answered: (code: number) => void;
}

async function respond(served: Served, exchange: Exchange): Promise<void> {
  const { world, faults, settings } = served;
  const { incoming, response, request, body } = exchange;
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
    serveWatch({ world, request, response, faults, bookmarkMs: settings.bookmarkMs }, isWatchFault(fault) ? fault : null);
    exchange.answered(200);
    return;
  }
  if (fault?.kind === "silence") return;
  const contentType = incoming.headers["content-type"] ?? "application/json";
  const said = answer({ world, request, contentType, body, nowMs: settings.now() });
  if (fault?.kind === "loseAnswer") response.destroy();
  else if (fault?.kind !== "swallowAnswer") send(exchange, said);
}

async function serve(served: Served, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = readRequest(served.world, incoming.method ?? "GET", incoming.url ?? "/");
  const { query: _query, kind, ...rest } = request;
  const record: RecordedRequest = { ...rest, plural: kind?.plural ?? "", atMs: served.settings.now(), code: 0 };
  served.requests.push(record);
  if (served.requests.length > requestsMax) served.requests.splice(0, requestsMax / 2);
  const answered = (code: number) => {
    record.code = code;
    for (const listener of served.listeners) listener(record);
  };
  try {
    await respond(served, { incoming, response, request, answered, body: await readBody(incoming) });
  } catch (error) {
    if (response.headersSent || response.destroyed) return;
    const message = error instanceof Error ? error.message : String(error);
    const { status } =
      error instanceof KubernetesProblem ? error : new KubernetesProblem({ code: 500, reason: "InternalError", message });
    send({ response, answered }, { code: status.code, body: status });
  }
}

function kubeconfigFor({ url, token, certificateAuthority }: Pick<KubernetesApi, "url" | "token" | "certificateAuthority">) {
  const authority = { "certificate-authority-data": Buffer.from(certificateAuthority).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "simulated", cluster: { server: url, ...(certificateAuthority === "" ? {} : authority) } }],
    users: [{ name: "simulated", user: { token } }],
    contexts: [{ name: "simulated", context: { cluster: "simulated", user: "simulated", namespace: "default" } }],
    "current-context": "simulated",
  });
}

/** A certificate for the host, and who has signed it. */
function certified({ host }: Pick<Required<KubernetesApiOptions>, "host">): {
  readonly certificateAuthority: string;
  readonly tls: NonNullable<HttpFaceOptions["tls"]>;
} {
  const authority = createAuthority("simulated Kubernetes");
  return { certificateAuthority: authority.certificate, tls: authority.issue("kube-apiserver", { hosts: [host, "localhost"] }) };
}

/** Serves `world` over HTTP as kube-apiserver does, as far as `test/contract` holds the two side by side. */
export async function startKubernetesApi(world: KubernetesObjects, options: KubernetesApiOptions = {}): Promise<KubernetesApi> {
  const settings: Required<KubernetesApiOptions> = {
    token: "simulated-token",
    port: 0,
    host: "127.0.0.1",
    isTls: false,
    now: Date.now,
    bookmarkMs: bookmarkMsDefault,
    ...options,
  };
  const { port, host, token } = settings;
  const served: Served = { world, faults: new KubernetesApiFaults(), requests: [], listeners: new Set(), settings };
  const { certificateAuthority = "", tls } = settings.isTls ? certified(settings) : {};
  const face = await startHttpFace((incoming, response) => serve(served, incoming, response), {
    port,
    host,
    ...(tls !== undefined && { tls }),
  });
  return {
    ...face,
    token,
    certificateAuthority,
    kubeconfig: kubeconfigFor({ url: face.url, token, certificateAuthority }),
    requests: served.requests,
    faults: served.faults,
    onRequest(listener) {
      served.listeners.add(listener);
      return () => served.listeners.delete(listener);
    },
  };
}
