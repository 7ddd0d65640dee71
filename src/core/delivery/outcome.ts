/**
 * What came of one try to bring a message to its destination. One switch in `step` decides what follows each.
 *
 * - delivered: the receiver has it. `remark` says where it could not be shown and never will be: a locked conversation, a commit that is gone.
 * - retry: it does not have it; try again not before `notBeforeMs` (0: by the stream's own backoff). `endpointMs` > now: the whole endpoint
 *   (an installation at its rate limit, a receiver that said Retry-After) must rest until then.
 * - park: it cannot heal by trying (400, 401, 404, 410, 422, a missing Secret): wait for a change, or `slowMs`.
 * - unknown: it may have it (lost answer, time-out, cut connection): ask before writing again, no sooner than 10 s after the attempt began, or
 *   than `settledMs` where that is known better (the request may have waited for its turn, or been one of several).
 */
export type Outcome =
  | { readonly kind: "delivered"; readonly remark?: string }
  | { readonly kind: "retry"; readonly reason: string; readonly notBeforeMs: number; readonly endpointUntilMs: number }
  | { readonly kind: "park"; readonly code: ParkCode; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string; readonly settledMs?: number };

/** Stable; the condition's reason on the Notification and the metric's label. */
export type ParkCode =
  | "SecretMissing"
  | "NotInstalled"
  | "NotFound"
  | "Refused"
  | "Unauthorized"
  | "Gone"
  | "TemplateFailed"
  | "EgressRefused"
  | "NotOnGitHub";
