import type { IncomingMessage, ServerResponse } from "node:http";
import { startHttpFace } from "../faces/http-face.ts";
import type { DemoAct } from "./demo-acts.ts";
import type { DemoView } from "./demo-view.ts";
import { type Asset, loadPageAssets } from "./page-assets.ts";

export interface PageServerOptions {
  /** 0: one that is free. */
  readonly port: number;
  /** Everything as it is now. */
  readonly view: () => DemoView;
  /** By name; called one after the other. */
  readonly acts: ReadonlyMap<string, DemoAct>;
  /** Somebody presses a button: the story is theirs from now on. */
  readonly onAct: () => void;
}

export interface PageServer {
  readonly url: string;
  /** Whoever looks is told what has changed, soon. */
  changed(): void;
  /** How many look. */
  readonly viewers: number;
  close(): Promise<void>;
}

/** Nothing from elsewhere, nothing inline, no text that becomes HTML or code. */
const securityHeaders = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** People see no more than some ten pictures a second, and Fleet writes in bursts. */
const sendEveryMs = 100;
/** More browsers than this at one demo are a mistake. */
const viewersMax = 20;

/** Serves the demo's page on 127.0.0.1: the page's files, what is so as server-sent events at `/events`, and the buttons at `/acts/NAME`. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const server = new Server(options, await loadPageAssets());
  const { port } = options;
  const face = await startHttpFace((request, response) => server.answer(request, response), { port }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port}, the page's, is taken. Remedy: --port=0 takes a free one.`, { cause: error });
  });
  server.host = new URL(face.url).host;
  return {
    url: face.url,
    changed: () => server.changed(),
    get viewers() {
      return server.viewers.size;
    },
    close: async () => {
      server.close();
      await face.close();
    },
  };
}

class Server {
  host = "";
  readonly viewers = new Set<ServerResponse>();
  readonly #options: PageServerOptions;
  readonly #assets: ReadonlyMap<string, Asset>;
  #timer: NodeJS.Timeout | null = null;
  #acting: Promise<unknown> = Promise.resolve();

  constructor(options: PageServerOptions, assets: ReadonlyMap<string, Asset>) {
    this.#options = options;
    this.#assets = assets;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const { method = "", url: path = "", headers } = request;
    // Another name for this machine is another site's: a page elsewhere must neither read nor act here.
    if (headers.host !== this.host) return end(response, 421, "This page is at its address only.");
    const asset = this.#assets.get(path);
    if (method === "GET" && asset !== undefined) {
      response.writeHead(200, { "content-type": asset.contentType }).end(asset.text);
    } else if (method === "GET" && path === "/events") this.#follow(response);
    else if (method === "POST" && path.startsWith("/acts/")) await this.#act(request, response);
    else end(response, 404, "There is nothing here.");
  }

  changed(): void {
    if (this.viewers.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const event = this.#event();
      for (const viewer of this.viewers) viewer.write(event);
    }, sendEveryMs);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const viewer of this.viewers) viewer.end();
  }

  async #act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = "", headers } = request;
    if (headers.origin !== `http://${this.host}`) return end(response, 403, "Only this page's own buttons act here.");
    const act = this.#options.acts.get(url.slice("/acts/".length));
    if (act === undefined) return end(response, 404, "There is no such button.");
    this.#options.onAct();
    // 204: done. 200: it cannot be done now, and why, in words for people; nothing is wrong with the request.
    const acting = this.#acting.then(act);
    this.#acting = acting.catch(() => {}); // who pressed gets the error; the next one goes on
    try {
      await acting;
      end(response, 204, "");
    } catch (error) {
      end(response, 200, error instanceof Error ? error.message : String(error));
    }
    this.changed();
  }

  #follow(response: ServerResponse): void {
    if (this.viewers.size >= viewersMax) return end(response, 503, `At most ${viewersMax} browsers at a time.`);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`retry: 1000\n${this.#event()}`);
    this.viewers.add(response);
    response.once("close", () => this.viewers.delete(response));
    this.changed();
  }

  #event(): string {
    return `data: ${JSON.stringify(this.#options.view())}\n\n`;
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}
