import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Arrival {
  /** `performance.now()` when the request's head was there. */
  readonly atMs: number;
  readonly path: string;
  readonly body: string;
}

const serversCount = 10;

/** A webhook's receiver that does as little as it can: `answer` decides what becomes of a request, 204 at once by default. */
export interface Receiver {
  readonly url: string;
  /** Of ten servers on ports of their own, `url` the first: the product's limits are an origin's. An arrival's path is the server's number: "/3". */
  readonly urls: readonly string[];
  /** In order of arrival. */
  readonly arrivals: Arrival[];
  answer: (path: string, response: ServerResponse) => void;
  /** Which requests are arrivals; all by default. */
  counts: (path: string) => boolean;
  /** Resolves once so many have come since the start, or after `withinMs`; returns how many have. */
  untilArrived(count: number, withinMs: number): Promise<number>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const receive = (path: string) => (request: IncomingMessage, response: ServerResponse) => {
    const atMs = performance.now();
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (receiver.counts(path)) arrivals.push({ atMs, path, body: Buffer.concat(parts).toString() });
      receiver.answer(path, response);
      for (const it of waiting) if (arrivals.length >= it.count) it.resolve();
    });
  };
  const servers = Array.from({ length: serversCount }, (_, index) => createServer(receive(`/${index}`)));
  for (const server of servers) {
    server.keepAliveTimeout = 60_000;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const receiver: Receiver = {
    url: urls[0] ?? "",
    urls,
    arrivals,
    answer: (_path, response) => void response.writeHead(204).end(),
    counts: () => true,
    async untilArrived(count, withinMs) {
      if (arrivals.length >= count) return arrivals.length;
      const { promise, resolve } = Promise.withResolvers<void>();
      const entry = { count, resolve };
      const timer = setTimeout(resolve, withinMs);
      waiting.push(entry);
      await promise;
      clearTimeout(timer);
      waiting.splice(waiting.indexOf(entry), 1);
      return arrivals.length;
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
        await once(server, "close");
      }
    },
  };
  return receiver;
}
