import { gitRepoOf, isOfGroup } from "./contexts.ts";
import { finalStates } from "./final-state.ts";
import type { Checker, Violation } from "./violation.ts";

/** When the world is quiet, nothing is pending but the commit that Fleet shows now. */
export const pendings: Checker = (world) => {
  const current = new Set(
    finalStates(world).map(({ gitRepo, commit }) => `${gitRepo.name} ${gitRepo.repository.name} ${commit}`),
  );
  return world.gitHub.latestStatuses().flatMap(({ repository, sha, context, state, description }): Violation[] => {
    if (isOfGroup(context) || state !== "pending" || current.has(`${gitRepoOf(context)} ${repository} ${sha}`)) return [];
    return [{ promise: "pendings", ms: world.nowMs, text: `${context} of ${sha} is left pending: "${description}"` }];
  });
};
