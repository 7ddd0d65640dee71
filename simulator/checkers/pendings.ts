import { gitRepoOf, isOfGroup, notificationOf } from "./contexts.ts";
import { finalStates } from "./final-state.ts";
import type { Checker, Violation } from "./violation.ts";

/** When the world is quiet, nothing is pending but the commit that Fleet shows now. */
export const pendings: Checker = (world) => {
  const notifications = world.team === null ? [world.notification] : [world.notification, world.team];
  const current = new Set(
    notifications.flatMap((by) => {
      return finalStates(world, by).map(({ gitRepo, commit }) =>
        [by.name, gitRepo.name, gitRepo.repository.name, commit].join(" "),
      );
    }),
  );
  return world.gitHub.latestStatuses().flatMap(({ repository, sha, context, state, description }): Violation[] => {
    const mark = [notificationOf(context), gitRepoOf(context), repository, sha].join(" ");
    if (isOfGroup(context) || state !== "pending" || current.has(mark)) return [];
    return [{ promise: "pendings", ms: world.nowMs, text: `${context} of ${sha} is left pending: "${description}"` }];
  });
};
