import { parse } from "yaml";
import { parseNotification } from "../../src/core/notification/parse-notification.ts";
import { formatProblem } from "../../src/core/notification/problem.ts";
import { resolveRules } from "../../src/core/notification/resolve.ts";

/** `code path: message`, one line a problem, of a whole object in YAML. */
export function toldOf(yaml: string): string {
  const parsed = parseNotification(parse(yaml));
  const problems =
    parsed.kind === "invalid" ? parsed.problems : resolveRules([parsed.notification]).problems.map((it) => it.problem);
  return problems.map((it) => `${it.code} ${formatProblem(it)}`).join("\n");
}
