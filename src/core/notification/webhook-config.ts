import type { SecretReference } from "./secret-reference.ts";

/** Every method of RFC 9110 and 5789 but CONNECT, which asks for a tunnel, and TRACE, which would send credentials back. */
export const webhookMethods = ["POST", "PUT", "PATCH", "DELETE", "GET", "HEAD", "OPTIONS"] as const;
export type WebhookMethod = (typeof webhookMethods)[number];

export const webhookFormats = ["event", "cloudevents", "template"] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

export type WebhookAuth =
  | { readonly kind: "none" }
  | { readonly kind: "bearer"; readonly secret: SecretReference }
  | { readonly kind: "basic"; readonly username: SecretReference; readonly password: SecretReference }
  | { readonly kind: "header"; readonly name: string; readonly secret: SecretReference };

/** Requests are signed with both, so that a receiver may know either of them while the secret is changed (Standard Webhooks 1.0). */
export interface WebhookSigning {
  readonly current: SecretReference;
  readonly previous: SecretReference | null;
}

/** In place of what the system trusts, and whom we say to be; all in PEM. */
export interface WebhookTls {
  readonly ca: SecretReference | null;
  readonly client: { readonly certificate: SecretReference; readonly key: SecretReference } | null;
}

/** A webhook with every default filled in. What is secret is named here and read when a message is sent. */
export interface WebhookConfig {
  readonly type: "webhook";
  /** A template; scheme and host are written out in it. "" where `urlSecret` is set. */
  readonly url: string;
  /** Set where the URL is a secret; no template then. */
  readonly urlSecret: SecretReference | null;
  readonly method: WebhookMethod;
  /** Values are templates. */
  readonly headers: Readonly<Record<string, string>>;
  readonly format: WebhookFormat;
  /** Content type of a template's body. */
  readonly contentType: string;
  /** Handlebars source; "" unless format is "template". */
  readonly body: string;
  readonly auth: WebhookAuth;
  readonly signing: WebhookSigning | null;
  readonly tls: WebhookTls | null;
  readonly timeoutMs: number;
}

/** Requests of these methods have no content (RFC 9110 §9.3.1: a body of theirs means nothing, and some servers refuse it). */
export function hasBody(method: WebhookMethod): boolean {
  return method !== "GET" && method !== "HEAD";
}
