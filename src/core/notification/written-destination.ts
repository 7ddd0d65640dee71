import type { EventType } from "./rule.ts";
import type { WrittenWebhook } from "./written-webhook.ts";

export interface WrittenGitHub {
  readonly commitStatus?:
    | { readonly pullRequestHeads?: boolean | undefined; readonly targetUrl?: string | undefined }
    | undefined;
  readonly pullRequestComment?: object | undefined;
}

/** One entry of `spec.destinations`, of either kind, as it is written: what is absent comes from the level above or is a default. */
export interface WrittenDestination {
  readonly name: string;
  readonly on?: readonly EventType[] | undefined;
  readonly when?: string | undefined;
  readonly order?: "latest" | "every" | undefined;
  readonly suspend?: boolean | undefined;
  readonly github?: WrittenGitHub | undefined;
  readonly webhook?: WrittenWebhook | undefined;
}
