import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import type { IncomingMessage } from "node:http";
import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { limits } from "../core/limits.ts";
import { Health } from "../telemetry/health.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

const running: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.close()));
});

const metrics: Pick<Metrics, "scrape"> = {
  scrape: async () => ({ contentType: "text/plain; version=0.0.4", body: "signalman_up 1\n" }),
};

async function start(fields: Partial<ServerOptions> = {}): Promise<RunningServer & { lines: string[]; health: Health }> {
  const lines: string[] = [];
  const health = new Health();
  const log = pino({ level: "trace" }, { write: (line: string) => lines.push(line) });
  const options = { host: "127.0.0.1", port: 0, opsPort: 0, hooks: null, health, metrics: metrics as Metrics, log, ...fields };
  const server = await startServer(options);
  running.push(server);
  return { ...server, lines, health };
}

/** What the hook handler was given: the body as text. */
function handler(): { bodies: string[]; hooks: NonNullable<ServerOptions["hooks"]> } {
  const bodies: string[] = [];
  return {
    bodies,
    hooks: async (request, response) => {
      if (request.url !== "/hooks") return false;
      bodies.push((request as IncomingMessage & { body: string }).body);
      response.end("ok\n");
      return true;
    },
  };
}

describe("operation", () => {
  test("/healthz, /readyz that is false until everything is known, /metrics", async () => {
    const { opsUrl, health } = await start();
    expect((await fetch(`${opsUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`${opsUrl}/readyz`)).status).toBe(503);
    health.done("caches");
    health.done("lease");
    expect((await fetch(`${opsUrl}/readyz`)).status).toBe(200);
    const scraped = await fetch(`${opsUrl}/metrics?x=1`);
    expect([scraped.headers.get("content-type"), await scraped.text()]).toEqual([
      "text/plain; version=0.0.4",
      "signalman_up 1\n",
    ]);
  });

  test("nothing else, and nothing but GET", async () => {
    const { opsUrl, appUrl } = await start();
    expect((await fetch(`${opsUrl}/admin`)).status).toBe(404);
    expect((await fetch(`${opsUrl}/metrics`, { method: "POST", body: "x" })).status).toBe(405);
    expect(appUrl).toBe("");
  });

  test.each(["//", "http://[", "/%"])("a request for %s is an answer, and takes nothing down", async (path) => {
    const { opsUrl } = await start();
    const { port } = new URL(opsUrl);
    const answer = await raw(Number(port), `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect((await fetch(`${opsUrl}/healthz`)).status).toBe(200);
  });

  test("a scrape that fails is a 500 and a line", async () => {
    const failing = { scrape: () => Promise.reject(new Error("no metrics")) } as unknown as Metrics;
    const { opsUrl, lines } = await start({ metrics: failing });
    expect((await fetch(`${opsUrl}/metrics`)).status).toBe(500);
    expect(lines).toHaveLength(1);
  });
});

describe("GitHub's webhooks", () => {
  test("the handler gets the body that was sent, also in pieces", async () => {
    const { bodies, hooks } = handler();
    const { appUrl } = await start({ hooks });
    expect(await (await fetch(`${appUrl}/hooks`, { method: "POST", body: '{"ä":1}' })).text()).toBe("ok\n");
    const { port } = new URL(appUrl);
    await raw(
      Number(port),
      "POST /hooks HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n",
    );
    expect(bodies).toEqual(['{"ä":1}', "ab"]);
  });

  test("another path is not found; a handler that throws is a 500, and its line has nothing of the body", async () => {
    const { appUrl, lines } = await start({
      hooks: async (request) => {
        if (request.url === "/hooks") throw new Error("broken");
        return false;
      },
    });
    expect((await fetch(`${appUrl}/x`, { method: "POST", body: "x" })).status).toBe(404);
    expect((await fetch(`${appUrl}/hooks`, { method: "POST", body: "hush" })).status).toBe(500);
    expect(lines).toHaveLength(1);
    expect(lines.join("")).not.toContain("hush");
  });

  test("who hangs up in the middle of a body is no work and no line", async () => {
    const { bodies, hooks } = handler();
    const { appUrl, lines } = await start({ hooks });
    const socket = connect(Number(new URL(appUrl).port), "127.0.0.1");
    socket.write("POST /hooks HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nonly this");
    socket.destroySoon();
    await once(socket, "close");
    expect((await fetch(`${appUrl}/hooks`, { method: "POST", body: "next" })).status).toBe(200);
    expect([bodies, lines]).toEqual([["next"], []]);
  });

  test("an answer that fails in its middle is cut off, not left hanging", async () => {
    const { appUrl, lines } = await start({
      hooks: async (_, response) => {
        response.writeHead(200, { "content-length": "10" });
        response.write("half");
        throw new Error("broken");
      },
    });
    const half = fetch(`${appUrl}/hooks`, { method: "POST", body: "x" }).then(async (it) => await it.text());
    await expect(half).rejects.toThrow(/terminated|fetch failed/);
    expect(lines).toHaveLength(1);
  });

  test("a body that is declared larger than GitHub's largest is refused before it is read", async () => {
    const { bodies, hooks } = handler();
    const { appUrl } = await start({ hooks });
    const head = `POST /hooks HTTP/1.1\r\nhost: x\r\ncontent-length: ${limits.hookBytesMax + 1}\r\n\r\n`;
    const answer = await raw(Number(new URL(appUrl).port), head);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(bodies).toEqual([]);
  });

  test("one that grows larger while it is read is cut there", async () => {
    const { bodies, hooks } = handler();
    const { appUrl } = await start({ hooks });
    expect(await status413(appUrl)).toBe(413);
    expect(bodies).toEqual([]);
    expect((await fetch(`${appUrl}/hooks`, { method: "POST", body: "small" })).status).toBe(200);
  });
});

describe("closing", () => {
  test("a port that is taken: rejects, and holds no other", async () => {
    const { hooks } = handler();
    const first = await start({ hooks });
    const taken = Number(new URL(first.appUrl).port);
    const free = await start();
    const opsPort = Number(new URL(free.opsUrl).port);
    await free.close();
    await expect(start({ hooks, port: taken, opsPort })).rejects.toThrow("EADDRINUSE");
    await start({ opsPort });
  });

  test("a request that is being answered ends, idle connections are cut", async () => {
    let answer: () => void = () => {};
    const entered = Promise.withResolvers<void>();
    const server = await start({
      hooks: async (_, response) => {
        entered.resolve();
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        response.end("late\n");
        return true;
      },
    });
    const late = fetch(`${server.appUrl}/hooks`, { method: "POST", body: "x" });
    await entered.promise;
    const closing = server.close();
    answer();
    expect(await (await late).text()).toBe("late\n");
    await closing;
    await expect(fetch(server.appUrl)).rejects.toThrow();
  });

  test("what never ends is cut: a request that is not answered, a connection that keeps silent", async () => {
    const entered = Promise.withResolvers<void>();
    const server = await start({
      hooks: async () => {
        entered.resolve();
        return await new Promise<boolean>(() => {});
      },
    });
    const port = Number(new URL(server.appUrl).port);
    const silent = connect(port, "127.0.0.1");
    await once(silent, "connect");
    const unanswered = raw(port, "POST /hooks HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
    await entered.promise;
    const silentEnds = once(silent.resume(), "close");
    await server.close();
    expect(await unanswered).toBe("");
    await silentEnds;
  });
});

/** Writes a request as it is, and reads until the other side has ended. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

/** Sends chunks without a declared length until an answer comes. */
async function status413(appUrl: string): Promise<number> {
  const chunk = Buffer.alloc(1024 * 1024);
  return await new Promise((resolve, reject) => {
    const request = httpRequest(`${appUrl}/hooks`, { method: "POST" }, (response) => {
      response.resume();
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
    let sent = 0;
    const more = () => {
      while (sent <= limits.hookBytesMax + 2 * chunk.length) {
        sent += chunk.length;
        if (!request.write(chunk)) {
          request.once("drain", more);
          return;
        }
      }
    };
    more();
  });
}
