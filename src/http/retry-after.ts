import { limits } from "../core/limits.ts";

/**
 * Until when a receiver wants to be left alone, in milliseconds since the epoch; 0 where it does not say. Takes both forms of RFC 9110 §10.2.3,
 * seconds and an HTTP date; no rest is longer than `limits.retryAfterMaxMs`.
 */
export function retryAfterUntil(value: string | undefined, now: number): number {
  const text = value?.trim() ?? "";
  if (text === "") return 0;
  const until = /^\d+$/.test(text) ? now + Number(text) * 1_000 : Date.parse(text);
  if (!Number.isFinite(until) && !/^\d+$/.test(text)) return 0;
  return until <= now ? 0 : Math.min(until, now + limits.retryAfterMaxMs);
}
