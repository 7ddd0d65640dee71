import { contexts } from "./contexts.ts";
import { finalStates } from "./final-state.ts";
import type { Checker, Violation } from "./violation.ts";

/** When the world is quiet, nothing is pending but the commit that Fleet shows now. */
export const pendings: Checker = (world) => {
  const current = new Set(
    finalStates(world).flatMap(({ gitRepo, commit }) =>
      Object.values(contexts).map((contextOf) => `${contextOf(gitRepo.name)} ${gitRepo.repository.name} ${commit}`),
    ),
  );
  return world.gitHub.latestStatuses().flatMap(({ repository, sha, context, state, description }): Violation[] => {
    if (state !== "pending" || current.has(`${context} ${repository} ${sha}`)) return [];
    return [{ promise: "pendings", ms: world.nowMs, text: `${context} of ${sha} is left pending: "${description}"` }];
  });
};
