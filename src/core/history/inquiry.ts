import { limits } from "../limits.ts";
import type { Repository } from "./relation.ts";

/** A question to the host of a repository. */
export type Inquiry =
  | { readonly kind: "relation"; readonly repository: Repository; readonly base: string; readonly head: string }
  | { readonly kind: "branchHead"; readonly repository: Repository; readonly branch: string }
  | {
      readonly kind: "pullRequests";
      readonly repository: Repository;
      readonly base: string;
      readonly head: string;
      readonly branch: string;
    };

/**
 * One question's life: `due` (to be asked at `notBeforeMs`) → `asking` (an effect is out) → answered for good (forgotten here; the
 * knowledge lies in KnownCommits or the ranges), or `due` again later: soon after a failure, hourly where the host does not know.
 */
export interface OpenInquiry {
  readonly inquiry: Inquiry;
  status: "due" | "asking";
  notBeforeMs: number;
  failures: number;
  /** Since when the host says that it does not know; Infinity where it never said so. */
  unknownSinceMs: number;
  /** True once the host knows nothing of it for good (not on GitHub, or unknown for over 5 min): told as "unknown ever", asked hourly. */
  hopeless: boolean;
}

/** The question could not be answered: again after a pause that doubles, or when the host said. */
export function failed(open: OpenInquiry, now: number, retryAtMs: number): void {
  open.status = "due";
  open.failures += 1;
  const pauseMs = Math.min(limits.askRetryMinMs * 2 ** (open.failures - 1), limits.askRetryMaxMs);
  open.notBeforeMs = Math.max(now + pauseMs, retryAtMs);
}

/** The host answered that it does not know the commit: for now, and after 5 min for good. */
export function notKnown(open: OpenInquiry, now: number): void {
  open.status = "due";
  open.failures = 0;
  open.unknownSinceMs = Math.min(open.unknownSinceMs, now);
  open.hopeless = now - open.unknownSinceMs >= limits.commitUnknownForNowMs;
  open.notBeforeMs = now + (open.hopeless ? limits.askAgainMs : limits.askUnknownCommitMs);
}

/** The host does not have the repository (or is none that can be asked): for good, asked again hourly. */
export function noRepository(open: OpenInquiry, now: number): void {
  open.status = "due";
  open.failures = 0;
  open.hopeless = true;
  open.notBeforeMs = now + limits.askAgainMs;
}
