import { hash } from "node:crypto";

/**
 * Exponential backoff with full jitter, in milliseconds: between half of and the whole of `minMs · 2^(failures-1)`, at most `maxMs`.
 *
 * The core has no randomness: the jitter is a hash of `seed` (who waits) and the count, which spreads different waiters as well.
 */
export function backoffMs({
  failures,
  seed,
  minMs,
  maxMs,
}: {
  failures: number;
  seed: string;
  minMs: number;
  maxMs: number;
}): number {
  const wholeMs = Math.min(minMs * 2 ** Math.min(failures - 1, 30), maxMs);
  const random = hash("sha256", `${seed} ${failures}`, "buffer").readUInt32BE(0) / 2 ** 32;
  return Math.round(wholeMs / 2 + (wholeMs / 2) * random);
}
