import type { WebhookConfig } from "../core/notification/rule.ts";
import type { Destination } from "./destination.ts";

export const webhook: Destination<WebhookConfig> = {
  type: "webhook",
  apply: () => Promise.resolve({ kind: "retry", reason: "not yet", notBeforeMs: 0, endpointUntilMs: 0 }),
};
