import type { Outcome } from "../core/delivery/outcome.ts";
import { commitStatus } from "./commit-status.ts";
import type { Attempt, DestinationIo } from "./destination.ts";
import { pullRequestComment } from "./pull-request-comment.ts";
import { webhook } from "./webhook.ts";

/** Every destination. Adding one: its file, its config in core/notification/rule.ts, one line here and one in `applyTo`. */
export const destinations = { commitStatus, pullRequestComment, webhook } as const;

/** Brings a message to the destination of its rule. */
export async function applyTo(attempt: Omit<Attempt, "config">, io: DestinationIo, signal: AbortSignal): Promise<Outcome> {
  const { config } = attempt.rule;
  switch (config.type) {
    case "commitStatus":
      return await commitStatus.apply({ ...attempt, config }, io, signal);
    case "pullRequestComment":
      return await pullRequestComment.apply({ ...attempt, config }, io, signal);
    case "webhook":
      return await webhook.apply({ ...attempt, config }, io, signal);
  }
}
