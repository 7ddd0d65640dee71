import { limits } from "../core/limits.ts";
import { KubernetesError } from "./kubernetes-error.ts";

interface StatusAnswer {
  readonly status: number;
  /** Parsed where it was JSON, else the text. */
  readonly body: unknown;
  /** The header, where there is one. */
  readonly retryAfter?: string | undefined;
  /** For `Retry-After` as a date. */
  readonly nowMs: number;
}

/** What a server that refuses says, as an error: its Status object, or whatever a proxy before it sent instead. */
export function statusError({ status, body, retryAfter, nowMs }: StatusAnswer): KubernetesError {
  const said = (typeof body === "object" && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const { reason, message, code, details } = said as { reason?: unknown; message?: unknown; code?: unknown; details?: unknown };
  const seconds = (details as { retryAfterSeconds?: unknown } | null | undefined)?.retryAfterSeconds;
  return new KubernetesError({
    status: status === 0 && typeof code === "number" ? code : status,
    reason: typeof reason === "string" && reason !== "" ? reason : `Status${status}`,
    message: (typeof message === "string" && message !== "" ? message : plainText(body, status)).slice(
      0,
      limits.conditionMessageMax,
    ),
    retryAfterMs: Math.min(
      retryAfterMs(retryAfter, nowMs) || (typeof seconds === "number" ? seconds * 1_000 : 0),
      limits.kubernetesRetryAfterMaxMs,
    ),
  });
}

function plainText(body: unknown, status: number): string {
  return typeof body === "string" && body.trim() !== "" ? body.trim() : `the API server answered ${status}`;
}

/** Seconds or an HTTP date; 0 for anything else and for what is past. */
function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
