import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import { createAuthority } from "../../simulator/world/certificates.ts";
import { createReceiverWorld, type ReceiverBehaviour, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import { DeliveryUnderTest } from "./delivery-under-test.ts";

const hourMs = 3_600_000;

let delivery: DeliveryUnderTest;
let receiver: ReceiverWorld;
let face: { readonly url: string; close(): Promise<void> };
beforeEach(async () => {
  delivery = new DeliveryUnderTest();
  receiver = createReceiverWorld({ now: () => delivery.clock.now() });
  face = await startWebhookReceiver(receiver);
});
afterEach(async () => {
  await delivery.stop();
  await face.close();
});

const host = () => new URL(face.url).host;
const isTried = () => delivery.notes.length > 0;
const isDelivered = () => delivery.notes.some((it) => it.kind === "delivered");

interface Told {
  /** The metric's label of the first attempt; the second one is delivered. */
  readonly outcome: "retried" | "unknown" | "parked";
  readonly reason: string;
  /** The second attempt comes between these after the first one. */
  readonly againMs: readonly [min: number, max: number];
  /** How many of the two attempts reached the receiver. */
  readonly requests: number;
}

const backoff = [500, 1_000] as const;
const afterUnknown = [10_000, 12_000] as const;
const parked = [hourMs, hourMs + 1_000] as const;

describe("what a receiver does, and what follows (docs/webhooks.md)", () => {
  test.each<[string, ReceiverBehaviour, Told]>([
    [
      "it hangs",
      { kind: "hang" },
      { outcome: "unknown", reason: "HOST did not answer within 1000 ms", againMs: afterUnknown, requests: 2 },
    ],
    [
      "it is too slow",
      { kind: "slow", latencyMs: 5_000 },
      { outcome: "unknown", reason: "HOST did not answer within 1000 ms", againMs: afterUnknown, requests: 2 },
    ],
    [
      "it cuts the connection after reading",
      { kind: "resetAfter" },
      { outcome: "unknown", reason: "lost the connection to HOST", againMs: afterUnknown, requests: 2 },
    ],
    [
      "it cuts the connection before reading",
      { kind: "resetBefore" },
      { outcome: "unknown", reason: "lost the connection to HOST", againMs: afterUnknown, requests: 1 },
    ],
    [
      "it answers what is no HTTP",
      { kind: "garbage" },
      { outcome: "unknown", reason: "HOST answered what is no HTTP", againMs: afterUnknown, requests: 2 },
    ],
    [
      "nothing listens",
      { kind: "refuse" },
      { outcome: "retried", reason: "HOST refused the connection", againMs: backoff, requests: 1 },
    ],
    [
      "429 with Retry-After",
      { kind: "status", status: 429, retryAfterSeconds: 77 },
      { outcome: "retried", reason: "HOST answered 429", againMs: [77_000, 80_000], requests: 2 },
    ],
    [
      "429 with Retry-After of a day",
      { kind: "status", status: 429, retryAfterSeconds: 86_400 },
      { outcome: "retried", reason: "HOST answered 429", againMs: [hourMs, hourMs + 1_000], requests: 2 },
    ],
    ["503", { kind: "status", status: 503 }, { outcome: "retried", reason: "HOST answered 503", againMs: backoff, requests: 2 }],
    [
      "503 with Retry-After",
      { kind: "status", status: 503, retryAfterSeconds: 30 },
      { outcome: "retried", reason: "HOST answered 503", againMs: [30_000, 33_000], requests: 2 },
    ],
    [
      "410",
      { kind: "status", status: 410 },
      {
        outcome: "parked",
        reason: "HOST answered 410. The receiver is gone for good: remove the destination or change its URL.",
        againMs: parked,
        requests: 2,
      },
    ],
    [
      "401",
      { kind: "status", status: 401 },
      { outcome: "parked", reason: "HOST answered 401. Look at auth and its Secret.", againMs: parked, requests: 2 },
    ],
    [
      "a redirect",
      { kind: "status", status: 302, location: "http://169.254.169.254/" },
      {
        outcome: "parked",
        reason: "HOST answered 302: redirects are not followed. Write the URL that it leads to.",
        againMs: parked,
        requests: 2,
      },
    ],
  ])("%s", async (_, behaviour, told) => {
    await delivery.start({ hook: { url: `${face.url}/secret-path`, timeout: "1s" } });
    receiver.behave(behaviour);
    await delivery.until(isTried, hourMs);
    const firstMs = delivery.clock.now();
    expect(delivery.notes).toMatchObject([{ kind: told.outcome }]);
    expect(delivery.notes[0]?.reason.replace(host(), "HOST").replace(/ \([A-Z_]+\)$/, "")).toBe(told.reason);
    receiver.behave({ kind: "ok" });
    await delivery.until(isDelivered, 2 * hourMs);
    expect(await delivery.outcomes()).toEqual({ [told.outcome]: 1, delivered: 1 });
    const againMs = delivery.clock.now() - firstMs;
    expect(againMs).toBeGreaterThanOrEqual(told.againMs[0]);
    expect(againMs).toBeLessThanOrEqual(told.againMs[1]);
    // A repetition is recognised: one id, one body, one sequence.
    expect(receiver.requests).toHaveLength(told.requests);
    const said = receiver.requests.map(({ headers, body }) => [headers["webhook-id"], headers["signalman-sequence"], body]);
    expect(new Set(said.map((it) => JSON.stringify(it))).size).toBe(1);
    // What is parked stays so for long enough to be reported: the condition has the reason.
    if (told.outcome === "parked") expect(JSON.stringify(delivery.reports)).toContain(told.reason.replace("HOST", host()));
    expect(delivery.log.filter((line) => line.includes("secret-path"))).toEqual([]);
  });

  test("a body that does not end is read to its bound: delivered", async () => {
    await delivery.start({ hook: { url: face.url, timeout: "5s" } });
    receiver.behave({ kind: "endless" });
    await delivery.until(isTried, hourMs);
    expect(await delivery.outcomes()).toEqual({ delivered: 1 });
  });

  test("a certificate that is not trusted: tried for as long as it is so, ever more slowly, and nothing is sent", async () => {
    const tls = createAuthority("others").issue("x", { hosts: ["127.0.0.1"] });
    const untrusted = await startWebhookReceiver(receiver, { tls });
    try {
      await delivery.start({ hook: { url: untrusted.url } });
      await delivery.until(() => false, 2 * hourMs);
      expect(new Set(delivery.notes.map((it) => it.kind))).toEqual(new Set(["retried"]));
      expect(delivery.notes[0]?.reason).toContain("is not trusted; tls.caSecretRef can name its authority");
      expect(delivery.notes.length).toBeLessThan(30);
      expect(receiver.requests).toEqual([]);
    } finally {
      await untrusted.close();
    }
  });

  test("a receiver that asks for rest gets it from every stream; another one is not held up", async () => {
    const otherWorld = createReceiverWorld({ now: () => delivery.clock.now() });
    const other = await startWebhookReceiver(otherWorld);
    try {
      receiver.behave({ kind: "status", status: 429, retryAfterSeconds: 300 });
      await delivery.start({ a: { url: `${face.url}/a` }, b: { url: `${face.url}/b` }, c: { url: other.url } });
      await delivery.until(() => otherWorld.accepted().length === 1 && isTried(), hourMs);
      const early = receiver.requests.length;
      const askedMs = delivery.clock.now();
      receiver.behave({ kind: "ok" });
      await delivery.until(() => receiver.requests.length > early, hourMs);
      expect(delivery.clock.now() - askedMs).toBeGreaterThanOrEqual(300_000);
      await delivery.until(() => receiver.accepted().length === 2, hourMs);
      expect(
        receiver
          .accepted()
          .map((it) => it.path)
          .toSorted(),
      ).toEqual(["/a", "/b"]);
    } finally {
      await other.close();
    }
  });
});
