import type { ClusterRecord } from "../fleet/record.ts";
import { limits } from "../limits.ts";

/** The agent's last check-in is older than max(3 × its interval, 45 min), or it never checked in (design §4, fleet-facts §2.4). */
export function isOffline({ lastSeenMs, checkinIntervalMs }: ClusterRecord, now: number): boolean {
  return now - lastSeenMs > Math.max(3 * checkinIntervalMs, limits.offlineMinMs);
}
