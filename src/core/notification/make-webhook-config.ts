import { webhookTimeoutDefaultMs } from "./defaults.ts";
import { parseDuration } from "./duration.ts";
import { secretOf } from "./secret-of.ts";
import type { WebhookAuth, WebhookConfig, WebhookSigning, WebhookTls } from "./webhook-config.ts";
import type { WrittenAuth, WrittenSigning, WrittenTls, WrittenWebhook } from "./written-webhook.ts";

/** A webhook with every default filled in. `namespace`: of the Secrets that name none. */
export function makeWebhookConfig(webhook: WrittenWebhook, namespace: string): WebhookConfig {
  const { format = "event", timeout, urlSecretRef } = webhook;
  return {
    type: "webhook",
    url: webhook.url ?? "",
    urlSecret: urlSecretRef === undefined ? null : secretOf(urlSecretRef, namespace),
    method: webhook.method ?? "POST",
    headers: webhook.headers ?? {},
    format,
    contentType: webhook.contentType ?? "application/json",
    body: format === "template" ? (webhook.body ?? "") : "",
    auth: authOf(webhook.auth, namespace),
    signing: signingOf(webhook.signing, namespace),
    tls: tlsOf(webhook.tls, namespace),
    timeoutMs: (timeout === undefined ? null : parseDuration(timeout)) ?? webhookTimeoutDefaultMs,
  };
}

function authOf(auth: WrittenAuth | undefined, namespace: string): WebhookAuth {
  if (auth?.bearer !== undefined) return { kind: "bearer", secret: secretOf(auth.bearer.secretRef, namespace) };
  if (auth?.header !== undefined) {
    return { kind: "header", name: auth.header.name, secret: secretOf(auth.header.secretRef, namespace) };
  }
  if (auth?.basic === undefined) return { kind: "none" };
  const { usernameSecretRef, passwordSecretRef } = auth.basic;
  return { kind: "basic", username: secretOf(usernameSecretRef, namespace), password: secretOf(passwordSecretRef, namespace) };
}

function signingOf(signing: WrittenSigning | undefined, namespace: string): WebhookSigning | null {
  if (signing === undefined) return null;
  const { secretRef, previousSecretRef } = signing;
  const previous = previousSecretRef === undefined ? null : secretOf(previousSecretRef, namespace);
  return { current: secretOf(secretRef, namespace), previous };
}

function tlsOf(tls: WrittenTls | undefined, namespace: string): WebhookTls | null {
  if (tls === undefined) return null;
  const { caSecretRef, clientCertSecretRef } = tls;
  // The keys of a Secret of type kubernetes.io/tls.
  const file = (key: string) => secretOf({ name: "", ...clientCertSecretRef, key }, namespace);
  return {
    ca: caSecretRef === undefined ? null : secretOf(caSecretRef, namespace),
    client: clientCertSecretRef === undefined ? null : { certificate: file("tls.crt"), key: file("tls.key") },
  };
}
