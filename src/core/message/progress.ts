import type { Reason, ReasonCode } from "../rollout/rollout.ts";
import type { MessageRollout } from "./message.ts";
import { limits } from "../limits.ts";
import { oneLine } from "../template/one-line.ts";
import type { Sentence } from "./sentence.ts";

/** What is left when every cluster has the commit: nothing but to make sure. */
const confirmations: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "AwaitingPoll",
  "AwaitingBranchHead",
  "Settling",
  "JobNotSeen",
]);

/** What a rollout that is on its way waits for (design §5, pending). */
export function progress(rollout: MessageRollout): Sentence {
  const { clusters, waitingFor } = rollout;
  const has = (code: ReasonCode) => waitingFor.some((it) => it.code === code);
  const isAllReady = clusters.total > 0 && clusters.ready === clusters.total;
  const isConfirming = rollout.holding || waitingFor.every((it) => confirmations.has(it.code));
  if (isAllReady && isConfirming) return { head: `${countReady(rollout)}, confirming` };
  if (!rollout.applied && !(isConfirming && waitingFor.length > 0)) return { head: "Waiting for Fleet to apply this commit" };
  if (has("NoBundles")) return { head: "No bundles in the paths of this GitRepo" };
  if (clusters.total === 0) return { head: "No clusters match this GitRepo" };
  if (clusters.paused > 0 && clusters.ready + clusters.paused === clusters.total) return { head: paused(clusters.paused) };
  return { ...clusterGroups(rollout), ...(standing(waitingFor) === "" ? {} : { reason: standing(waitingFor) }) };
}

/** `31/40 clusters ready`. */
export function countReady({ clusters }: Pick<MessageRollout, "clusters">): string {
  return `${clusters.ready}/${clusters.total} clusters ready`;
}

function paused(count: number): string {
  return count === 1 ? "Paused: 1 cluster keeps an earlier commit" : `Paused: ${count} clusters keep an earlier commit`;
}

/**
 * `31/40 clusters ready, 7 updating, 2 offline`, and the names of the last group. Clusters that are updating are named only where all of
 * them can be: they change all the time, and each change would be another status.
 */
function clusterGroups(rollout: MessageRollout): Sentence {
  const { clusters } = rollout;
  const groups = [
    { count: clusters.updating, word: "updating", names: clusters.updatingNames },
    { count: clusters.paused, word: "paused", names: clusters.pausedNames },
    { count: clusters.failed, word: "failing", names: clusters.failedNames },
    { count: clusters.offline, word: "offline", names: clusters.offlineNames },
  ].filter((group) => group.count > 0);
  const head = [countReady(rollout), ...groups.map((group) => `${group.count} ${group.word}`)].join(", ");
  const last = groups.at(-1);
  if (last === undefined || (last.word === "updating" && last.count > limits.namesInDescriptionMax)) return { head };
  return { head, names: last.names, count: last.count };
}

/** What may stand for long and is no failure, in words: a person must see what the commit waits for. */
function standing(waitingFor: readonly Reason[]): string {
  for (const { code, message } of waitingFor) {
    if (code === "DependencyWait") {
      const bundles = /not ready: \[([^\]]*)\]/.exec(message)?.[1];
      return bundles === undefined ? "waiting for another bundle" : oneLine(`waiting for ${bundles.split(" ").join(", ")}`);
    }
    if (code === "OffSchedule") return "outside of the schedule";
    if (code === "WaitingForValues") return "waiting for Helm values";
    if (code === "Modified") return "live resources differ";
  }
  return "";
}
