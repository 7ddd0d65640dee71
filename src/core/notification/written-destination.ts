import type { EventType } from "./rule.ts";

interface WrittenSecret {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly key: string;
}

export interface WrittenGitHub {
  readonly commitStatus?: { readonly pullRequestHeads?: boolean | undefined } | undefined;
  readonly pullRequestComment?: object | undefined;
}

export interface WrittenAuth {
  readonly bearer?: { readonly secretRef: WrittenSecret } | undefined;
  readonly basic?: { readonly usernameSecretRef: WrittenSecret; readonly passwordSecretRef: WrittenSecret } | undefined;
}

export interface WrittenWebhook {
  readonly url?: string | undefined;
  readonly method?: "POST" | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly format?: "event" | "template" | undefined;
  readonly contentType?: "application/json" | "text/plain" | undefined;
  readonly body?: string | undefined;
  readonly auth?: WrittenAuth | undefined;
  readonly timeout?: string | undefined;
}

/** One entry of `spec.destinations`, of either kind, as it is written: what is absent comes from the level above or is a default. */
export interface WrittenDestination {
  readonly name: string;
  readonly on?: readonly EventType[] | undefined;
  readonly order?: "latest" | "every" | undefined;
  readonly suspend?: boolean | undefined;
  readonly github?: WrittenGitHub | undefined;
  readonly webhook?: WrittenWebhook | undefined;
}
