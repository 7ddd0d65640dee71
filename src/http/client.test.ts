import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { HttpRequest } from "../destinations/destination.ts";
import { createHttpClient, type HttpClient } from "./client.ts";
import type { Resolve } from "./checked-lookup.ts";
import type { EgressSettings } from "./egress.ts";
import { EgressRefusedError } from "./egress.ts";
import { HttpError } from "./http-error.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function client(egress: Partial<EgressSettings> = {}, resolve?: Resolve): HttpClient {
  const made = createHttpClient({
    egress: { strict: false, allow: ["127.0.0.0/8"], ...egress },
    ...(resolve === undefined ? {} : { resolve }),
  });
  closers.push(() => made.close());
  return made;
}

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closers.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return listen(server);
}

/** A server that does with each connection what it is told, and speaks no HTTP of its own. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  closers.push(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return listen(server);
}

function post(url: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  const receiver = URL.parse(url)?.host ?? "nobody";
  return {
    method: "POST",
    url,
    receiver,
    headers: { "content-type": "application/json" },
    body: '{"a":1}',
    timeoutMs: 5_000,
    ...changes,
  };
}
const never = new AbortController().signal;

async function failure(promise: Promise<unknown>): Promise<HttpError | EgressRefusedError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof HttpError || error instanceof EgressRefusedError) return error;
    throw error;
  }
  throw new Error("it was answered");
}

describe("an answer is an answer, whatever its status", () => {
  test("method, path, headers and body arrive; status, headers and body come back", async () => {
    const seen: unknown[] = [];
    const url = await receiver((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push([request.method, request.url, request.headers["content-type"], body]);
        response.writeHead(503, { "retry-after": "7" }).end("later");
      });
    });
    const answer = await client().request(post(`${url}/a/b?c=%20d`), never);
    expect(seen).toEqual([["POST", "/a/b?c=%20d", "application/json", '{"a":1}']]);
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "7" }, body: "later" });
  });

  test("a redirect is not followed", async () => {
    let requests = 0;
    const url = await receiver((_, response) => {
      requests += 1;
      response.writeHead(302, { location: "/other" }).end();
    });
    expect(await client().request(post(url), never)).toMatchObject({ status: 302, headers: { location: "/other" } });
    expect(requests).toBe(1);
  });

  test("a body is read to the bound, and the rest is never waited for", async () => {
    const url = await receiver((_, response) => {
      response.writeHead(200);
      response.write("x".repeat(1_000_000));
    });
    const { status, body } = await client().request(post(url), never);
    expect(status).toBe(200);
    expect(body).toHaveLength(65_536);
  });

  test("a body that breaks off or does not end leaves the status that has come", async () => {
    const url = await receiver((_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("part");
    });
    expect(await client().request(post(url, { timeoutMs: 300 }), never)).toMatchObject({ status: 200, body: "part" });
    const cut = await rawServer((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 204 No Content\r\ncontent-length: 9\r\n\r\n")),
    );
    expect(await client().request(post(cut), never)).toMatchObject({ status: 204 });
  });

  test("an interim answer is not the answer", async () => {
    const url = await rawServer((socket) =>
      socket.once("data", () =>
        socket.write("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"),
      ),
    );
    expect(await client().request(post(url), never)).toMatchObject({ status: 201 });
  });

  test("requests to one receiver share connections", async () => {
    const ports = new Set<number | undefined>();
    const url = await receiver((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const http = client();
    for (let index = 0; index < 5; index += 1) await http.request(post(url), never);
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});

describe("without an answer, what may have arrived is told from what cannot have", () => {
  test("a refused connection: nothing arrived", async () => {
    const server = createTcpServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(client().request(post(url), never));
    expect(error).toMatchObject({ code: "ConnectFailed", mayHaveArrived: false });
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+ refused the connection \(ECONNREFUSED\)$/);
  });

  test("a name that does not resolve: nothing arrived", async () => {
    const resolve: Resolve = (_, callback) => callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), []);
    const error = await failure(client({}, resolve).request(post("http://nowhere.example/secret-path"), never));
    expect(error).toMatchObject({
      code: "ConnectFailed",
      mayHaveArrived: false,
      message: "nowhere.example could not be resolved (ENOTFOUND)",
    });
  });

  test("TLS that is none: nothing arrived", async () => {
    const url = await rawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const error = await failure(client().request(post(url.replace("http:", "https:")), never));
    expect(error).toMatchObject({ code: "ConnectFailed", mayHaveArrived: false });
  });

  test("a receiver that never answers: it may have arrived", async () => {
    const url = await receiver(() => undefined);
    const error = await failure(client().request(post(url, { timeoutMs: 200 }), never));
    expect(error).toMatchObject({ code: "TimedOut", mayHaveArrived: true });
    expect(error.message).toMatch(/did not answer within 200 ms$/);
  });

  test("a connection that breaks after the request: it may have arrived", async () => {
    const url = await rawServer((socket) => socket.once("data", () => socket.destroy()));
    expect(await failure(client().request(post(url), never))).toMatchObject({ code: "ConnectionLost", mayHaveArrived: true });
  });

  test("a time-out while the name is looked up: nothing arrived, and nothing is sent later", async () => {
    let requests = 0;
    const url = await receiver((_, response) => {
      requests += 1;
      response.end();
    });
    const held: (() => void)[] = [];
    let isHeld = true;
    const resolve: Resolve = (_, callback) => {
      const answer = () => callback(null, [{ address: "127.0.0.1", family: 4 }]);
      if (isHeld) held.push(answer);
      else answer();
    };
    const http = client({}, resolve);
    const named = url.replace("127.0.0.1", "slow.example");
    expect(await failure(http.request(post(named, { timeoutMs: 50 }), never))).toMatchObject({
      code: "TimedOut",
      mayHaveArrived: false,
    });
    isHeld = false;
    for (const answer of held) answer();
    expect(await http.request(post(named), never)).toMatchObject({ status: 200 });
    expect(requests).toBe(1);
  });

  test("the caller's signal stops it: before the start nothing is sent", async () => {
    const url = await receiver(() => undefined);
    const controller = new AbortController();
    const running = failure(client().request(post(url), controller.signal));
    controller.abort();
    expect(await running).toMatchObject({ code: "Aborted" });
    expect(await failure(client().request(post(url), controller.signal))).toMatchObject({
      code: "Aborted",
      mayHaveArrived: false,
    });
  });
});

test("what aborts the request right before it is written keeps it back", async () => {
  let requests = 0;
  const url = await receiver((_, response) => {
    requests += 1;
    response.end();
  });
  const controller = new AbortController();
  const made = createHttpClient({ egress: { strict: false, allow: ["127.0.0.0/8"] }, onDeparture: () => controller.abort() });
  closers.push(() => made.close());
  expect(await failure(made.request(post(url), controller.signal))).toMatchObject({ code: "Aborted", mayHaveArrived: false });
  expect(await made.request(post(url), never)).toMatchObject({ status: 200 });
  expect(requests).toBe(1);
});

describe("a request that is not HTTP is refused, and its secrets are not quoted", () => {
  test.each<[string, Partial<HttpRequest> & { url: string }]>([
    ["a URL that is none", { url: "hooks" }],
    ["another scheme", { url: "file:///etc/passwd" }],
    ["credentials in the URL", { url: "https://user:hunter2@example.com/" }],
    ["a header line in a header", { url: "http://127.0.0.1:9", headers: { "x-a": "hunter2\r\nx-b: 1" } }],
    ["a header name that is none", { url: "http://127.0.0.1:9", headers: { "x a": "hunter2" } }],
    ["a method that is none", { url: "http://127.0.0.1:9", method: "PO ST" }],
  ])("%s", async (_, request) => {
    const error = await failure(client().request(post(request.url, request), never));
    expect(error).toMatchObject({ code: "InvalidRequest", mayHaveArrived: false });
    expect(error.message).not.toContain("hunter2");
  });
});
