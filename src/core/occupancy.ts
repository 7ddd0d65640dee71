import type { Rollout } from "./rollout/rollout.ts";

/**
 * Whether there is anything to tell of a GitRepo in one target, where a Notification divides its clusters.
 *
 * - occupied: it has clusters there. So has the unnamed target of a GitRepo without any cluster, once that has failed or is known to have
 *   none: somebody must hear of it.
 * - vacant: it has none there, and that is not about to change: its stream has ended. It goes on when a cluster comes.
 * - unsettled: none is seen, and Fleet is still at work (bundles come and go with a commit): nothing is said or taken back meanwhile.
 */
export type Occupancy = "occupied" | "vacant" | "unsettled";

export function occupancyOf({ rollout, deployments }: { rollout: Rollout; deployments: number }): Occupancy {
  const { clusters, phase, target, waitingFor } = rollout;
  if (clusters.total > 0) return "occupied";
  const isSettled = phase === "failed" || waitingFor.every(({ code }) => code === "NoTargets" || passing.has(code));
  if (!isSettled) return "unsettled";
  return target === "" && deployments === 0 ? "occupied" : "vacant";
}

/** What is waited for once everything is in its place. */
const passing: ReadonlySet<string> = new Set(["AwaitingPoll", "AwaitingBranchHead", "JobNotSeen"]);
