import { expect, test } from "vitest";
import { sampleRule } from "../../../test/samples/rollout.ts";
import { sampleWebhook } from "../../../test/samples/webhook.ts";
import type { WebhookConfig } from "../notification/rule.ts";
import { endpointKey } from "./endpoint.ts";

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
