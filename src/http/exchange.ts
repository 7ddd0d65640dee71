import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { limits } from "../core/limits.ts";
import type { HttpResponse } from "../destinations/destination.ts";
import { EgressRefusedError } from "./egress.ts";
import { HttpError, type HttpErrorCode } from "./http-error.ts";

type Controller = Dispatcher.DispatchController;

/**
 * One request and its answer, as undici's dispatcher tells of them. Knows whether a byte of the request may have left: from
 * `onRequestStart`, which undici calls right before it writes to an open connection.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #receiver: string;
  readonly #onDeparture: () => void;
  readonly #done = Promise.withResolvers<HttpResponse>();
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #controller: Controller | null = null;
  #isSettled = false;

  /** `receiver` is what texts call it; `onDeparture` is called before the first byte leaves. */
  constructor(receiver: string, onDeparture: () => void = () => {}) {
    this.#receiver = receiver;
    this.#onDeparture = onDeparture;
  }

  /** Starts the exchange by `dispatch`, and ends it at the latest after `timeoutMs` or when `signal` says so. */
  async run(options: { timeoutMs: number; signal: AbortSignal }, dispatch: () => void): Promise<HttpResponse> {
    const { timeoutMs, signal } = options;
    const abort = () => this.#abort("Aborted", `the request to ${this.#receiver} was stopped`);
    if (signal.aborted) abort();
    const timer = setTimeout(() => this.#abort("TimedOut", `${this.#receiver} did not answer within ${timeoutMs} ms`), timeoutMs);
    signal.addEventListener("abort", abort, { once: true });
    try {
      if (!this.#isSettled) dispatch();
      return await this.#done.promise;
    } catch (error) {
      throw this.#explain(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
  }

  onRequestStart(controller: Controller): void {
    this.#onDeparture();
    // It was given up while the connection was being made: nothing is written.
    if (this.#isSettled) controller.abort(new Error("given up"));
    else this.#controller = controller;
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
    );
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk.subarray(0, limits.responseBytesMax - this.#bytes));
    this.#bytes += chunk.length;
    if (this.#bytes < limits.responseBytesMax) return;
    this.#answer();
    controller.abort(new Error("enough was read"));
  }

  onResponseEnd(): void {
    this.#answer();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#fail(error);
  }

  #answer(): void {
    this.#isSettled = true;
    const body = Buffer.concat(this.#chunks).toString("utf8");
    this.#done.resolve({ status: this.#status, headers: this.#headers, body });
  }

  /** A status that has come is the answer, even where the body breaks off. */
  #fail(error: unknown): void {
    if (this.#status > 0) this.#answer();
    this.#isSettled = true;
    this.#done.reject(error);
  }

  #abort(code: HttpErrorCode, message: string): void {
    const error = new HttpError(code, { message, mayHaveArrived: this.#controller !== null });
    this.#fail(error);
    this.#controller?.abort(error);
  }

  #explain(error: unknown): Error {
    if (error instanceof HttpError) return error;
    if (error instanceof EgressRefusedError) return new EgressRefusedError(this.#receiver, error.reason);
    const code = codeOf(error);
    const mayHaveArrived = this.#controller !== null;
    if (code === "UND_ERR_INVALID_ARG") {
      // undici's own text could quote a header's value.
      const message = `the request to ${this.#receiver} is not valid HTTP: look at its headers and method`;
      return new HttpError("InvalidRequest", { message, mayHaveArrived: false });
    }
    const what = mayHaveArrived ? lostText(error, this.#receiver) : connectText(code, this.#receiver);
    return new HttpError(mayHaveArrived ? "ConnectionLost" : "ConnectFailed", {
      message: code === "" ? what : `${what} (${code})`,
      mayHaveArrived,
      cause: error,
    });
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

function lostText(error: unknown, receiver: string): string {
  const isAnswer = error instanceof Error && error.name === "HTTPParserError";
  return isAnswer ? `${receiver} answered what is no HTTP` : `lost the connection to ${receiver}`;
}

function connectText(code: string, host: string): string {
  switch (code) {
    case "ECONNREFUSED":
      return `${host} refused the connection`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} could not be resolved`;
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return `${host} did not accept a connection in time`;
    case "ERR_PROXY_UNREACHABLE":
      return `the proxy on the way to ${host} cannot be reached`;
    case "ERR_PROXY_REFUSED":
      return `the proxy refuses the way to ${host}`;
    case "ERR_PROXY_LOOKUP":
      return `${host} could not be resolved here; --allow-egress HOST leaves that to the proxy`;
    case "CERT_HAS_EXPIRED":
      return `the certificate of ${host} has expired`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `the certificate of ${host} is for another name`;
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
      return `${host} does not speak TLS`;
    default:
      return /CERT|SELF_SIGNED|TLS|SSL|ISSUER|SIGNATURE/.test(code)
        ? `the certificate of ${host} is not trusted; tls.caSecretRef can name its authority`
        : `no connection to ${host}`;
  }
}
