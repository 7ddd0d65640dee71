import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleRule } from "../../../test/samples/rollout.ts";
import { sampleWebhook } from "../../../test/samples/webhook.ts";
import type { Rule, WebhookConfig } from "../notification/rule.ts";
import { limits } from "../limits.ts";
import { endpointKey, hasRoom, newEndpoint, settle } from "./endpoint.ts";

const secret = { namespace: "fleet-default", name: "hook", key: "url" };

test.each([
  ["https://hooks.example.com/a/b?c#d", "webhook https://hooks.example.com"],
  ["https://hooks.example.com:8443/{{commit}}", "webhook https://hooks.example.com:8443"],
  ["http://hooks.example.com?c={{commit}}", "webhook http://hooks.example.com"],
])("streams to one host share its limits, whatever the path: %s", (url, key) => {
  expect(endpointKey(sampleRule("webhook", { config: { ...sampleWebhook, url } }), "")).toBe(key);
});

test("connections with authorities or a certificate of their own fail by themselves, and hold up no others to that host", () => {
  const keyOf = (tls: WebhookConfig["tls"]) => endpointKey(sampleRule("webhook", { config: { ...sampleWebhook, tls } }), "");
  const ca = { ...secret, key: "ca.crt" };
  const client = { certificate: { ...secret, key: "tls.crt" }, key: { ...secret, key: "tls.key" } };
  const keys = [keyOf(null), keyOf({ ca, client: null }), keyOf({ ca: null, client }), keyOf({ ca, client })];
  expect(new Set(keys).size).toBe(4);
  expect(keyOf({ ca, client: null })).toBe(keyOf({ ca, client: null }));
});

test("where the URL is a secret, the Secret stands for it", () => {
  const config = { ...sampleWebhook, url: "", urlSecret: secret };
  expect(endpointKey(sampleRule("webhook", { config }), "")).toBe("webhook Secret fleet-default/hook/url");
});

test("GitHub's limits are each account's own: who is at its limit holds up no other", () => {
  const repo = "https://github.com/Acme/shop";
  const keyOf = (account: Rule["account"], of = repo) => endpointKey(sampleRule("commitStatus", { account }), of);
  const account = (name: string): Rule["account"] => ({ apiUrl: "", credentials: { kind: "token", token: { ...secret, name } } });
  expect(keyOf(null)).toBe("github github.com/acme");
  expect(keyOf(account("a"))).toBe(keyOf(account("a"), "git@github.com:acme/web.git"));
  expect(new Set([keyOf(null), keyOf(account("a")), keyOf(account("b"))]).size).toBe(3);
});

/** What may happen at an endpoint: a request leaves where there is room, an answer comes, time passes. */
const happening = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: "send" } as const) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("answer" as const), isAlive: fc.boolean(), restMs: fc.constantFrom(0, 0, 5_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 70_000 }) }) },
);

describe("the limits of an endpoint, whatever happens", () => {
  test.each([
    ["webhook https://hooks.example.com", limits.endpointInFlightMax],
    ["github github.com/acme", limits.gitHubInFlightMax],
  ])("%s", (key, most) => {
    const property = fc.property(fc.array(happening, { maxLength: 300 }), (happenings) => {
      const endpoint = newEndpoint(key);
      // The dumb twin: what is on the wire, how often in a row it failed, and until when it was asked to rest.
      let [now, onTheWire, failed, restUntilMs, lastFailureMs] = [0, 0, 0, 0, 0];
      for (const it of happenings) {
        if (it.kind === "wait") now += it.ms;
        if (it.kind === "send" && hasRoom(endpoint, now)) {
          endpoint.inFlight += 1;
          onTheWire += 1;
          expect(onTheWire).toBeLessThanOrEqual(failed >= limits.breakerFailures ? 1 : most);
          expect(now).toBeGreaterThanOrEqual(restUntilMs);
          if (failed >= limits.breakerFailures) expect(now - lastFailureMs).toBeGreaterThanOrEqual(limits.retryMinMs / 2);
        }
        if (it.kind === "answer" && onTheWire > 0) {
          settle(endpoint, { isAlive: it.isAlive, untilMs: it.restMs === 0 ? 0 : now + it.restMs }, now);
          onTheWire -= 1;
          failed = it.isAlive ? 0 : failed + 1;
          if (!it.isAlive) lastFailureMs = now;
          if (it.restMs > 0) restUntilMs = Math.max(restUntilMs, now + it.restMs);
        }
      }
      // A dead endpoint is probed again in time, an idle one always has room.
      const quietMs = Math.max(now + limits.breakerPauseMaxMs, restUntilMs);
      expect(hasRoom({ ...endpoint, inFlight: 0 }, quietMs)).toBe(true);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
