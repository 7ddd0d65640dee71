import { z } from "zod";
import { limits } from "../limits.ts";
import { durationPattern, formatDuration, parseDuration } from "./duration.ts";
import { found } from "./found.ts";
import { text } from "./schema-parts.ts";

/** A duration as a text, between two bounds (milliseconds, both included). */
export function durationText({ minMs, maxMs }: { minMs: number; maxMs: number }): z.ZodString {
  const [min, max] = [formatDuration(minMs), formatDuration(maxMs)];
  return text({
    max: limits.durationTextMax,
    pattern: durationPattern,
    code: "InvalidDuration",
    allowed: 'a duration. Write whole numbers with units h, m, s or ms, the largest first: "15s", "1h30m"',
    complain: (value) => {
      const ms = parseDuration(value) ?? -1;
      if (ms >= minMs && ms <= maxMs) return null;
      return { code: "DurationOutOfRange", message: `${found(value)} is out of range; allowed are ${min} to ${max}.` };
    },
    cel: [
      {
        rule: `duration(self) >= duration('${min}') && duration(self) <= duration('${max}')`,
        message: `allowed are ${min} to ${max}`,
      },
    ],
  });
}

const { settleMaxMs, deadlineMaxMs, notReadyDeadlineMinMs } = limits;

/** Durations of the rule by which a commit is deployed (design §6) and of the order (§7). All are optional: see `timingDefaults`. */
export const timingSchema = z
  .strictObject({
    settle: durationText({ minMs: 0, maxMs: settleMaxMs }).describe(
      "How long everything has to stay ready before a success is said. Default 15s.",
    ),
    errorGrace: durationText({ minMs: 0, maxMs: deadlineMaxMs }).describe(
      "How long an error of a cluster may last before it is a failure: Fleet mends many by itself. Default 3m.",
    ),
    notReadyDeadline: durationText({ minMs: notReadyDeadlineMinMs, maxMs: deadlineMaxMs }).describe(
      "How long something may be not ready before it is a failure. Default 10m.",
    ),
    maxHold: durationText({ minMs: 0, maxMs: deadlineMaxMs }).describe(
      "How long a webhook message waits where GitHub cannot be asked which commit is newer. Default 10m.",
    ),
  })
  .partial()
  .describe("When a rollout counts as deployed or failed.");
