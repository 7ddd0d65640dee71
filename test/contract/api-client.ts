import { Agent, request } from "undici";
import type { Dispatcher } from "undici";

export interface ApiServerAddress {
  readonly url: string;
  readonly token: string;
  /** PEM; "" for plain HTTP. */
  readonly certificateAuthority: string;
}

export interface ApiAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parsed where it is JSON, else the text. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of any shape
  readonly body: any;
}

export interface ApiRequestOptions {
  readonly body?: unknown;
  readonly contentType?: string;
  /** In place of the address's own token; "" sends none. */
  readonly token?: string;
  readonly signal?: AbortSignal;
}

const requestMs = 30_000;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A bare client for tests: no retries, no schema, whatever the server says is the answer. `close` frees its connections. */
export class ApiClient {
  readonly #address: ApiServerAddress;
  readonly #agent: Agent;

  constructor(address: ApiServerAddress) {
    this.#address = address;
    this.#agent = new Agent({ connect: address.certificateAuthority === "" ? {} : { ca: address.certificateAuthority } });
  }

  async request(method: Dispatcher.HttpMethod, path: string, options: ApiRequestOptions = {}): Promise<ApiAnswer> {
    const { statusCode, headers, body } = await this.#send(method, path, {
      ...options,
      signal: options.signal ?? AbortSignal.timeout(requestMs),
    });
    return { code: statusCode, headers, body: parsed(await body.text()) };
  }

  get(path: string): Promise<ApiAnswer> {
    return this.request("GET", path);
  }

  /** Merge patch. */
  patch(path: string, body: unknown): Promise<ApiAnswer> {
    return this.request("PATCH", path, { body, contentType: "application/merge-patch+json" });
  }

  /** Every line of a watch until the server ends it; each is one parsed event. */
  async *watch(path: string, options: ApiRequestOptions = {}): AsyncGenerator<WatchLine> {
    const { body } = await this.#send("GET", path, { ...options, signal: options.signal ?? AbortSignal.timeout(requestMs) });
    let rest = "";
    body.setEncoding("utf8");
    for await (const chunk of body as AsyncIterable<string>) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield JSON.parse(line) as WatchLine;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #send(method: Dispatcher.HttpMethod, path: string, options: ApiRequestOptions): Promise<Dispatcher.ResponseData> {
    const token = options.token ?? this.#address.token;
    return request(`${this.#address.url}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        ...(options.body === undefined ? {} : { "content-type": options.contentType ?? "application/json" }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }
}

export interface WatchLine {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into objects of any shape
  readonly object: any;
}
