import { afterEach, beforeEach, expect, test } from "vitest";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import { createAuthority } from "../../simulator/world/certificates.ts";
import { createReceiverWorld, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import { limits } from "../core/limits.ts";
import { createHttpClient, type HttpClient } from "./client.ts";

const never = new AbortController().signal;
const authority = createAuthority("receivers");
let world: ReceiverWorld;
let face: { readonly url: string; close(): Promise<void> };
let http: HttpClient;
beforeEach(async () => {
  world = createReceiverWorld({ now: () => 0 });
  face = await startWebhookReceiver(world, { tls: authority.issue("x", { hosts: ["127.0.0.1"] }) });
  http = createHttpClient({ egress: { strict: false, allow: ["127.0.0.1"] } });
});
afterEach(async () => {
  await http.close();
  await face.close();
});

/** Each number is an identity of its own that trusts the same authority. */
async function post(identity: number): Promise<number> {
  const tls = { ca: authority.certificate + "\n".repeat(identity), client: null };
  const request = {
    method: "POST",
    url: `${face.url}/${identity}`,
    receiver: "it",
    headers: {},
    body: "x",
    timeoutMs: 10_000,
    tls,
  };
  return (await http.request(request, never)).status;
}

test("more TLS identities than are kept: the oldest goes, what it has begun is finished, and it can come back", async () => {
  world.behaveNext({ kind: "slow", latencyMs: 300 });
  const slow = post(0);
  await expect.poll(() => world.requests.length).toBe(1);
  for (let identity = 1; identity <= limits.tlsIdentitiesMax + 5; identity += 1) expect(await post(identity)).toBe(204);
  expect(await slow).toBe(204);
  expect(await post(0)).toBe(204);
  expect(world.accepted()).toHaveLength(limits.tlsIdentitiesMax + 7);
});
