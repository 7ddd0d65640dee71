import type { z } from "zod";
import { nearest } from "../template/suggest.ts";
import { limits } from "../limits.ts";
import { found, oneOf, printable } from "./found.ts";
import type { ProblemCode } from "./problem-codes.ts";
import type { Problem } from "./rule.ts";
import { fieldsOf, schemaAt } from "./schema-at.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** Fields that a ClusterNotification has and a Notification has not, with what to do. */
const clusterOnly: Readonly<Record<string, string>> = {
  namespaces: "Only a ClusterNotification has it; a Notification is about the GitRepos of its own namespace.",
  namespace: "Only a ClusterNotification has it; a Notification reads the Secrets of its own namespace.",
};

/**
 * What zod found wrong with `raw`, as problems: each says what was found, what is allowed and what to do. At most `limits.problemsMax`, in
 * zod's order. Values that may be secrets are not repeated.
 */
export function toProblems(schema: z.ZodType, { raw, issues }: { raw: unknown; issues: readonly Issue[] }): readonly Problem[] {
  return issues
    .flatMap((issue) => {
      const path = issue.path.map((it) => (typeof it === "number" ? it : String(it)));
      return problemsOf(issue, { schema, value: valueAt(raw, path), path });
    })
    .slice(0, limits.problemsMax);
}

/** `["spec", "destinations", 0, "headers", "X.Y"]` → `spec.destinations[0].headers["X.Y"]`; "" for the object itself. */
export function formatPath(path: Path): string {
  return path
    .map((it, index) => {
      if (typeof it === "number") return `[${it}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(it) || it.length > limits.foundTextMax) return `[${printable(it)}]`;
      return index === 0 ? it : `.${it}`;
    })
    .join("");
}

/** One line: where, what is wrong and what to do. */
export function formatProblem({ path, message }: Problem): string {
  return path.length === 0 ? message : `${formatPath(path)}: ${message}`;
}

interface Place {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly path: Path;
}

function problemsOf(issue: Issue, place: Place): readonly Problem[] {
  const { path, value } = place;
  const problem = (code: ProblemCode, message: string): Problem => ({ code, path, message });
  switch (issue.code) {
    case "custom":
      return [{ ...problem("UnknownValue", issue.message), ...paramsOf(issue) }];
    case "unrecognized_keys":
      return issue.keys
        .slice(0, limits.problemsMax)
        .map((key) => ({ code: "UnknownField", path: [...path, key], message: unknownField(key, place) }));
    case "invalid_key":
      return issue.issues.flatMap((inner) => problemsOf(inner, place));
    case "invalid_type":
      return [value === undefined ? problem("MissingField", missing(place, issue.expected)) : wrongType(place, issue.expected)];
    case "invalid_value":
      if (value === undefined)
        return [
          problem("MissingField", `${printable(String(path.at(-1)))} is required. Add it: ${oneOf(issue.values.map(String))}.`),
        ];
      return [problem("UnknownValue", unknownValue(value, issue.values.map(String)))];
    case "too_small":
      return Array.isArray(value) ? [problem("TooFew", tooFew(path))] : [];
    case "too_big":
      // zod counts the letters of a text in place of a list too, after it has said that it is no list.
      if (!Array.isArray(value)) return [];
      return [problem("TooMany", `${value.length} entries; at most ${String(issue.maximum)} are allowed. Remove some.`)];
    default:
      return [problem("UnknownValue", `${capitalized(found(value))} is not allowed here: ${issue.message}.`)];
  }
}

/** What `checked` gave to zod with its complaint. */
function paramsOf({ params = {} }: z.core.$ZodIssueCustom): Partial<Pick<Problem, "code" | "at">> {
  const { code, at } = params as { code?: ProblemCode; at?: NonNullable<Problem["at"]> };
  return { ...(code !== undefined && { code }), ...(at !== undefined && { at }) };
}

function tooFew(path: Path): string {
  return `The list is empty. Add an entry${path.at(-1) === "destinations" ? "" : ", or remove the field"}.`;
}

function unknownField(key: string, { schema, path }: Place): string {
  const fields = fieldsOf(schemaAt(schema, path)) ?? {};
  const names = Object.keys(fields);
  const unknown = `There is no field ${printable(key)} here.`;
  const reserved = Object.hasOwn(clusterOnly, key) ? clusterOnly[key] : undefined;
  if (reserved !== undefined) return `${unknown} ${reserved} Remove it.`;
  const owner = names.find((name) => Object.hasOwn(fieldsOf(schemaAt(schema, [...path, name])) ?? {}, key));
  if (owner !== undefined) return `${unknown} It belongs under "${owner}".`;
  const beside = path.at(-1);
  const parentFields = fieldsOf(schemaAt(schema, path.slice(0, -1))) ?? {};
  if (typeof beside === "string" && Object.hasOwn(parentFields, key)) return `${unknown} It belongs beside "${beside}".`;
  const meant = nearest(key, names);
  if (meant !== null) return `${unknown} Did you mean "${meant}"?`;
  return `${unknown} ${names.length === 0 ? "It takes no fields; write {}." : `Allowed ${names.length === 1 ? "is" : "are"} ${names.join(", ")}.`}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function missing({ path }: Place, expected: string): string {
  const name = path.at(-1) ?? "object";
  return `${printable(String(name))} is required. Add it: ${typeNames[expected] ?? expected}.`;
}

function wrongType({ path, value }: Place, expected: string): Problem {
  const wanted = typeNames[expected] ?? expected;
  const isDuration = durationFields.has(String(path.at(-1)));
  let remedy = "";
  if (expected === "array" && value !== null) remedy = ' Begin each entry with "- ".';
  else if (expected === "string" && typeof value === "number" && isDuration) remedy = ` Add a unit, for instance "${value}s".`;
  else if (expected === "string" && value !== null && typeof value !== "object") remedy = " Put it in quotes.";
  else if (value === null && wanted === "an object") remedy = " Write {} where nothing is to be set, or remove the field.";
  else if (value === null) remedy = " Write one, or remove the field.";
  else if (expected === "boolean" && (value === "true" || value === "false")) remedy = " Remove the quotes.";
  return { code: "WrongType", path, message: `Found ${shown(path, value)}; allowed is ${wanted}.${remedy}` };
}

const durationFields = new Set(["settle", "errorGrace", "notReadyDeadline", "maxHold", "timeout"]);

/** What may hold secrets, and is therefore not repeated. */
const secretFields = new Set<string | number>(["headers", "url", "urlSecretRef", "auth", "signing", "tls", "body"]);

function shown(path: Path, value: unknown): string {
  const isSecret = value !== null && path.some((it) => secretFields.has(it));
  return isSecret && typeof value !== "object" ? (typeNames[typeof value] ?? "something else") : found(value);
}

function unknownValue(value: unknown, allowed: readonly string[]): string {
  const meant = typeof value === "string" ? nearest(value, allowed) : null;
  const suggestion = meant === null ? "" : ` Did you mean "${meant}"?`;
  return `Found ${found(value)}; allowed ${allowed.length === 1 ? "is" : "are"} ${oneOf(allowed)}.${suggestion}`;
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
