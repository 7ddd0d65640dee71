import type { Checker, Violation } from "./violation.ts";

/** GitHub never gets the same status twice in a row for a commit and context, and a pull request has one comment of ours. */
export const noDuplicates: Checker = (world) => {
  const violations: Violation[] = [];
  const shown = new Map<string, string>();
  for (const { ms, repository, sha, context, state, description } of world.ledger.of("status")) {
    const key = `${repository} ${sha} ${context}`;
    const text = `${state} "${description}"`;
    if (shown.get(key) === text) violations.push({ promise: "no duplicates", ms, text: `${context} of ${sha}: ${text} again` });
    shown.set(key, text);
  }
  for (const { repository, number, bodies } of world.gitHub.comments()) {
    if (bodies.length < 2) continue;
    violations.push({
      promise: "no duplicates",
      ms: world.nowMs,
      text: `${repository}#${number} has ${bodies.length} comments of ours`,
    });
  }
  return violations;
};
