import { limits } from "../core/limits.ts";
import { cut } from "../core/template/cut.ts";
import { oneLine } from "../core/template/one-line.ts";
import { SecretMissingError } from "../destinations/secret-missing-error.ts";
import { UnusableSecretError } from "../destinations/unusable-secret-error.ts";
import { EgressRefusedError } from "../http/egress.ts";
import { KubernetesError } from "../kubernetes/kubernetes-error.ts";
import { NotInstalledError } from "./not-installed-error.ts";

/**
 * What an error of a request to GitHub is (github-facts §1.7):
 *
 * - noAccess: nobody to ask as, or no way there. `code` says what is missing.
 * - limited: a primary or secondary rate limit; GitHub wants to be left alone until `untilMs`.
 * - lost: no answer, or one of a 5xx. `mayHaveArrived` is false where the connection was never made; `settledMs` is when the request cannot
 *   take effect any more: GitHub cuts requests after 10 s.
 * - refused: an answer that will be the same next time. `status` is HTTP's, also for what GraphQL says with 200.
 */
export type GitHubFailure =
  | { readonly kind: "noAccess"; readonly code: "NotInstalled" | "SecretMissing" | "EgressRefused"; readonly reason: string }
  | { readonly kind: "limited"; readonly untilMs: number; readonly reason: string }
  | { readonly kind: "lost"; readonly mayHaveArrived: boolean; readonly settledMs: number; readonly reason: string }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string };

type Headers = Readonly<Record<string, string | number | undefined>>;

/** What Octokit's RequestError and GraphqlResponseError carry. */
interface OctokitError {
  readonly status?: unknown;
  readonly response?: { readonly headers?: Headers };
  /** Of a GraphqlResponseError: HTTP says 200. */
  readonly headers?: Headers;
  readonly errors?: readonly { readonly type?: unknown; readonly message?: unknown }[];
}

/** Tells what went wrong with a request of Octokit's; `now` is when that was found out, milliseconds. */
export function gitHubFailure(error: unknown, now: number): GitHubFailure {
  const unreached = noAccess(error);
  if (unreached !== null) return unreached;
  // An account's Secret could not be read: Kubernetes' status is not GitHub's.
  if (error instanceof KubernetesError) return { kind: "lost", mayHaveArrived: false, settledMs: now, reason: error.message };
  const { status, response, headers, errors } = (error ?? {}) as OctokitError;
  if (Array.isArray(errors) && typeof status !== "number") return graphqlFailure(error, { errors, headers: headers ?? {} }, now);
  const answered = response?.headers ?? {};
  if (typeof status !== "number" || status >= 500) {
    const reason = typeof status === "number" && response !== undefined ? `GitHub ${status}: ${textOf(error)}` : textOf(error);
    // Also after our own time-out: the connection may have taken long, and GitHub counts from when the request arrived.
    return { kind: "lost", mayHaveArrived: !isNeverSent(error), settledMs: now + limits.unknownOutcomeMs, reason };
  }
  const reason = `GitHub ${status}: ${textOf(error)}`;
  const untilMs = restUntil({ status, headers: answered, reason }, now);
  return untilMs > 0
    ? { kind: "limited", untilMs, reason }
    : { kind: "refused", status, reason: withRemedy(reason, { status, answered }) };
}

function noAccess(error: unknown): GitHubFailure | null {
  if (error instanceof NotInstalledError) return { kind: "noAccess", code: "NotInstalled", reason: error.message };
  if (error instanceof SecretMissingError || error instanceof UnusableSecretError) {
    return { kind: "noAccess", code: "SecretMissing", reason: error.message };
  }
  const refusal = causes(error).find((it) => it instanceof EgressRefusedError);
  return refusal === undefined ? null : { kind: "noAccess", code: "EgressRefused", reason: refusal.message };
}

/** GraphQL answers 200 and says in the body what went wrong, a used-up limit included (github-facts §1.7). */
function graphqlFailure(
  error: unknown,
  { errors, headers }: { errors: NonNullable<OctokitError["errors"]>; headers: Headers },
  now: number,
): GitHubFailure {
  const reason = `GitHub's GraphQL: ${textOf(error)}`;
  const types = new Set(errors.map((it) => it.type));
  const isLimited = types.has("RATE_LIMITED") || /rate limit/i.test(reason);
  if (isLimited) return { kind: "limited", untilMs: restUntil({ status: 429, headers, reason }, now), reason };
  if (types.has("FORBIDDEN") || types.has("INSUFFICIENT_SCOPES")) return refusedQuery(403, { reason, headers });
  if (types.has("NOT_FOUND")) return refusedQuery(404, { reason, headers });
  return { kind: "lost", mayHaveArrived: true, settledMs: now, reason };
}

function refusedQuery(status: number, { reason, headers }: { reason: string; headers: Headers }): GitHubFailure {
  return { kind: "refused", status, reason: withRemedy(reason, { status, answered: headers }) };
}

/** Until when GitHub asks to be left alone; 0 where the answer is no limit. Never longer than its longest window, an hour. */
function restUntil({ status, headers, reason }: { status: number; headers: Headers; reason: string }, now: number): number {
  if (status !== 403 && status !== 429) return 0;
  const latestMs = now + limits.retryAfterMaxMs;
  const retryAfterS = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(retryAfterS))
    return Math.min(latestMs, now + Math.max(1, retryAfterS) * 1_000);
  if (String(headers["x-ratelimit-remaining"]) === "0") {
    const resetMs = Number(headers["x-ratelimit-reset"]) * 1_000 || 0;
    return Math.min(latestMs, Math.max(now + 1_000, resetMs));
  }
  return status === 429 || /rate limit/i.test(reason) ? now + limits.secondaryLimitMs : 0;
}

function withRemedy(reason: string, { status, answered }: { status: number; answered: Headers }): string {
  const needed = answered["x-accepted-github-permissions"];
  if (status === 401) return `${reason}. Check the App's key and id, or the token`;
  if (status === 403 && /not accessible by/i.test(reason)) {
    return typeof needed === "string" && needed !== ""
      ? `${reason}. Grant it: ${needed}`
      : `${reason}. Grant the App the permissions of app.yml`;
  }
  if (status === 404) return `${reason}. Check that it is there, and that the App or the token may use the repository`;
  return reason;
}

/** Errors of a connection that was never made, or whose certificate was refused: nothing was sent. */
const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

function isNeverSent(error: unknown): boolean {
  return causes(error).some((it) => beforeSending.has(String((it as { code?: unknown }).code)));
}

/** The error and what caused it: Octokit wraps fetch's error, which wraps the connection's. */
function causes(error: unknown): readonly Error[] {
  const found: Error[] = [];
  for (let it = error; it instanceof Error && found.length < 5; it = it.cause) found.push(it);
  return found;
}

/** One line. What stands in front of GitHub answers with a page: that says nothing. */
function textOf(error: unknown): string {
  const text = oneLine(error instanceof Error ? error.message : String(error));
  return text.startsWith("<") ? "a page instead of an answer" : cut(text, limits.gitHubReasonMax);
}
