import type { Outcome } from "../core/delivery/outcome.ts";
import type { DestinationConfig } from "../core/notification/rule.ts";
import { checkRun } from "./check-run.ts";
import { commitStatus } from "./commit-status.ts";
import { deployment } from "./deployment.ts";
import type { Attempt, Destination, DestinationIo } from "./destination.ts";
import { pullRequestComment } from "./pull-request-comment.ts";
import { repositoryDispatch } from "./repository-dispatch.ts";
import { webhook } from "./webhook.ts";

type Destinations = { readonly [Type in DestinationConfig["type"]]: Destination<Extract<DestinationConfig, { type: Type }>> };

/** Every destination, one line each (docs/adding-a-destination.md). */
export const destinations: Destinations = { commitStatus, checkRun, pullRequestComment, deployment, repositoryDispatch, webhook };

/** Brings a message to the destination of its rule. */
export async function applyTo(attempt: Omit<Attempt, "config">, io: DestinationIo, signal: AbortSignal): Promise<Outcome> {
  const { config } = attempt.rule;
  const destination = destinations[config.type] as Destination<DestinationConfig>;
  return await destination.apply({ ...attempt, config }, io, signal);
}
