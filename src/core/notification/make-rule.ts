import { defaultEvents } from "./destination-events.ts";
import type { WrittenAuth, WrittenDestination, WrittenWebhook } from "./written-destination.ts";
import type { WrittenTiming } from "./written-target.ts";
import { parseDuration } from "./duration.ts";
import { timingDefaults, webhookTimeoutDefaultMs } from "./defaults.ts";
import type {
  DestinationConfig,
  EventType,
  NotificationIdentity,
  Rule,
  SecretReference,
  Target,
  TargetSet,
  Timing,
  WebhookConfig,
} from "./rule.ts";

/** What the levels above a destination say, already merged. */
export interface RuleFrame {
  readonly notification: NotificationIdentity;
  readonly generation: number;
  readonly creationMs: number;
  readonly suspend: boolean;
  readonly target: Target;
  readonly targets: TargetSet;
  /** Namespace of the Secrets that name none. */
  readonly namespace: string;
}

/** A complete destination (see `incompletenessOf`) with every default filled in. */
export function makeRule(frame: RuleFrame, destination: WrittenDestination): Rule {
  const { on, order = "latest", suspend = false } = destination;
  const events: readonly EventType[] = on ?? (destination.webhook === undefined ? defaultEvents.github : defaultEvents.webhook);
  return {
    notification: frame.notification,
    generation: frame.generation,
    creationMs: frame.creationMs,
    destination: destination.name,
    target: frame.target.name,
    targets: frame.targets,
    on: new Set(events),
    order,
    timing: frame.target.timing,
    modified: frame.target.modified,
    suspended: frame.suspend || suspend,
    config: configOf(destination, frame.namespace),
  };
}

/** Each duration from the first of the given that has it, else the default. */
export function mergeTiming(...levels: readonly (WrittenTiming | undefined)[]): Timing {
  const pick = (field: keyof WrittenTiming, fallback: number) => {
    const text = levels.map((it) => it?.[field]).find((it) => it !== undefined);
    return (text === undefined ? null : parseDuration(text)) ?? fallback;
  };
  return {
    settleMs: pick("settle", timingDefaults.settleMs),
    errorGraceMs: pick("errorGrace", timingDefaults.errorGraceMs),
    notReadyDeadlineMs: pick("notReadyDeadline", timingDefaults.notReadyDeadlineMs),
    maxHoldMs: pick("maxHold", timingDefaults.maxHoldMs),
  };
}

function configOf({ github, webhook }: WrittenDestination, namespace: string): DestinationConfig {
  if (webhook !== undefined) return webhookConfig(webhook, namespace);
  if (github?.commitStatus === undefined) return { type: "pullRequestComment" };
  return { type: "commitStatus", pullRequestHeads: github.commitStatus.pullRequestHeads ?? true };
}

function webhookConfig(webhook: WrittenWebhook, namespace: string): WebhookConfig {
  const { format = "event", timeout } = webhook;
  return {
    type: "webhook",
    url: webhook.url ?? "",
    method: "POST",
    headers: webhook.headers ?? {},
    format,
    contentType: webhook.contentType ?? "application/json",
    body: format === "template" ? (webhook.body ?? "") : "",
    auth: authOf(webhook.auth, namespace),
    timeoutMs: (timeout === undefined ? null : parseDuration(timeout)) ?? webhookTimeoutDefaultMs,
  };
}

function authOf(auth: WrittenAuth | undefined, namespace: string): WebhookConfig["auth"] {
  const secret = (written: { name: string; key: string; namespace?: string | undefined }): SecretReference => {
    return { namespace: written.namespace ?? namespace, name: written.name, key: written.key };
  };
  if (auth?.bearer !== undefined) return { kind: "bearer", secret: secret(auth.bearer.secretRef) };
  if (auth?.basic === undefined) return { kind: "none" };
  const { usernameSecretRef, passwordSecretRef } = auth.basic;
  return { kind: "basic", username: secret(usernameSecretRef), password: secret(passwordSecretRef) };
}
