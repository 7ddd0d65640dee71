import type { FleetRecord } from "./record.ts";

/**
 * True where two projections of one object say the same: most updates of Fleet's objects (resource lists, summaries, timestamps) change
 * nothing that is kept, and then nobody needs to look.
 */
export function isSameRecord(one: FleetRecord, other: FleetRecord): boolean {
  return isSameValue(one, other);
}

/** For what records hold: texts, numbers, flags, null, and flat objects of those (conditions, labels). */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const fields = one as Record<string, unknown>;
  const others = other as Record<string, unknown>;
  let count = 0;
  for (const name in fields) {
    if (!isSameValue(fields[name], others[name])) return false;
    count += 1;
  }
  return count === Object.keys(others).length;
}
