import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type HttpFaceOptions } from "../../simulator/faces/http-face.ts";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import { type Authority, type Certified, createAuthority } from "../../simulator/world/certificates.ts";
import { createReceiverWorld, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import { attemptWith, never, now, outcomeOf, token } from "../../test/webhooks/webhook-under-test.ts";
import type { SecretReference } from "../core/notification/rule.ts";
import type { WebhookConfig } from "../core/notification/webhook-config.ts";
import { createHttpClient, type HttpClient } from "../http/client.ts";
import type { DestinationIo, HttpRequest } from "./destination.ts";
import { webhook } from "./webhook.ts";

const at = (key: string): SecretReference => ({ ...token, key });
const trusting: WebhookConfig["tls"] = { ca: at("ca"), client: null };
const showing: WebhookConfig["tls"] = { ca: at("ca"), client: { certificate: at("cert"), key: at("key") } };

let authority: Authority;
let server: Certified;
let client: Certified;
let http: HttpClient;
beforeAll(() => {
  authority = createAuthority("receivers");
  server = authority.issue("hooks", { hosts: ["127.0.0.1"] });
  client = authority.issue("signalman");
  http = createHttpClient({ egress: { strict: false, allow: ["127.0.0.1"] } });
});
afterAll(() => http.close());

const faces: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const face of faces.splice(0)) await face.close();
});

async function receiver(tls: NonNullable<HttpFaceOptions["tls"]> = server): Promise<{ world: ReceiverWorld; url: string }> {
  const world = createReceiverWorld({ now: () => now });
  const face = await startWebhookReceiver(world, { tls });
  faces.push(face);
  return { world, url: face.url };
}

/** Over a real connection, with these Secrets. */
async function sendTo(url: string, tls: WebhookConfig["tls"], secrets: Readonly<Record<string, string>> = {}) {
  const known = new Map(Object.entries({ ca: authority.certificate, cert: client.certificate, key: client.key, ...secrets }));
  const io = {
    http: (request: HttpRequest, signal: AbortSignal) => http.request(request, signal),
    secret: async ({ key }: SecretReference) => known.get(key) ?? "",
    now: () => now,
  };
  return await webhook.apply(attemptWith({ url, tls }), io as Partial<DestinationIo> as DestinationIo, never);
}

describe("an authority of one's own (design §3, tls)", () => {
  test("is trusted where it is named, and nowhere else", async () => {
    const { world, url } = await receiver();
    expect(await sendTo(url, trusting)).toEqual({ kind: "delivered" });
    expect(await sendTo(url, null)).toMatchObject({ kind: "retry", reason: expect.stringContaining("not trusted") as string });
    const other = createAuthority("others").certificate;
    expect(await sendTo(url, trusting, { ca: other })).toMatchObject({ kind: "retry" });
    expect(await sendTo(url, trusting, { ca: `${other}\n${authority.certificate}` })).toEqual({ kind: "delivered" });
    expect(world.accepted()).toHaveLength(2);
  });

  test("a connection that one destination has made serves no other one that trusts less", async () => {
    const { url } = await receiver();
    for (let round = 0; round < 3; round += 1) {
      expect(await sendTo(url, trusting)).toEqual({ kind: "delivered" });
      expect(await sendTo(url, null)).toMatchObject({ kind: "retry" });
    }
  });
});

describe("a certificate of ours", () => {
  test("is shown to a receiver that asks for one", async () => {
    const { world, url } = await receiver({ ...server, clientCa: authority.certificate });
    expect(await sendTo(url, showing)).toEqual({ kind: "delivered" });
    expect((await sendTo(url, trusting)).kind).not.toBe("delivered");
    expect(world.requests).toHaveLength(1);
  });

  test("a rotated one is used from the next request on", async () => {
    const { url } = await receiver({ ...server, clientCa: authority.certificate });
    const next = authority.issue("signalman");
    expect(await sendTo(url, showing, { cert: next.certificate, key: next.key })).toEqual({ kind: "delivered" });
    const stranger = createAuthority("others").issue("signalman");
    expect((await sendTo(url, showing, { cert: stranger.certificate, key: stranger.key })).kind).not.toBe("delivered");
  });
});

describe("a receiver whose certificate is wrong gets nothing, and the reason says what is wrong with it", () => {
  const past = { notBefore: new Date("2020-01-01"), notAfter: new Date("2020-01-02") };
  test.each([
    [
      "an authority that is not trusted",
      () => createAuthority("others").issue("x", { hosts: ["127.0.0.1"] }),
      /not trusted.*tls\.caSecretRef/,
    ],
    ["another name", () => authority.issue("x", { hosts: ["hooks.example.com"] }), /is for another name/],
    ["an end that is past", () => authority.issue("x", { hosts: ["127.0.0.1"], ...past }), /has expired/],
  ])("%s", async (_, certified, reason) => {
    const { world, url } = await receiver(certified());
    expect(await sendTo(url, trusting)).toEqual({
      kind: "retry",
      reason: expect.stringMatching(reason) as string,
      notBeforeMs: 0,
      endpointUntilMs: 0,
    });
    expect(world.requests).toEqual([]);
  });

  test("no TLS at all", async () => {
    const world = createReceiverWorld({ now: () => now });
    const face = await startWebhookReceiver(world);
    faces.push(face);
    expect(await sendTo(face.url.replace("http:", "https:"), trusting)).toMatchObject({
      kind: "retry",
      reason: expect.stringContaining("does not speak TLS") as string,
    });
  });
});

describe("what is no certificate or key parks the stream, and is not repeated", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----";
  test.each([
    ["ca", "hunter2", "no certificate (PEM)"],
    ["ca", pem, "no certificate (PEM)"],
    ["cert", pem, "no certificate (PEM)"],
    ["key", "hunter2", "no private key without a passphrase (PEM)"],
    ["key", "", 'a key that is not that of the certificate under "cert"'],
  ])("%s: %j", async (key, value, why) => {
    const secrets = { ca: authority.certificate, cert: client.certificate, key: client.key, [key]: value || server.key };
    const outcome = await outcomeOf({ tls: showing }, { secrets });
    const reason = `Secret fleet-default/hook has ${why}, under the key "${key}". Change it; it is looked at again every 5 minutes.`;
    expect(outcome).toEqual({ kind: "park", code: "SecretMissing", reason });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });
});
