import { nameOf } from "../../core/notification/context-conflicts.ts";
import { formatPath, formatProblem } from "../../core/notification/problem.ts";
import type { NotificationIdentity, Rule } from "../../core/notification/rule.ts";
import type { Origin, TracedField, TracedRule } from "../../core/notification/trace-rule.ts";
import { cut } from "../../core/template/cut.ts";
import { oneLine } from "../../core/template/one-line.ts";
import type { ExplainedRules } from "./explain-rules.ts";

/** Columns of a value: what is longer stands in the Notification. */
const valueMax = 60;

/** As a person reads it: each rule with what is written in three columns and its defaults, then what is wrong, and what is not about the GitRepo. */
export function rulesText({ gitRepo, rules, problems, notSelecting, remarks }: ExplainedRules): string {
  const { namespace, name, suspended } = gitRepo;
  const muted = suspended ? '\n  muted: its annotation signalman.dev/suspend is "true"' : "";
  const head = `${namespace}/${name}: ${rules.length === 0 ? "no Notification sends anything for it" : counted(rules.length, "rule")}${muted}\n`;
  return [
    head,
    ...rules.map(ruleText),
    ...section(
      "Not sent, because something is wrong",
      problems.map(({ notification, problem }) => {
        return `${nameOf(notification)}: ${oneLine(formatProblem(problem))} [${problem.code}]`;
      }),
    ),
    ...section("Not about this GitRepo (spec.gitRepos)", notSelecting.map(nameOf)),
    ...section("Not known", remarks),
  ].join("\n");
}

function ruleText({ rule, traced }: { rule: Rule; traced: TracedRule }): string {
  const { fields, notInherited, suspendedBy } = traced;
  const rows = fields.flatMap(({ field, value, from }) => {
    return from === null ? [] : [[formatPath(field), cut(shownValue(value), valueMax), shownOrigin(from)] as const];
  });
  const defaults = fields.filter((it) => it.from === null).map((it) => `${formatPath(it.field)} ${shownValue(it.value)}`);
  const [nameWidth, valueWidth] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lost = Map.groupBy(notInherited, (it) => nameOf(it.from.notification));
  return [
    `${titleOf(rule)}\n`,
    ...suspendedBy.map((it) => `  muted by ${shownOrigin(it)}\n`),
    ...rows.map(([name, value, from]) => `  ${name.padEnd(nameWidth ?? 0)}  ${value.padEnd(valueWidth ?? 0)}  ${from}\n`),
    ...(defaults.length === 0 ? [] : [`  by default: ${defaults.join("; ")}\n`]),
    ...[...lost].map(([owner, its]) => `  not inherited from ${owner}: ${its.map((it) => formatPath(it.field)).join(", ")}\n`),
  ].join("");
}

function titleOf({ notification, destination, target, config }: Rule): string {
  return `${nameOf(notification)}, destination "${destination}" (${config.type})${target === "" ? "" : `, target "${target}"`}`;
}

function shownValue(value: unknown): string {
  const isNames = Array.isArray(value) && value.every((it) => typeof it === "string");
  const text = typeof value === "string" ? value : isNames ? value.join(", ") : JSON.stringify(value);
  return oneLine(text);
}

function shownOrigin(from: Origin): string {
  return `${nameOf(from.notification)}: ${formatPath(from.path)}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:\n${lines.map((it) => `  ${it}\n`).join("")}`];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** One object: the same for a program. Paths are texts, as in the YAML. */
export function rulesJson({ gitRepo, rules, problems, notSelecting, remarks }: ExplainedRules): string {
  const { namespace, name, suspended } = gitRepo;
  const origin = (from: Origin | null) => (from === null ? null : { ...placed(from.notification), path: formatPath(from.path) });
  const field = (it: TracedField) => ({ field: formatPath(it.field), value: it.value, from: origin(it.from) });
  const told = {
    gitRepo: { namespace, name, suspended },
    rules: rules.map(({ rule, traced }) => ({
      notification: placed(rule.notification),
      destination: rule.destination,
      type: rule.config.type,
      target: rule.target,
      suspendedBy: traced.suspendedBy.map(origin),
      fields: traced.fields.map(field),
      notInherited: traced.notInherited.map(field),
    })),
    problems: problems.map(({ notification, problem: { code, path, message } }) => {
      return { notification: placed(notification), code, path: formatPath(path), message };
    }),
    notSelecting: notSelecting.map(placed),
    remarks,
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

function placed({ kind, namespace, name }: NotificationIdentity): NotificationIdentity {
  return { kind, namespace, name };
}
