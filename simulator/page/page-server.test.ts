import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DemoView } from "./demo-view.ts";
import { type PageServer, startPageServer } from "./page-server.ts";

let server: PageServer;
let pressed: string[];
let shown = "first";

beforeEach(async () => {
  pressed = [];
  shown = "first";
  const act = async () => void pressed.push("merge");
  const refuse = () => Promise.reject(new Error("GitHub is offline."));
  server = await startPageServer({
    port: 0,
    // The server sends whatever it is given.
    view: () => ({ step: shown }) as unknown as DemoView,
    acts: new Map([
      ["merge", act],
      ["refused", refuse],
    ]),
    onAct: () => pressed.push("taken over"),
  });
});
afterEach(() => server.close());

/** One request with these headers; status, headers and text of the answer. */
async function ask(method: string, path: string, headers: Record<string, string> = {}) {
  const asked = request(`${server.url}${path}`, { method, headers }).end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once("response", resolve);
    asked.once("error", reject);
  });
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

describe("the page's server", () => {
  test("serves the page and its modules with their types stripped, and allows nothing from elsewhere", async () => {
    const page = await ask("GET", "/");
    expect(page.status).toBe(200);
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'self'.*require-trusted-types-for 'script'/,
    );
    expect(page.text).not.toMatch(/(?:src|href)="(?!\/|#)/);
    const modules = [...page.text.matchAll(/src="(\/[a-z-]+\.ts)"/g)].map(([, path]) => path ?? "");
    expect(modules).toEqual(["/page.ts"]);
    const seen = new Set(modules);
    for (const path of seen) {
      const module = await ask("GET", path);
      expect(module.headers["content-type"]).toBe("text/javascript; charset=utf-8");
      expect(module.text).not.toMatch(/: (?:string|DemoView)\b/);
      for (const [, name] of module.text.matchAll(/from "\.(\/[a-z-]+\.ts)"/g)) seen.add(name ?? "");
    }
    expect(seen.size).toBe(7);
  });

  test("serves no other file", async () => {
    for (const path of ["/page-server.ts", "/../demo-acts.ts", "/%2e%2e/demo-acts.ts", "/browser/page.ts", "/tsconfig.json"]) {
      expect(await ask("GET", path)).toMatchObject({ status: 404 });
    }
  });

  test("acts for its own page alone: not for another origin, none, or another name of this machine", async () => {
    const { host } = new URL(server.url);
    expect(await ask("POST", "/acts/merge", { origin: "http://evil.example" })).toMatchObject({ status: 403 });
    expect(await ask("POST", "/acts/merge")).toMatchObject({ status: 403 });
    expect(await ask("GET", "/acts/merge", { origin: server.url })).toMatchObject({ status: 404 });
    expect(await ask("GET", "/", { host: `rebound.example:${host.split(":")[1]}` })).toMatchObject({ status: 421 });
    expect(pressed).toEqual([]);
    expect(await ask("POST", "/acts/merge", { origin: server.url })).toMatchObject({ status: 204, text: "" });
    expect(pressed).toEqual(["taken over", "merge"]);
  });

  test("says why something cannot be done now, and goes on", async () => {
    const headers = { origin: server.url };
    expect(await ask("POST", "/acts/refused", headers)).toMatchObject({ status: 200, text: "GitHub is offline." });
    expect(await ask("POST", "/acts/nosuch", headers)).toMatchObject({ status: 404 });
    expect(await ask("POST", "/acts/merge", headers)).toMatchObject({ status: 204 });
  });

  test("says what to do where its port is taken", async () => {
    const port = Number(new URL(server.url).port);
    const second = startPageServer({ port, view: () => ({}) as DemoView, acts: new Map(), onAct: () => {} });
    await expect(second).rejects.toThrow(`Port ${port}, the page's, is taken. Remedy: --port=0 takes a free one.`);
  });

  test("tells who looks what is so, and again what has changed", async () => {
    const response = await fetch(`${server.url}/events`, { signal: AbortSignal.timeout(5_000) });
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    let told = "";
    const until = async (word: string) => {
      while (!told.includes(word)) told += (await reader.read()).value ?? "";
    };
    await until('{"step":"first"}');
    expect(server.viewers).toBe(1);
    shown = "second";
    server.changed();
    await until('{"step":"second"}');
    await reader.cancel();
    await expect.poll(() => server.viewers).toBe(0);
  });
});
