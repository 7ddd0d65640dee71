import { readSettings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import { checkSource, type Finding } from "./check/check-source.ts";
import { checkTogether } from "./check/check-together.ts";
import { formatFindings } from "./check/format-findings.ts";
import { readSources, type Unreadable } from "./check/source.ts";
import type { Invocation } from "./invocation.ts";

/**
 * `check FILE…`: says what is wrong with Notifications without a cluster: their schema, URLs, headers, templates, and what a destination lacks.
 * Prints each error as `--output` says (see `formatFindings`). Exit code 0 where there is none, 1 where there is, 2 where the call is wrong or a file
 * cannot be read.
 */
export async function check(invocation: Invocation): Promise<number> {
  const { stdin, stdout, stderr, signal } = invocation;
  const read = readSettings("check", invocation);
  if (read.kind !== "settings") return tellSettings("check", read, invocation);
  if (read.operands.length === 0) {
    stderr.write("signalman check: name at least one file, folder, or - for the standard input. [WrongArguments]\n");
    return 2;
  }
  const sources = await readSources(read.operands, { stdin, ...(signal !== undefined && { signal }) });
  const unreadable = sources.filter((it) => "reason" in it);
  const checked = sources.filter((it) => "text" in it).map(checkSource);
  const notifications = checked.flatMap((it) => it.notifications);
  const findings = [...checked.flatMap((it) => it.findings), ...checkTogether(notifications)];
  const order = new Map(sources.map((it, index) => [it.file, index]));
  findings.sort((one, other) => compare(one, other, order));
  const told = [...findings, ...unreadable.map(unreadableFile)];
  stdout.write(formatFindings(told, { output: read.settings.output, notifications: notifications.length }));
  stderr.write(`Notifications checked: ${notifications.length}; errors: ${findings.length}\n`);
  if (unreadable.length > 0) return 2;
  return findings.length > 0 ? 1 : 0;
}

function unreadableFile({ file, reason }: Unreadable): Finding {
  return { file, line: 1, column: 1, code: "UnreadableFile", message: `The file cannot be read: ${reason}.` };
}

/** By file in the order of reading, then by line and column. */
function compare(one: Finding, other: Finding, order: ReadonlyMap<string, number>): number {
  const byFile = (order.get(one.file) ?? 0) - (order.get(other.file) ?? 0);
  return byFile || one.line - other.line || one.column - other.column;
}
