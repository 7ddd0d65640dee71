import { randomBytes } from "node:crypto";
import type { Rule } from "../../core/notification/rule.ts";
import { trialInstance } from "../../trial-instance.ts";
import type { Trial } from "../render/trial.ts";

/**
 * The trial as it may be sent beside `run`: in a stream of its own, with `sequence` 0 and an id that no receiver has seen, and about an environment
 * of its own, so that nothing of what `run` keeps on GitHub or counts at a receiver is taken for it.
 */
export function apart({ rule, message, stream, unfit }: Trial, now: number): Trial {
  const id = `msg_${randomBytes(20).toString("base64url")}`;
  return {
    rule: inOwnEnvironment(rule),
    message: { ...message, id, sequence: 0, createdMs: now },
    stream: `${trialInstance}/${stream}`,
    unfit,
  };
}

/** A deployment without an environment of its own is named like a status, so the instance is in its name already. */
function inOwnEnvironment(rule: Rule): Rule {
  const { config } = rule;
  if (config.type !== "deployment" || config.environment === "") return rule;
  return { ...rule, config: { ...config, environment: `${trialInstance}/${config.environment}` } };
}
