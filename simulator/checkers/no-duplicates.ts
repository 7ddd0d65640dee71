import type { Checker, Violation } from "./violation.ts";

/**
 * GitHub never gets the same status twice in a row for a commit and context, or for a check run or a deployment; a pull request has one comment of
 * ours, a commit one check run, and a rollout one deployment.
 */
export const noDuplicates: Checker = (world) => {
  const violations: Violation[] = [];
  const shown = new Map<string, string>();
  for (const { ms, repository, sha, context, state, description, place, page } of world.ledger.of("status")) {
    const key = `${repository} ${sha} ${context} ${place}`;
    const text = `${state} "${description}"`;
    if (shown.get(key) === text + page)
      violations.push({ promise: "no duplicates", ms, text: `${context} of ${sha}: ${text} again` });
    shown.set(key, text + page);
  }
  for (const { repository, number, bodies } of world.gitHub.comments()) {
    if (bodies.length < 2) continue;
    violations.push({
      promise: "no duplicates",
      ms: world.nowMs,
      text: `${repository}#${number} has ${bodies.length} comments of ours`,
    });
  }
  const made = Map.groupBy(world.gitHub.made(), (it) => [it.repository, it.sha, it.context, it.made].join(" "));
  for (const [what, { length }] of made) {
    if (length > 1) violations.push({ promise: "no duplicates", ms: world.nowMs, text: `there are ${length} of ${what}` });
  }
  return violations;
};
