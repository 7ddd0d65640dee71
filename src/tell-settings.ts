import type { Writable } from "node:stream";
import type { ReadSettings } from "./settings.ts";
import { helpOf } from "./settings-help.ts";
import type { Verb } from "./setting.ts";

type Told = Exclude<ReadSettings, { readonly kind: "settings" }>;

/** Prints the help that was asked for (exit code 0), or why the command does not start, one line a reason (exit code 2). */
export function tellSettings(verb: Verb, told: Told, { stdout, stderr }: { stdout: Writable; stderr: Writable }): number {
  if (told.kind === "help") {
    stdout.write(helpOf(verb));
    return 0;
  }
  for (const { code, message } of told.problems) stderr.write(`signalman ${verb}: ${message} [${code}]\n`);
  return 2;
}
