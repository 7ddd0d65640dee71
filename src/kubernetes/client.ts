import type { Readable } from "node:stream";
import { type Dispatcher, request } from "undici";
import { limits } from "../core/limits.ts";
import type { Clock } from "../engine/ports.ts";
import type { Authorization, Credentials } from "./credentials.ts";
import { Deadline } from "./deadline.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { LineDecoder } from "./line-decoder.ts";
import { ListDecoder } from "./list-decoder.ts";
import { statusError } from "./status-error.ts";
import { TurnBudget } from "./turn-budget.ts";

export type Query = Readonly<Record<string, string | number | boolean>>;

export interface RequestOptions {
  readonly signal: AbortSignal;
  /** `limits.kubernetesRequestMs` by default. */
  readonly timeoutMs?: number;
  readonly query?: Query;
}

export interface ListOptions extends RequestOptions {
  /** Each object as soon as it is there; it is not kept. */
  readonly onItem: (object: unknown) => void;
  /** Told for each object above `limits.kubernetesObjectBytesMax`; it is left out. */
  readonly onOversized: () => void;
}

/** What a page of a list says beside its items. */
export interface ListPage {
  readonly resourceVersion: string;
  /** "" on the last page. */
  readonly continueToken: string;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  readonly query?: Query;
  /** Each event as it is decoded; `object` is a KubernetesObject, or a Status where `type` is ERROR. */
  readonly onEvent: (type: string, object: unknown) => void;
  readonly onOversized: () => void;
  /** The answer's head, or any byte: the connection lives. */
  readonly onAlive: () => void;
}

interface Call extends RequestOptions {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

type Answer = Dispatcher.ResponseData;

/**
 * Speaks HTTP and JSON with one API server. Every call ends: with its answer, by its signal, or when its time is over. Every failure is a
 * KubernetesError; `status` 0 says that no answer came. Nothing is tried again here: who calls knows what another try means.
 */
export class KubernetesClient {
  readonly #credentials: Credentials;
  readonly #clock: Clock;

  constructor({ credentials, clock }: { credentials: Credentials; clock: Clock }) {
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /** The namespace of the kubeconfig's context, or of the pod. */
  get namespace(): string {
    return this.#credentials.namespace;
  }

  get(path: string, options: RequestOptions): Promise<KubernetesObject> {
    return this.#object({ ...options, method: "GET", path });
  }

  create(path: string, object: unknown, options: RequestOptions): Promise<KubernetesObject> {
    return this.#object({ ...options, method: "POST", path, body: object });
  }

  /** PUT: with `metadata.resourceVersion` it is refused with 409 where the object was written since. */
  replace(path: string, object: unknown, options: RequestOptions): Promise<KubernetesObject> {
    return this.#object({ ...options, method: "PUT", path, body: object });
  }

  /** JSON merge patch (RFC 7386): null removes a field, lists are replaced as a whole. */
  patch(path: string, body: unknown, options: RequestOptions): Promise<KubernetesObject> {
    return this.#object({ ...options, method: "PATCH", path, body, contentType: "application/merge-patch+json" });
  }

  /** DELETE; `preconditions` (uid, resourceVersion) make it refused with 409 where the object is another one by now. */
  async delete(
    path: string,
    options: RequestOptions & { readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } },
  ): Promise<void> {
    const { preconditions, ...rest } = options;
    const body = preconditions === undefined ? {} : { body: { kind: "DeleteOptions", apiVersion: "v1", preconditions } };
    await this.#call({ ...rest, ...body, method: "DELETE", path }, ({ body }) => readText(body));
  }

  /** One page of a list (`limit`, `continue` and selectors go in `query`), object by object. */
  list(path: string, { onItem, onOversized, ...options }: ListOptions): Promise<ListPage> {
    const call: Call = { timeoutMs: limits.kubernetesPageMs, ...options, method: "GET", path };
    return this.#call(call, async ({ body }) => {
      const itemBytesMax = limits.kubernetesObjectBytesMax;
      const decoder = new ListDecoder({ itemBytesMax, onItem: (json) => onItem(parsed(json)), onOversized });
      const turn = new TurnBudget();
      for await (const chunk of body as AsyncIterable<Buffer>) {
        decoder.push(chunk);
        await turn.spend();
      }
      return pageOf(decoder);
    });
  }

  /**
   * Opens a watch and tells its events until the server ends it; then resolves. Has no time-out of its own: `onAlive` lets the caller
   * judge whether it still lives.
   */
  watch(path: string, { onEvent, onOversized, onAlive, ...options }: WatchOptions): Promise<void> {
    const query = { ...options.query, watch: true };
    return this.#call({ ...options, query, method: "GET", path, timeoutMs: Infinity }, async ({ body }) => {
      onAlive();
      const onLine = (line: string) => {
        const { type, object } = parsed(line) as { type?: unknown; object?: unknown };
        if (typeof type !== "string") throw invalidAnswer("a line of the watch has no type");
        onEvent(type, object);
      };
      const turn = new TurnBudget();
      const decoder = new LineDecoder({ lineBytesMax: limits.kubernetesObjectBytesMax, onLine, onOversized });
      for await (const chunk of body as AsyncIterable<Buffer>) {
        onAlive();
        decoder.push(chunk);
        await turn.spend();
      }
    });
  }

  /** Cuts all connections. */
  close(): Promise<void> {
    return this.#credentials.close();
  }

  #object(call: Call): Promise<KubernetesObject> {
    return this.#call(call, async ({ body }) => parsed(await readText(body)) as KubernetesObject);
  }

  /** Sends, refuses what is not 2xx, lets `read` take the body, and turns whatever goes wrong into a KubernetesError. */
  async #call<T>(call: Call, read: (answer: Answer) => Promise<T>): Promise<T> {
    const afterMs = call.timeoutMs ?? limits.kubernetesRequestMs;
    const deadline = new Deadline({ clock: this.#clock, parent: call.signal, afterMs });
    try {
      // An exec plugin may hang, and cannot be aborted.
      const authorization = await deadline.race(this.#credentials.authorize());
      const answer = await this.#send(call, authorization, deadline.signal);
      if (answer.statusCode < 200 || answer.statusCode > 299) throw await this.#refused(answer);
      return await read(answer);
    } catch (error) {
      throw this.#failure(error, { call, deadline, afterMs });
    } finally {
      deadline.release();
    }
  }

  #send(call: Call, { headers, dispatcher }: Authorization, signal: AbortSignal): Promise<Answer> {
    const { method, path, query = {}, body, contentType = "application/json" } = call;
    const address = new URL(this.#credentials.server + path);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value));
    return request(address, {
      method,
      dispatcher,
      signal,
      headers: {
        accept: "application/json",
        "user-agent": "signalman",
        ...(body === undefined ? {} : { "content-type": contentType }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The deadline holds for both; undici's own time-outs would end a quiet watch.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async #refused({ statusCode, headers, body }: Answer): Promise<KubernetesError> {
    if (statusCode === 401) this.#credentials.invalidate();
    const text = await readText(body);
    const retryAfter = headers["retry-after"];
    return statusError({
      status: statusCode,
      body: jsonOrText(text),
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      nowMs: this.#clock.now(),
    });
  }

  #failure(error: unknown, { call, deadline, afterMs }: { call: Call; deadline: Deadline; afterMs: number }): KubernetesError {
    const what = `${call.method} ${call.path}`;
    if (deadline.isOver)
      return new KubernetesError({ status: 0, reason: "Timeout", message: `${what}: no answer within ${afterMs} ms` });
    if (deadline.signal.aborted) return new KubernetesError({ status: 0, reason: "Aborted", message: `${what}: given up` });
    if (error instanceof KubernetesError) return error;
    return new KubernetesError({ status: 0, reason: "Disconnected", message: `${what}: ${causeOf(error)}` });
  }
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.kubernetesAnswerBytesMax)
      throw invalidAnswer(`the answer is longer than ${limits.kubernetesAnswerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function pageOf(decoder: ListDecoder): ListPage {
  let envelope: unknown;
  try {
    envelope = decoder.end();
  } catch {
    throw invalidAnswer("the list is no JSON");
  }
  const { resourceVersion = "", continue: continueToken = "" } =
    (envelope as { metadata?: { resourceVersion?: string; continue?: string } }).metadata ?? {};
  return { resourceVersion, continueToken };
}

/** JSON that should be an object. The text is not quoted in the error: it may be a Secret. */
function parsed(json: string): unknown {
  const value = jsonOrText(json);
  if (typeof value !== "object" || value === null) throw invalidAnswer("what came is no JSON object");
  return value;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function invalidAnswer(message: string): KubernetesError {
  return new KubernetesError({ status: 0, reason: "InvalidAnswer", message });
}

/** undici wraps what the socket said. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: string };
  const cause = error.cause === undefined ? "" : `: ${causeOf(error.cause)}`;
  return `${error.message === "" ? (code ?? error.name) : error.message}${cause}`;
}
