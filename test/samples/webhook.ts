import type { WebhookConfig } from "../../src/core/notification/webhook-config.ts";

/** A webhook as it is where only its URL is written. */
export const sampleWebhook: WebhookConfig = {
  type: "webhook",
  url: "https://hooks.example.com/x",
  urlSecret: null,
  method: "POST",
  headers: {},
  format: "event",
  contentType: "application/json",
  body: "",
  auth: { kind: "none" },
  signing: null,
  tls: null,
  timeoutMs: 10_000,
};
