import type { Timing } from "./rule.ts";

/** What a Notification that does not say gets (design §3). */
export const timingDefaults: Timing = {
  settleMs: 15_000,
  errorGraceMs: 180_000,
  notReadyDeadlineMs: 600_000,
  maxHoldMs: 600_000,
};

export const webhookTimeoutDefaultMs = 10_000;
