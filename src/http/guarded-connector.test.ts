import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ForwardProxyOptions, startForwardProxy } from "../../simulator/faces/forward-proxy.ts";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import { type Authority, createAuthority } from "../../simulator/world/certificates.ts";
import { createReceiverWorld, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import type { HttpRequest, HttpResponse } from "../destinations/destination.ts";
import type { Resolve } from "./checked-lookup.ts";
import { createHttpClient, type HttpClientOptions } from "./client.ts";
import { EgressRefusedError } from "./egress.ts";
import { HttpError } from "./http-error.ts";
import { parseNoProxy } from "./proxy-choice.ts";

const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function post(url: string, options: Partial<HttpClientOptions> = {}, ca: string | null = null): Promise<HttpResponse> {
  const http = createHttpClient({ egress: { strict: false, allow: ["127.0.0.1"] }, ...options });
  const request: HttpRequest = {
    method: "POST",
    url,
    receiver: new URL(url).host,
    headers: { authorization: "Bearer hunter2" },
    body: "x",
    timeoutMs: 5_000,
  };
  try {
    return await http.request({ ...request, ...(ca !== null && { tls: { ca, client: null } }) }, never);
  } finally {
    await http.close();
  }
}

async function failure(promise: Promise<unknown>): Promise<HttpError | EgressRefusedError> {
  const error: unknown = await promise.then(
    () => new Error("it was answered"),
    (it: unknown) => it,
  );
  if (error instanceof HttpError || error instanceof EgressRefusedError) return error;
  throw error;
}

async function receiver(tls?: { certificate: string; key: string }): Promise<{ world: ReceiverWorld; port: string }> {
  const world = createReceiverWorld({ now: () => 0 });
  const face = await startWebhookReceiver(world, tls === undefined ? {} : { tls });
  closers.push(() => face.close());
  return { world, port: new URL(face.url).port };
}

const toLoopback: Resolve = (_, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);
const nothingAllowed = { egress: { strict: false, allow: [] } };

describe("the egress guard stands at the connection (design §9)", () => {
  test.each([
    "http://127.0.0.1",
    "http://2130706433",
    "http://0x7f.1",
    "http://0x7f000001",
    "http://017700000001",
    "http://127.1",
    "http://%31%32%37.0.0.1",
    "http://１２７.0.0.1",
    "http://127。0。0。1",
    "http://127.0.1",
    "http://0",
    "http://①②⑦.⓪.⓪.①",
    "http://[::]",
    "http://[::1]",
    "http://[0:0:0:0:0:0:0:1]",
    "http://[::ffff:127.0.0.1]",
    "http://[::ffff:7f00:1]",
    "http://[::127.0.0.1]",
    "http://[64:ff9b::7f00:1]",
    "http://[64:ff9b::169.254.169.254]",
    "http://[64:ff9b:1::a9fe:a9fe]",
    "http://[2002:7f00:1::]",
    "http://[2002:a9fe:a9fe::1]",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "http://[fe80::1]",
    "http://[fd00:ec2::254]",
    "http://169.254.169.254/latest/meta-data",
    "http://0251.0376.0251.0376",
    "http://2852039166",
    "http://0xa9fea9fe",
    "http://100.100.100.200",
    "https://localhost",
  ])("%s, straight and through a proxy that would go there", async (url) => {
    const proxy = await startProxy();
    for (const proxies of [{ https: "", http: "", except: [] }, proxy.settings]) {
      const error = await failure(post(url, { ...nothingAllowed, proxies }));
      expect(error).toBeInstanceOf(EgressRefusedError);
      expect(error.message).toMatch(/--allow-egress/);
    }
    expect(proxy.asked).toEqual([]);
  });

  test("a name is refused where ANY of its addresses is", async () => {
    const resolve: Resolve = (_, callback) =>
      callback(null, [
        { address: "93.184.216.34", family: 4 },
        { address: "::1", family: 6 },
      ]);
    const error = await failure(post("http://two.example", { ...nothingAllowed, resolve }));
    expect(error.message).toBe(
      "two.example is refused: ::1 is a loopback address. Only an administrator can allow it: --allow-egress ::1.",
    );
  });

  test("what was looked up is what is dialled: a name that changes afterwards gains nothing", async () => {
    const { port, world } = await receiver();
    let lookups = 0;
    const resolve: Resolve = (_, callback) => {
      lookups += 1;
      callback(null, [{ address: lookups === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 }]);
    };
    expect(await post(`http://rebind.example:${port}`, { resolve })).toMatchObject({ status: 204 });
    expect([lookups, world.requests.length]).toEqual([1, 1]);
  });

  test("a name that changes between two requests is refused at the second one", async () => {
    const { port } = await receiver();
    let address = "127.0.0.1";
    const resolve: Resolve = (_, callback) => callback(null, [{ address, family: 4 }]);
    expect(await post(`http://rebind.example:${port}`, { resolve })).toMatchObject({ status: 204 });
    address = "169.254.169.254";
    expect(await failure(post(`http://rebind.example:${port}`, { resolve }))).toBeInstanceOf(EgressRefusedError);
  });

  test("counter-test: with the address allowed, the same request arrives", async () => {
    const { port } = await receiver();
    expect(await failure(post(`http://127.0.0.1:${port}`, nothingAllowed))).toBeInstanceOf(EgressRefusedError);
    expect(await post(`http://127.0.0.1:${port}`)).toMatchObject({ status: 204 });
  });
});

describe("through a proxy the guard stands as well (docs/decisions/0009)", () => {
  let authority: Authority;
  beforeAll(() => {
    authority = createAuthority("receivers");
  });

  test("https: the proxy gets the address that was checked, the receiver the name", async () => {
    const { port, world } = await receiver(authority.issue("x", { hosts: ["hooks.example"] }));
    const proxy = await startProxy();
    const options = { proxies: proxy.settings, resolve: toLoopback };
    expect(await post(`https://hooks.example:${port}/a`, options, authority.certificate)).toMatchObject({ status: 204 });
    expect(proxy.asked).toEqual([`127.0.0.1:${port}`]);
    expect(world.requests).toMatchObject([{ path: "/a", headers: { host: `hooks.example:${port}` } }]);
    expect(JSON.stringify(proxy.headers)).not.toContain("hunter2");
    // Not for another name: what the proxy leads to has to prove that it is the receiver.
    expect(await failure(post(`https://other.example:${port}`, options, authority.certificate))).toMatchObject({
      code: "ConnectFailed",
      message: expect.stringContaining("is for another name") as string,
    });
  });

  test("http: a tunnel too", async () => {
    const { port, world } = await receiver();
    const proxy = await startProxy();
    expect(await post(`http://hooks.example:${port}`, { proxies: proxy.settings, resolve: toLoopback })).toMatchObject({
      status: 204,
    });
    expect([proxy.asked, world.requests.length]).toEqual([[`127.0.0.1:${port}`], 1]);
  });

  test("a name that leads where nobody may go is refused, and the proxy is not asked", async () => {
    const proxy = await startProxy();
    const resolve: Resolve = (_, callback) => callback(null, [{ address: "169.254.169.254", family: 4 }]);
    expect(await failure(post("https://meta.example", { proxies: proxy.settings, resolve }))).toBeInstanceOf(EgressRefusedError);
    expect(proxy.asked).toEqual([]);
  });

  test("a name that is allowed by itself is left to the proxy, which may be the only one that knows it", async () => {
    const { port, world } = await receiver();
    const proxy = await startProxy();
    const unknown: Resolve = (_, callback) => callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), []);
    const options = { proxies: proxy.settings, resolve: unknown };
    expect(await failure(post(`http://hooks.corp.example:${port}`, options))).toMatchObject({
      code: "ConnectFailed",
      mayHaveArrived: false,
      message: expect.stringContaining("--allow-egress HOST leaves that to the proxy") as string,
    });
    const allowed = { ...options, egress: { strict: true, allow: ["corp.example"] } };
    expect(await post(`http://hooks.corp.example:${port}`, allowed)).toMatchObject({ status: 204 });
    expect([proxy.asked, world.requests.length]).toEqual([[`hooks.corp.example:${port}`], 1]);
  });

  test("NO_PROXY goes straight, and the guard stands there", async () => {
    const { port } = await receiver();
    const proxy = await startProxy();
    const proxies = { ...proxy.settings, except: parseNoProxy("hooks.example") };
    expect(await post(`http://hooks.example:${port}`, { proxies, resolve: toLoopback })).toMatchObject({ status: 204 });
    expect(await failure(post("http://hooks.example", { ...nothingAllowed, proxies, resolve: toLoopback }))).toBeInstanceOf(
      EgressRefusedError,
    );
    expect(proxy.asked).toEqual([]);
  });

  test("who the proxy is told that we are is in no error", async () => {
    const proxy = await startProxy({ status: 407 });
    const error = await failure(post("http://127.0.0.1:9", { proxies: proxy.settings }));
    expect(proxy.headers).toMatchObject([{ "proxy-authorization": `Basic ${Buffer.from("ann:p@ss").toString("base64")}` }]);
    expect(error).toMatchObject({ code: "ConnectFailed", mayHaveArrived: false });
    expect(error.message).toBe("the proxy refuses the way to 127.0.0.1:9 (ERR_PROXY_REFUSED)");
  });

  test("a proxy that is down, or speaks first: nothing was sent", async () => {
    const { port } = await receiver();
    const down = { https: "", http: "http://127.0.0.1:1", except: [] };
    expect(await failure(post(`http://127.0.0.1:${port}`, { proxies: down }))).toMatchObject({
      mayHaveArrived: false,
      message: `the proxy on the way to 127.0.0.1:${port} cannot be reached (ERR_PROXY_UNREACHABLE)`,
    });
    const chatty = await startProxy({ head: "HTTP/1.1 200 OK\r\n\r\n" });
    expect(await failure(post(`http://127.0.0.1:${port}`, { proxies: chatty.settings }))).toMatchObject({
      mayHaveArrived: false,
    });
  });
});

async function startProxy(options: ForwardProxyOptions = {}) {
  const proxy = await startForwardProxy(options);
  closers.push(() => proxy.close());
  return { ...proxy, settings: { https: proxy.url, http: proxy.url, except: [] } };
}
