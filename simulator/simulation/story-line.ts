import { toldEvent } from "../checkers/told-event.ts";
import type { Entry, Hook } from "./ledger.ts";
import { receivers } from "./simulated-notification.ts";
import { startMs } from "./simulated-world.ts";

/** One entry of a ledger as a line for people; null for what is of no interest to them. SHAs are cut to their number. */
export function storyLine(entry: Entry): string | null {
  const text = textOf(entry);
  if (text === null) return null;
  const seconds = ((entry.ms - startMs) / 1_000).toFixed(3).padStart(9);
  return `${seconds}s  ${text}`.replaceAll(/(\d{4})[0-9a-f]{36}/g, "$1").replaceAll(/(\d{4})abc\b/g, "$1");
}

function textOf(entry: Entry): string | null {
  switch (entry.kind) {
    case "told":
      return entry.text;
    case "look":
      return `(${entry.why}: what is so now may be taken for old)`;
    case "save":
      return `  saved ${entry.name} (${entry.bytes} bytes)`;
    case "status":
      return `  GitHub: ${entry.context} of ${entry.sha}: ${entry.state} "${entry.description}"`;
    case "comment":
      return `  GitHub: comment ${entry.isNew ? "made" : "edited"} on ${entry.repository}#${entry.number}: ${rows(entry.body)}`;
    case "hook": {
      const { type, at, commit, relation, timestampMs } = toldEvent(entry);
      const about = isOfCluster(entry) ? "" : ` ${at === commit ? at : `${commit} → ${at}`}`;
      const made = ((timestampMs - startMs) / 1_000).toFixed(3);
      return `  ${entry.stream.split(":")[0]?.split("/").at(-1) ?? ""} ${entry.stream.split("/").at(-1) ?? ""} ${entry.sequence}: ${type}${about} (${relation}, made at ${made}s${entry.isLate ? ", long given up" : ""}${entry.isTaken ? "" : ", turned away"})`;
    }
  }
}

function isOfCluster({ receiver }: Hook): boolean {
  return receiver === receivers.clusters;
}

/** The states that a comment's rows show. */
function rows(body: string): string {
  return body
    .split("\n")
    .filter((line) => line.startsWith("| fleet-default"))
    .map((line) => line.split(" | ").slice(0, 4).join(" ").replaceAll("|", "").trim())
    .join("; ");
}
