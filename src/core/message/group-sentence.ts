import type { GitRepoCounts } from "../rollout/rollout.ts";
import { errorLine } from "./error-text.ts";
import type { MessageRollout } from "./message.ts";
import type { Sentence } from "./sentence.ts";

/** `198/200 GitRepos deployed, 2 waiting: pay, shop`. Names only where all fit: each change of them would be another status. */
export function groupProgress({ total, ready, failed, waitingNames }: GitRepoCounts): Sentence {
  const head = `${ready}/${total} GitRepos deployed`;
  const waiting = total - ready - failed;
  if (waiting === 0) return { head };
  return { head: `${head}, ${waiting} waiting`, ...(waiting <= waitingNames.length && { names: waitingNames }) };
}

/** `2/200 GitRepos failed: pay, shop: image not found`. */
export function groupFailure({ total, failed, failedNames }: GitRepoCounts, { failure }: MessageRollout): Sentence {
  const own = failure?.clusters.map((it) => errorLine(it.message)).find((it) => it !== "");
  const reason = own ?? errorLine(failure?.message ?? "");
  return { head: `${failed}/${total} GitRepos failed`, names: failedNames, count: failed, reason };
}
