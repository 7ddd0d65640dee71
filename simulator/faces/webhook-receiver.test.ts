import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createReceiverWorld, type ReceiverWorld } from "../world/receiver.ts";
import { startWebhookReceiver } from "./webhook-receiver.ts";

let world: ReceiverWorld;
let receiver: { readonly url: string; close(): Promise<void> };
let nowMs = 0;
beforeEach(async () => {
  nowMs = 1_000;
  world = createReceiverWorld({ now: () => nowMs });
  receiver = await startWebhookReceiver(world);
});
afterEach(() => receiver.close());

const post = (signal?: AbortSignal) =>
  fetch(`${receiver.url}/hook?x=1`, {
    method: "POST",
    body: "text",
    redirect: "manual",
    ...(signal === undefined ? {} : { signal }),
  });

describe("a receiver", () => {
  test("records every request as it was, and what it answered", async () => {
    const seen: number[] = [];
    world.onRequest(({ status }) => seen.push(status));
    expect((await post()).status).toBe(204);
    expect(world.requests).toMatchObject([{ atMs: 1_000, method: "POST", path: "/hook?x=1", body: "text", status: 204 }]);
    expect(world.requests[0]?.headers["content-type"]).toContain("text/plain");
    expect([seen, world.accepted().length]).toEqual([[204], 1]);
  });

  test("answers what it is told to: 503, 429 with Retry-After, 410, a redirect", async () => {
    world.behave({ kind: "status", status: 503 });
    expect((await post()).status).toBe(503);
    world.behave({ kind: "status", status: 429, retryAfterSeconds: 7 });
    expect((await post()).headers.get("retry-after")).toBe("7");
    world.behave({ kind: "status", status: 410 });
    expect((await post()).status).toBe(410);
    world.behave({ kind: "status", status: 302, location: "http://127.0.0.1/" });
    expect((await post()).headers.get("location")).toBe("http://127.0.0.1/");
    expect(world.accepted()).toEqual([]);
  });

  test("behaves differently for the next requests, then as before", async () => {
    world.behaveNext({ kind: "status", status: 500 }, { kind: "slow", latencyMs: 1 });
    expect([(await post()).status, (await post()).status, (await post()).status]).toEqual([500, 204, 204]);
  });

  test("down: connections are refused, and the address is the same when it is back", async () => {
    world.behave({ kind: "refuse" });
    await expect(post()).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    world.behave({ kind: "ok" });
    expect((await post()).status).toBe(204);
    expect(world.requests).toHaveLength(1);
  });

  test("a reset after reading has the message; a reset before has nothing", async () => {
    world.behaveNext({ kind: "resetAfter" }, { kind: "resetBefore" });
    await expect(post()).rejects.toThrow();
    await expect(post()).rejects.toThrow();
    expect(world.requests.map(({ body, status }) => [body, status])).toEqual([["text", 0]]);
  });

  test("what is no HTTP, and a body that does not end", async () => {
    world.behaveNext({ kind: "garbage" }, { kind: "endless" });
    await expect(post()).rejects.toThrow();
    const answer = await post();
    const reader = answer.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    expect(world.requests.map(({ status }) => status)).toEqual([0, 200]);
  });

  test("hanging: it reads and never answers", async () => {
    world.behave({ kind: "hang" });
    const leaving = new AbortController();
    const asked = post(leaving.signal);
    const gone = expect(asked).rejects.toThrow();
    await expect.poll(() => world.requests.length).toBe(1);
    leaving.abort();
    await gone;
    expect(world.requests[0]?.status).toBe(0);
  });
});
