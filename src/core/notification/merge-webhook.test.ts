import { describe, expect, test } from "vitest";
import { mergeWebhook } from "./merge-webhook.ts";
import type { WrittenWebhook } from "./written-webhook.ts";

const secret = (key: string) => ({ namespace: "platform", name: "hook", key });
const credentials: WrittenWebhook = {
  headers: { "X-Tenant": "platform" },
  auth: { header: { name: "X-Api-Key", secretRef: secret("key") } },
  signing: { secretRef: secret("signing"), previousSecretRef: secret("previous") },
  tls: { caSecretRef: secret("ca"), clientCertSecretRef: { namespace: "platform", name: "tls" } },
};
const harmless: WrittenWebhook = {
  method: "PUT",
  format: "template",
  contentType: "text/plain",
  body: "{{summary}}",
  timeout: "5s",
};
const upper: WrittenWebhook = { url: "https://platform.example/hook", ...harmless, ...credentials };
const own = { name: "mine", key: "url" };

describe("who changes the URL inherits no credentials (design §3)", () => {
  test.each<[string, WrittenWebhook, WrittenWebhook]>([
    ["another URL", upper, { url: "https://tenant.example" }],
    ["another path of the same host", upper, { url: "https://platform.example/other" }],
    ["a URL from a Secret", upper, { urlSecretRef: own }],
    [
      "a URL in place of a Secret's",
      { ...harmless, ...credentials, urlSecretRef: secret("url") },
      { url: "https://tenant.example" },
    ],
    ["another Secret", { ...harmless, ...credentials, urlSecretRef: secret("url") }, { urlSecretRef: own }],
    [
      "a Secret of the same name, which is the tenant's",
      { ...harmless, ...credentials, urlSecretRef: secret("url") },
      { urlSecretRef: { name: "hook", key: "url" } },
    ],
  ])("%s: neither auth, headers, signing nor tls, and only one address", (_, above, lower) => {
    expect(mergeWebhook(above, lower)).toEqual({ ...harmless, ...lower });
    expect(JSON.stringify(mergeWebhook(above, lower))).not.toContain('platform"');
  });

  test.each<[string, WrittenWebhook]>([
    ["nothing", {}],
    ["the same URL", { url: "https://platform.example/hook" }],
    ["another body", { body: "x" }],
  ])("counter-test: who changes %s inherits them all", (_, lower) => {
    expect(mergeWebhook(upper, lower)).toEqual({ ...upper, ...lower });
  });

  test("each field is one field: who changes auth does not get half of the other", () => {
    const auth = { bearer: { secretRef: { name: "mine", key: "token" } } };
    expect(mergeWebhook(upper, { auth }).auth).toEqual(auth);
  });
});
