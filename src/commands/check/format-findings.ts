import type { checkOutputs } from "../../verb-settings.ts";
import type { Finding } from "./check-source.ts";

/**
 * All findings as one text:
 *
 * - `text`: `file:line:column: message [code]`, one line each.
 * - `json`: one object, `{"notifications": n, "findings": [{file, line, column, code, message}]}`.
 * - `github`: one workflow command `::error …` each, which GitHub Actions shows beside the line of the file.
 *
 * What a file, its name or an error of the YAML parser holds begins no line and no workflow command of its own.
 */
export function formatFindings(
  findings: readonly Finding[],
  { output, notifications }: { output: (typeof checkOutputs)[number]; notifications: number },
): string {
  switch (output) {
    case "text":
      return findings.map(textLine).join("");
    case "json":
      return `${JSON.stringify({ notifications, findings: findings.map(jsonEntry) }, null, 2)}\n`;
    case "github":
      return findings.map(workflowCommand).join("");
  }
}

function textLine({ file, line, column, message, code }: Finding): string {
  return `${visible(file)}:${line}:${column}: ${visible(message)} [${code}]\n`;
}

/** Exactly the documented fields, in this order. */
function jsonEntry({ file, line, column, code, message }: Finding): Finding {
  return { file, line, column, code, message };
}

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message */
function workflowCommand({ file, line, column, code, message }: Finding): string {
  const properties = Object.entries({ file: visible(file), line, col: column, title: code });
  const shown = properties.map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  return `::error ${shown.join(",")}::${escapedData(visible(message))}\n`;
}

/** As GitHub's runner undoes it: `%` introduces an escape. */
function escapedData(text: string): string {
  return text.replaceAll("%", "%25");
}

/** In a property, `:` and `,` would end it. */
function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Control, format and line-ending characters as `\u{…}`, so that each finding stays on its line and turns no terminal's colours. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (it) => `\\u{${it.codePointAt(0)?.toString(16)}}`);
}
