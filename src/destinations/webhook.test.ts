import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { attemptWith, never, now, outcomeOf, send, stream, token } from "../../test/webhooks/webhook-under-test.ts";
import { sampleMessage } from "../core/message/sample-message.ts";
import { createHttpClient } from "../http/client.ts";
import { EgressRefusedError } from "../http/egress.ts";
import { HttpError } from "../http/http-error.ts";
import type { DestinationIo, HttpRequest } from "./destination.ts";
import { SecretMissingError } from "./secret-missing-error.ts";
import { webhook } from "./webhook.ts";

describe("the request (design §5)", () => {
  test("an event: headers and the documented JSON", async () => {
    const { outcome, sent } = await send({});
    expect(outcome).toEqual({ kind: "delivered" });
    expect(sent).toHaveLength(1);
    const { body, ...request } = sent[0] as HttpRequest;
    expect(JSON.parse(body)).toMatchObject({ type: "GitRepoReady", stream, sequence: 7, data: { gitRepo: { name: "shop" } } });
    expect(request).toMatchInlineSnapshot(`
      {
        "headers": {
          "content-type": "application/json",
          "signalman-sequence": "7",
          "signalman-stream": "fleet-default/deployments/chat/fleet-default/shop",
          "user-agent": "signalman",
          "webhook-id": "msg_0aZ3kQp7vXn1sYbR2cTdUe4fGhJ",
          "webhook-timestamp": "1795435350",
          "x-env": "prod",
        },
        "method": "POST",
        "receiver": "hooks.example.com",
        "timeoutMs": 10000,
        "url": "https://hooks.example.com/services/T0/secret-path",
      }
    `);
  });

  test("id, body and sequence are the same on every attempt, the timestamp is the attempt's", async () => {
    const first = (await send({})).sent[0];
    const second = (await send({}, { atMs: now + 60_000 })).sent[0];
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(Number(second?.headers["webhook-timestamp"]) - Number(first?.headers["webhook-timestamp"])).toBe(60);
  });

  test("a template", async () => {
    const { sent } = await send({ format: "template", body: '{"text": {{json summary}}, "n": {{sequence}}, "s": "{{stream}}"}' });
    expect(sent[0]?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(sent[0]?.body ?? "")).toEqual({
      text: "fleet-default/shop: 4f2a91c deployed to 40/40 clusters",
      n: 7,
      s: stream,
    });
  });

  test("a text says its charset", async () => {
    const { sent } = await send({ format: "template", contentType: "text/plain", body: "é {{summary}}" });
    expect(sent[0]?.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(sent[0]?.body).toBe("é fleet-default/shop: 4f2a91c deployed to 40/40 clusters");
  });

  test("a form: what is inserted is percent-encoded and stays one field", async () => {
    const contentType = "application/x-www-form-urlencoded";
    const { sent } = await send({ format: "template", contentType, body: "text={{summary}}&to={{gitRepo.name}}" });
    expect(sent[0]?.headers["content-type"]).toBe(contentType);
    expect([...new URLSearchParams(sent[0]?.body)]).toEqual([
      ["text", "fleet-default/shop: 4f2a91c deployed to 40/40 clusters"],
      ["to", "shop"],
    ]);
  });

  test.each(["PUT", "PATCH", "DELETE", "OPTIONS"] as const)("by %s, with the body", async (method) => {
    expect((await send({ method })).sent).toMatchObject([{ method, body: expect.stringContaining("GitRepoReady") as string }]);
  });

  test.each(["GET", "HEAD"] as const)("by %s: no body, and no content type", async (method) => {
    const { sent } = await send({ method });
    expect(sent).toMatchObject([{ method, body: "" }]);
    expect(sent[0]?.headers).not.toHaveProperty("content-type");
  });

  test("no message smuggles a second JSON value or a header line", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const message = sampleMessage("GitRepoReady", {
          target: text,
          gitRepo: { ...sampleMessage("GitRepoReady").gitRepo, repo: text },
        });
        for (const format of ["event", "template"] as const) {
          const { sent } = await send({ format, body: '{"repo": "{{gitRepo.repo}}"}' }, {}, message);
          const body = JSON.parse(sent[0]?.body ?? "") as { repo?: string; data?: { gitRepo: { repo: string } } };
          expect(body.repo ?? body.data?.gitRepo.repo).toBe(text);
          for (const value of Object.values(sent[0]?.headers ?? {})) expect(value).toMatch(/^[\x20-\x7e]*$/);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("credentials come from Secrets, when they are used", () => {
  test("a bearer token; the line end of the file that it was made from is not part of it", async () => {
    const { sent } = await send({ auth: { kind: "bearer", secret: token } }, { secrets: { token: "t0ken\n" } });
    expect(sent[0]?.headers["authorization"]).toBe("Bearer t0ken");
  });

  test("basic auth", async () => {
    const auth = { kind: "basic", username: { ...token, key: "user" }, password: { ...token, key: "password" } } as const;
    const { sent } = await send({ auth }, { secrets: { user: "ann", password: "é:x" } });
    expect(sent[0]?.headers["authorization"]).toBe(`Basic ${Buffer.from("ann:é:x").toString("base64")}`);
  });

  test.each([
    [
      "a Secret that is missing",
      new SecretMissingError(token),
      'Secret fleet-default/hook does not exist. Create it with the key "token"; it is looked for again every 5 minutes.',
    ],
    [
      "a key that is missing",
      new SecretMissingError(token, "key"),
      'Secret fleet-default/hook has no key "token". Add the key; it is looked for again every 5 minutes.',
    ],
    [
      "an empty one",
      "\n",
      'Secret fleet-default/hook has nothing in it, under the key "token". Change it; it is looked at again every 5 minutes.',
    ],
    [
      "one with a line end inside",
      "hunter2\r\nx: y",
      'Secret fleet-default/hook has characters that no header may have, under the key "token". Change it; it is looked at again every 5 minutes.',
    ],
  ])("%s parks the stream, and nothing is sent", async (_, value, reason) => {
    const { outcome, sent } = await send({ auth: { kind: "bearer", secret: token } }, { secrets: { token: value } });
    expect(outcome).toEqual({ kind: "park", code: "SecretMissing", reason });
    expect(sent).toEqual([]);
  });

  test("an API server that is down is tried again", async () => {
    expect(await outcomeOf({ auth: { kind: "bearer", secret: token } }, { secrets: { token: new Error("503") } })).toMatchObject({
      kind: "retry",
    });
  });
});

describe("without an answer", () => {
  const failed = (
    code: "TimedOut" | "ConnectFailed" | "ConnectionLost" | "Aborted" | "InvalidRequest",
    mayHaveArrived: boolean,
  ) => outcomeOf({}, { answer: new HttpError(code, { message: "text", mayHaveArrived }) });

  test("what may have arrived is unknown; it is repeated with the same id and body", async () => {
    expect(await failed("TimedOut", true)).toEqual({ kind: "unknown", reason: "text" });
    expect(await failed("ConnectionLost", true)).toMatchObject({ kind: "unknown" });
    expect(await failed("Aborted", true)).toMatchObject({ kind: "unknown" });
  });
  test("what cannot have arrived is tried again", async () => {
    expect(await failed("ConnectFailed", false)).toEqual({ kind: "retry", reason: "text", notBeforeMs: 0, endpointUntilMs: 0 });
    expect(await failed("TimedOut", false)).toMatchObject({ kind: "retry" });
  });
  test("what is no request, or goes where it may not, is parked", async () => {
    expect(await failed("InvalidRequest", false)).toMatchObject({ kind: "park", code: "Refused" });
    expect(await outcomeOf({}, { answer: new EgressRefusedError("10.0.0.1", "it is private") })).toEqual({
      kind: "park",
      code: "EgressRefused",
      reason: "10.0.0.1 is refused: it is private",
    });
  });
  test("an error that nobody knows may mean anything", async () => {
    expect(await outcomeOf({}, { answer: new TypeError("secret-path") })).toEqual({
      kind: "unknown",
      reason: "the request to hooks.example.com failed",
    });
  });
});

describe("a template that fails parks the stream with line and column, and nothing is sent", () => {
  test.each([
    ['{"a": {{json comit}}}', 'The template of webhook.body failed at line 1, column 14: There is no field "comit" here.'],
    ['{"a": ', "The template of webhook.body failed at line 1, column 1: What the template renders is not JSON: "],
    ["{{#if}}", "The template of webhook.body failed at line 1, column 8: The template ends where something is still open"],
  ])("%s", async (body, reason) => {
    const { outcome, sent } = await send({ format: "template", body });
    expect(outcome).toEqual({ kind: "park", code: "TemplateFailed", reason: expect.stringContaining(reason) as string });
    expect(sent).toEqual([]);
  });
});

describe("over a real connection", () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  test("the receiver gets what was meant", async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { type } = JSON.parse(Buffer.concat(chunks).toString()) as { type: string };
        seen.push([request.method, request.url, type, request.headers["x-env"], request.headers["webhook-id"]]);
        response.writeHead(202).end();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const http = createHttpClient({ egress: { strict: false, allow: ["127.0.0.1"] } });
    closers.push(
      () => http.close(),
      () => new Promise((resolve) => server.close(() => resolve())),
    );
    const attempt = attemptWith({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` });
    const io = { http: (request: HttpRequest, signal: AbortSignal) => http.request(request, signal), now: () => now };
    expect(await webhook.apply(attempt, io as DestinationIo, never)).toEqual({ kind: "delivered" });
    expect(seen).toEqual([["POST", "/hook", "GitRepoReady", "prod", attempt.message.id]]);
  });
});
