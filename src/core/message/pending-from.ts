import { limits } from "../limits.ts";
import type { MessageRollout } from "./message.ts";

/**
 * From when on a commit is shown as pending (milliseconds since the epoch): at once (-Infinity) where something changes, after a while where
 * that is not known yet, never (Infinity) where nothing changes (design §5). What is paused is staged and moves no deploymentID, so whether it
 * changes anything is not known until the pause ends.
 */
export function pendingFromMs({
  changed,
  applied,
  clusters,
  startedMs,
}: Pick<MessageRollout, "changed" | "applied" | "clusters" | "startedMs">): number {
  if (changed) return -Infinity;
  return applied && clusters.paused === 0 ? Infinity : startedMs + limits.pendingAfterMs;
}
