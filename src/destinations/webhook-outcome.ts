import type { Outcome, ParkCode } from "../core/delivery/outcome.ts";
import { retryAfterUntil } from "../http/retry-after.ts";
import type { HttpResponse } from "./destination.ts";

/** Statuses below 500 that heal by waiting (RFC 9110, 6585, 8470): time-out, too early, too many requests. */
const passing = new Set([408, 425, 429]);

const parkCodes: Readonly<Record<number, ParkCode>> = { 401: "Unauthorized", 403: "Unauthorized", 404: "NotFound", 410: "Gone" };

const remedies: Readonly<Record<ParkCode, string>> = {
  Unauthorized: "Look at auth and its Secret.",
  NotFound: "Look at the path of the URL.",
  Gone: "The receiver is gone for good: remove the destination or change its URL.",
  Refused: "Look at the body and the headers that it expects.",
  SecretMissing: "",
  NotInstalled: "",
  TemplateFailed: "",
  EgressRefused: "",
  NotOnGitHub: "",
};

/**
 * What an answer means (Standard Webhooks 1.0): 2xx is delivered, and nothing else. What passes (408, 425, 429 and every 5xx) is tried again,
 * not before Retry-After; everything else cannot heal by trying. Nothing of the answer's body is ever told: it may come from anybody.
 */
export function webhookOutcome({ status, headers }: HttpResponse, { receiver, now }: { receiver: string; now: number }): Outcome {
  if (status >= 200 && status < 300) return { kind: "delivered" };
  const answered = `${receiver} answered ${status}`;
  if (status >= 500 || passing.has(status)) {
    const until = retryAfterUntil(headers["retry-after"], now);
    return { kind: "retry", reason: answered, notBeforeMs: until, endpointUntilMs: until };
  }
  if (status >= 300 && status < 400) {
    return { kind: "park", code: "Refused", reason: `${answered}: redirects are not followed. Write the URL that it leads to.` };
  }
  const code = parkCodes[status] ?? "Refused";
  return { kind: "park", code, reason: `${answered}. ${remedies[code]}` };
}
