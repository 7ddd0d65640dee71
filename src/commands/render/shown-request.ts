import type { ShownRequest } from "../assumed-io.ts";
import { titleOf, type Trial } from "./trial.ts";

/** As a block of an `.http` file. */
export function shownRequest({ method, url, headers, body }: ShownRequest, trial: Trial): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return `### ${titleOf(trial)}\n${method} ${url}\n${lines.join("")}\n${body}${body === "" ? "" : "\n"}\n`;
}
