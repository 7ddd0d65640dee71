import type { WrittenGitHub } from "./github/git-hub-types.ts";
import type { EventType } from "./rule.ts";
import type { WrittenWebhook } from "./written-webhook.ts";

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
