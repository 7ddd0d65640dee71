import { parse } from "yaml";
import { parseNotification } from "../../src/core/notification/parse-notification.ts";
import { formatProblem } from "../../src/core/notification/problem.ts";
import { resolveRules } from "../../src/core/notification/resolve.ts";
import type { Problem } from "../../src/core/notification/rule.ts";

/** Everything that is wrong with a Notification in YAML, by itself and where no other one is there. */
export function problemsOf(yaml: string): readonly Problem[] {
  const parsed = parseNotification(parse(yaml));
  if (parsed.kind === "invalid") return parsed.problems;
  return resolveRules([parsed.notification]).problems.map((it) => it.problem);
}

/** `code path: message`, one line a problem. */
export function toldOf(yaml: string): string {
  return problemsOf(yaml)
    .map((it) => `${it.code} ${formatProblem(it)}`)
    .join("\n");
}
