import { defaultEvents } from "./destination-events.ts";
import { makeWebhookConfig } from "./make-webhook-config.ts";
import type { WrittenDestination } from "./written-destination.ts";
import type { WrittenTiming } from "./written-target.ts";
import { gitHubAccount } from "./git-hub-account.ts";
import { gitHubConfig, gitHubTypes } from "./github/git-hub-types.ts";
import type { Condition } from "./condition.ts";
import { parseDuration } from "./duration.ts";
import { timingDefaults } from "./defaults.ts";
import type { DestinationConfig, NotificationIdentity, Rule, Target, TargetSet, Timing } from "./rule.ts";

/** What the levels above a destination say, already merged. */
export interface RuleFrame {
  readonly notification: NotificationIdentity;
  readonly generation: number;
  readonly creationMs: number;
  readonly suspend: boolean;
  readonly target: Target;
  readonly targets: TargetSet;
  /** Compiles `when`; what was compiled once is known. */
  readonly conditionOf: (source: string) => Condition;
  /** Namespace of the Secrets that name none. */
  readonly namespace: string;
}

/** A complete destination (see `incompletenessOf`) with every default filled in. */
export function makeRule(frame: RuleFrame, destination: WrittenDestination): Rule {
  const { on, order = "latest", suspend = false } = destination;
  const config = configOf(destination, frame.namespace);
  const byDefault = config.type === "webhook" ? defaultEvents.webhook : gitHubTypes[config.type].onByDefault;
  return {
    notification: frame.notification,
    generation: frame.generation,
    creationMs: frame.creationMs,
    destination: destination.name,
    target: frame.target.name,
    targets: frame.targets,
    on: new Set(on ?? byDefault),
    when: destination.when === undefined ? null : frame.conditionOf(destination.when),
    order,
    timing: frame.target.timing,
    modified: frame.target.modified,
    suspended: frame.suspend || suspend,
    config,
    account: gitHubAccount(destination.github ?? {}, frame.namespace),
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
  if (webhook !== undefined) return makeWebhookConfig(webhook, namespace);
  return gitHubConfig(github ?? {});
}
