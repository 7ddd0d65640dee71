import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { sampleMessage } from "../core/message/sample-message.ts";
import type { Rule, SecretReference, WebhookConfig } from "../core/notification/rule.ts";
import { createHttpClient } from "../http/client.ts";
import { EgressRefusedError } from "../http/egress.ts";
import { HttpError } from "../http/http-error.ts";
import type { Attempt, DestinationIo, HttpRequest, HttpResponse } from "./destination.ts";
import { SecretMissingError } from "./secret-missing-error.ts";
import { webhook } from "./webhook.ts";

const now = Date.parse("2026-11-23T12:02:30.700Z");
const never = new AbortController().signal;
const stream = "fleet-default/deployments/chat/fleet-default/shop";
const token: SecretReference = { namespace: "fleet-default", name: "hook", key: "token" };

const config: WebhookConfig = {
  type: "webhook",
  url: "https://hooks.example.com/services/T0/secret-path",
  method: "POST",
  headers: { "X-Env": "prod" },
  format: "event",
  contentType: "application/json",
  body: "",
  auth: { kind: "none" },
  timeoutMs: 10_000,
};
const rule: Omit<Rule, "config"> = {
  notification: { kind: "Notification", namespace: "fleet-default", name: "deployments" },
  generation: 1,
  creationMs: 0,
  destination: "chat",
  target: "",
  targets: { key: "", targets: [] },
  on: new Set(["GitRepoReady"]),
  order: "latest",
  timing: { settleMs: 0, errorGraceMs: 0, notReadyDeadlineMs: 0, maxHoldMs: 0 },
  modified: "failure",
  suspended: false,
};

function attemptWith(changes: Partial<WebhookConfig>, message = sampleMessage("GitRepoReady")): Attempt<WebhookConfig> {
  const changed = { ...config, ...changes };
  const instance = { name: "", cluster: "uid", shard: "" };
  return { rule: { ...rule, config: changed }, config: changed, message, stream, instance, repository: null, verify: false };
}

interface Ports {
  readonly answer?: HttpResponse | Error;
  readonly secrets?: Readonly<Record<string, string | Error>>;
  readonly atMs?: number;
}

/** Brings a message to a receiver that answers as told; says what came of it and what was sent. */
async function send(changes: Partial<WebhookConfig>, ports: Ports = {}, message = sampleMessage("GitRepoReady")) {
  const sent: HttpRequest[] = [];
  const unexpected = () => expect.unreachable("a webhook does not use this");
  const io: DestinationIo = {
    github: unexpected,
    botLogin: unexpected,
    inSlot: unexpected,
    rows: unexpected,
    now: () => ports.atMs ?? now,
    http: (request) => {
      sent.push(request);
      const answer = ports.answer ?? { status: 204, headers: {}, body: "" };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    secret: (reference) => {
      const value = ports.secrets?.[reference.key] ?? new SecretMissingError(reference);
      return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
    },
  };
  return { outcome: await webhook.apply(attemptWith(changes, message), io, never), sent };
}

async function outcomeOf(changes: Partial<WebhookConfig>, ports: Ports = {}) {
  return (await send(changes, ports)).outcome;
}

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
    expect(await outcomeOf({}, { answer: new EgressRefusedError("10.0.0.1 is refused") })).toEqual({
      kind: "park",
      code: "EgressRefused",
      reason: "10.0.0.1 is refused",
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
    ['{"a": {{json comit}}}', 'The body\'s template failed at line 1, column 14: There is no field "comit" here.'],
    ['{"a": ', "The body's template failed at line 1, column 1: What the template renders is not JSON: "],
    ["{{#if}}", "The body's template failed at line 1, column 8: The template ends where something is still open"],
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
