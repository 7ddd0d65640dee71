import { toldEvent } from "../../simulator/checkers/told-event.ts";
import type { Entry } from "../../simulator/simulation/ledger.ts";
import { startMs } from "../../simulator/simulation/simulated-world.ts";

/** What one receiver got, in one line; null for what no receiver sees. `nameOf` gives a SHA the name that the scenario gave it. */
export function received(entry: Entry, nameOf: (text: string) => string): string | null {
  const text = textOf(entry);
  return text === null ? null : `${elapsed(entry.ms)} ${nameOf(text)}`;
}

function textOf(entry: Entry): string | null {
  switch (entry.kind) {
    case "status":
      return `status  ${entry.sha} ${entry.context.split("/").at(-1)} ${entry.state} "${entry.description}"`;
    case "comment":
      return `comment ${entry.repository}#${entry.number} ${entry.isNew ? "created" : "edited"}: ${rows(entry.body)}`;
    case "hook": {
      const { type, gitRepo, target, commit, relation, rolledBackFrom, rolledBackTo } = toldEvent(entry);
      const from = rolledBackFrom === "" || type === "GitRepoRolledBack" ? "" : ` rolledBackFrom ${rolledBackFrom}`;
      const to = rolledBackTo === "" ? "" : ` rolledBackTo ${rolledBackTo}`;
      const fate = entry.isTaken ? "" : " (turned away)";
      return `webhook ${entry.receiver.split(".")[0]} ${entry.sequence} ${gitRepo}${target === "" ? "" : ` (${target})`} ${type} ${commit}${to}${from} ${relation}${fate}`;
    }
    case "told":
      return entry.text.startsWith("killed") ? `process ${entry.text}` : null;
    case "save":
    case "look":
      return null;
  }
}

/** GitRepo, state, commit and clusters of each row. */
function rows(body: string): string {
  const found = body.split("\n").filter((line) => line.startsWith("| fleet-default"));
  return found
    .map((line) =>
      line
        .split("|")
        .slice(1, 6)
        .map((cell) => cell.trim())
        .filter((cell) => cell !== "")
        .join(" "),
    )
    .join("; ");
}

/** Since the world began, `m:ss.mmm`. */
function elapsed(ms: number): string {
  const sinceMs = ms - startMs;
  const seconds = ((sinceMs % 60_000) / 1_000).toFixed(3).padStart(6, "0");
  return `${Math.floor(sinceMs / 60_000)}:${seconds}`.padStart(10);
}
