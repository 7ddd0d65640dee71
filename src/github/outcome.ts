import type { Outcome, ParkCode } from "../core/delivery/outcome.ts";
import { gitHubFailure } from "./failure.ts";

/**
 * What an error means for a message (github-facts §1.7). For a write an answer that is missing or says 5xx leaves open whether it took effect;
 * a read can simply be tried again. `now`: milliseconds.
 */
export function gitHubOutcome(error: unknown, { isWrite, now }: { isWrite: boolean; now: number }): Outcome {
  const failure = gitHubFailure(error, now);
  const { kind, reason } = failure;
  switch (kind) {
    case "noAccess":
      return { kind: "park", code: failure.code, reason };
    case "limited":
      return { kind: "retry", reason, notBeforeMs: failure.untilMs, endpointUntilMs: failure.untilMs };
    case "lost":
      return isWrite && failure.mayHaveArrived
        ? { kind: "unknown", reason, settledMs: failure.settledMs }
        : { kind: "retry", reason, notBeforeMs: 0, endpointUntilMs: 0 };
    case "refused":
      return { kind: "park", code: parkCode(failure.status), reason };
  }
}

function parkCode(status: number): ParkCode {
  if (status === 401) return "Unauthorized";
  if (status === 404) return "NotFound";
  return status === 410 ? "Gone" : "Refused";
}
