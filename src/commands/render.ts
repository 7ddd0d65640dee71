import { nameOf } from "../core/notification/context-conflicts.ts";
import { oneLine } from "../core/template/one-line.ts";
import { nearest } from "../core/template/suggest.ts";
import { readSettings, type Settings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import type { ShownRequest } from "./assumed-io.ts";
import { checkSource, validOf } from "./check/check-source.ts";
import { checkTogether } from "./check/check-together.ts";
import { formatFindings } from "./check/format-findings.ts";
import { readSources } from "./check/source.ts";
import type { Invocation } from "./invocation.ts";
import { renderRule } from "./render/render-rule.ts";
import { type SampleRule, sampleRules } from "./render/sample-rules.ts";

/**
 * `render FILE… --event E`: prints the HTTP requests that Notifications would send for a sample rollout, and sends nothing. Bodies are to the byte,
 * secrets are `***`. Exit 0; 1 where a Notification is wrong or a request cannot be made; 2 where the call is wrong or a file cannot be read.
 */
export async function render(invocation: Invocation): Promise<number> {
  const { stdin, stdout, stderr, signal = new AbortController().signal } = invocation;
  const read = readSettings("render", invocation);
  if (read.kind !== "settings") return tellSettings("render", read, invocation);
  const { settings, operands } = read;
  const misuse = (message: string) => {
    return tellSettings("render", { kind: "refused", problems: [{ code: "WrongArguments", message }] }, invocation);
  };
  if (operands.length === 0) return misuse("name at least one file, folder, or - for the standard input.");
  const { event } = settings;
  if (event === "") return misuse("--event is missing. Write --event GitRepoReady, for instance.");
  const sources = await readSources(operands, { stdin, signal });
  for (const it of sources) if ("reason" in it) return misuse(`${oneLine(it.file)} cannot be read: ${it.reason}.`);
  const checked = sources.filter((it) => "text" in it).map(checkSource);
  const notifications = checked.flatMap((it) => it.notifications);
  const findings = [...checked.flatMap((it) => it.findings), ...checkTogether(notifications)];
  stderr.write(formatFindings(findings, { output: "text", notifications: notifications.length }));
  if (findings.length > 0) return 1;
  const { rules, problems } = sampleRules(notifications.map(validOf).filter((it) => it !== null));
  for (const { problem } of problems) stderr.write(`signalman render: ${oneLine(problem.message)} [${problem.code}]\n`);
  const unknown = unknownName(rules, settings);
  if (unknown !== "") return misuse(unknown);
  let exitCode = problems.length > 0 ? 1 : 0;
  for (const one of rules.filter((it) => isAskedFor(it, settings))) {
    const { requests, silence, failure } = await renderRule(one, { event, name: settings.name, signal });
    for (const request of requests) stdout.write(shown(request, { one, settings }));
    if (silence !== "") stderr.write(`signalman render: ${titleOf(one)} sends nothing: ${oneLine(silence)}\n`);
    if (failure === null) continue;
    const code = failure.kind === "park" ? failure.code : "Retrying";
    stderr.write(`signalman render: ${titleOf(one)}: ${oneLine(failure.reason)} [${code}]\n`);
    exitCode = 1;
  }
  return exitCode;
}

function isAskedFor({ rule }: SampleRule, { destination, notificationName }: Settings): boolean {
  const isNotification = notificationName === "" || rule.notification.name === notificationName;
  return isNotification && (destination === "" || rule.destination === destination);
}

/** What is wrong with `--notification` and `--destination`; "" where they name something. */
function unknownName(rules: readonly SampleRule[], { destination, notificationName }: Settings): string {
  const names = [...new Set(rules.map((it) => it.rule.notification.name))];
  if (notificationName !== "" && !names.includes(notificationName))
    return notThere({ what: "Notification", name: notificationName, names });
  const within = rules.filter((it) => notificationName === "" || it.rule.notification.name === notificationName);
  const destinations = [...new Set(within.map((it) => it.rule.destination))];
  if (destination === "" || destinations.includes(destination)) return "";
  return notThere({ what: "destination", name: destination, names: destinations });
}

function notThere({ what, name, names }: { what: string; name: string; names: readonly string[] }): string {
  const meant = nearest(name, names);
  const remedy = meant === null ? `There are: ${names.join(", ") || "none"}.` : `Did you mean ${meant}?`;
  return `there is no ${what} ${JSON.stringify(name)}. ${remedy}`;
}

function titleOf({ rule: { notification, destination, target } }: SampleRule): string {
  return `${nameOf(notification)}, destination "${destination}"${target === "" ? "" : `, target "${target}"`}`;
}

/** As a block of an `.http` file, or as one line of JSON. */
function shown(request: ShownRequest, { one, settings }: { one: SampleRule; settings: Settings }): string {
  const { notification, destination, target } = one.rule;
  if (settings.renderOutput === "json") {
    return `${JSON.stringify({ notification, destination, target, event: settings.event, request })}\n`;
  }
  const { method, url, headers, body } = request;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return `### ${titleOf(one)}\n${method} ${url}\n${lines.join("")}\n${body}${body === "" ? "" : "\n"}\n`;
}
