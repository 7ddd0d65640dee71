import type { WebhookFormat, WebhookMethod } from "./webhook-config.ts";

export interface WrittenSecret {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly key: string;
}

export interface WrittenAuth {
  readonly bearer?: { readonly secretRef: WrittenSecret } | undefined;
  readonly basic?: { readonly usernameSecretRef: WrittenSecret; readonly passwordSecretRef: WrittenSecret } | undefined;
  readonly header?: { readonly name: string; readonly secretRef: WrittenSecret } | undefined;
}

export interface WrittenSigning {
  readonly secretRef: WrittenSecret;
  readonly previousSecretRef?: WrittenSecret | undefined;
}

export interface WrittenTls {
  readonly caSecretRef?: WrittenSecret | undefined;
  readonly clientCertSecretRef?: Omit<WrittenSecret, "key"> | undefined;
}

/** `spec.destinations[].webhook` as it is written: what is absent comes from the level above or is a default. */
export interface WrittenWebhook {
  readonly url?: string | undefined;
  readonly urlSecretRef?: WrittenSecret | undefined;
  readonly method?: WebhookMethod | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly format?: WebhookFormat | undefined;
  readonly contentType?: "application/json" | "application/x-www-form-urlencoded" | "text/plain" | undefined;
  readonly body?: string | undefined;
  readonly auth?: WrittenAuth | undefined;
  readonly signing?: WrittenSigning | undefined;
  readonly tls?: WrittenTls | undefined;
  readonly timeout?: string | undefined;
}
