import type { Outcome, ParkCode } from "../core/delivery/outcome.ts";

/** What an error of Octokit carries, where it is one. */
interface ResponseError {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly response?: { readonly headers?: Readonly<Record<string, string | number | undefined>>; readonly data?: unknown };
}

/** GitHub is not reached for this repository: the App is not installed there, or there is neither App nor token. */
export class NotInstalledError extends Error {
  readonly code = "NotInstalled";
}

/** GitHub asks for at least a minute where a secondary limit says nothing else (github-facts §1.7). */
const secondaryLimitMs = 60_000;

/**
 * What an error means for a message (github-facts §1.7). For a write an answer that is missing or says 5xx leaves open whether it took effect;
 * a read can simply be tried again.
 */
export function gitHubOutcome(error: unknown, { isWrite, now }: { isWrite: boolean; now: number }): Outcome {
  if (error instanceof NotInstalledError) return { kind: "park", code: "NotInstalled", reason: error.message };
  const { status, response } = (error ?? {}) as ResponseError;
  const reason = textOf(error);
  if (typeof status !== "number" || status >= 500) {
    const isBefore = isNeverSent(error);
    return isWrite && !isBefore ? { kind: "unknown", reason } : { kind: "retry", reason, notBeforeMs: 0, endpointUntilMs: 0 };
  }
  const untilMs = restUntil({ status, headers: response?.headers ?? {}, reason }, now);
  if (untilMs > 0) return { kind: "retry", reason, notBeforeMs: untilMs, endpointUntilMs: untilMs };
  return { kind: "park", code: parkCode(status), reason: remedy(status, reason, response?.headers) };
}

/** Until when GitHub asks to be left alone; 0 where the answer is no limit. */
export function restUntil(
  { status, headers, reason }: { status: number; headers: Readonly<Record<string, string | number | undefined>>; reason: string },
  now: number,
): number {
  if (status !== 403 && status !== 429) return 0;
  const retryAfterS = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(retryAfterS)) return now + Math.max(1, retryAfterS) * 1_000;
  if (String(headers["x-ratelimit-remaining"]) === "0")
    return Math.max(now + 1_000, Number(headers["x-ratelimit-reset"]) * 1_000 || 0);
  return status === 429 || /rate limit/i.test(reason) ? now + secondaryLimitMs : 0;
}

function parkCode(status: number): ParkCode {
  if (status === 401) return "Unauthorized";
  if (status === 404) return "NotFound";
  return status === 410 ? "Gone" : "Refused";
}

function remedy(status: number, reason: string, headers: Readonly<Record<string, unknown>> = {}): string {
  const accepted = headers["x-accepted-github-permissions"];
  if (status === 403 && typeof accepted === "string") return `${reason}. Grant the App one of: ${accepted}`;
  if (status === 401) return `${reason}. Check the App's key or the token`;
  if (status === 404) return `${reason}. Check that the App is installed on the repository and may write to it`;
  return reason;
}

/** Errors of a connection that was never made: nothing can have arrived. */
const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function isNeverSent(error: unknown): boolean {
  for (let it = error, depth = 0; it instanceof Error && depth < 5; it = it.cause, depth += 1) {
    if (beforeSending.has(String((it as { code?: unknown }).code))) return true;
  }
  return false;
}

function textOf(error: unknown): string {
  const { status } = (error ?? {}) as ResponseError;
  const message = error instanceof Error ? error.message : String(error);
  return `GitHub${typeof status === "number" ? ` ${status}` : ""}: ${message}`;
}
