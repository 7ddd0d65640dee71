import { type Document, isMap, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { formatProblem } from "../../core/notification/problem.ts";
import type { Notification } from "../../core/notification/notification.ts";
import { type ParsedNotification, parseNotification } from "../../core/notification/parse-notification.ts";
import { printable } from "../../core/notification/found.ts";
import type { ProblemCode } from "../../core/notification/problem-codes.ts";
import type { Problem } from "../../core/notification/rule.ts";
import { apiGroup } from "../../core/notification/schema.ts";
import { nearest } from "../../core/template/suggest.ts";
import { ambiguousWords } from "./ambiguous-words.ts";
import { type PlacedDocument, type Position, positionOf } from "./position.ts";
import type { Source } from "./source.ts";

/** One line of what `check` prints. */
export interface Finding extends Position {
  readonly file: string;
  readonly code: ProblemCode;
  readonly message: string;
}

/** A Notification in a file. */
export interface CheckedNotification {
  readonly parsed: ParsedNotification;
  /** Says where a problem of it is. */
  readonly place: (problem: Problem) => Finding;
}

export interface CheckedSource {
  readonly findings: readonly Finding[];
  readonly notifications: readonly CheckedNotification[];
}

/** An alias may be used often enough for any honest file, and not to make a small one huge. */
const aliasesMax = 100;

/** Everything that is wrong with the Notifications of one text; other kinds of objects are left alone. */
export function checkSource({ file, text }: Source): CheckedSource {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const findings: Finding[] = [];
  const notifications: CheckedNotification[] = [];
  for (const document of documents) {
    const placed = { document, lines, text };
    const errors = yamlErrors(document, { placed, file });
    findings.push(...errors);
    if (errors.length > 0) continue;
    for (const found of objectsOf(document)) {
      if (!isOurs(found.value)) continue;
      const checked = checkObject(found, { placed, file });
      findings.push(...checked.findings);
      notifications.push(checked.notification);
    }
  }
  return { findings, notifications };
}

/** Findings of the whole set: what is only seen when ClusterNotifications and Notifications are put together is added by check-together.ts. */
function checkObject(
  { value, prefix, node }: FoundObject,
  { placed, file }: { placed: PlacedDocument; file: string },
): { findings: readonly Finding[]; notification: CheckedNotification } {
  const place = (problem: Problem): Finding => {
    const position = positionOf({ ...problem, path: [...prefix, ...problem.path] }, placed);
    return { file, ...position, code: problem.code as ProblemCode, message: formatProblem(problem) };
  };
  const words = ambiguousWords(node, placed).map(({ word, line, column }): Finding => {
    const message = `kubectl reads ${printable(word)} without quotes as true or false. Put it in quotes, or write true or false.`;
    return { file, line, column, code: "AmbiguousYaml", message };
  });
  const parsed = parseNotification(value);
  const problems = parsed.kind === "invalid" ? parsed.problems.map(place) : [];
  return { findings: [...words, ...problems], notification: { parsed, place } };
}

function yamlErrors(document: Document, { placed, file }: { placed: PlacedDocument; file: string }): readonly Finding[] {
  const errors = document.errors.map(({ pos, message }) => ({ offset: pos[0], message }));
  if (errors.length === 0) {
    try {
      document.toJS({ maxAliasCount: aliasesMax });
    } catch (error) {
      errors.push({ offset: document.range?.[0] ?? 0, message: (error as Error).message });
    }
  }
  return errors.map(({ offset, message }): Finding => {
    const { line, col } = placed.lines.linePos(offset);
    return { file, line, column: col, code: "InvalidYaml", message: `This is not YAML: ${message.split("\n", 1)[0] ?? ""}.` };
  });
}

interface FoundObject {
  readonly value: unknown;
  readonly prefix: readonly (string | number)[];
  readonly node: Node;
}

/** The object of a document, or those of a List, as `kubectl get -o yaml` prints them. */
function objectsOf(document: Document): readonly FoundObject[] {
  const value: unknown = document.toJS({ maxAliasCount: aliasesMax });
  const { contents } = document;
  if (contents === null) return [];
  const items = isMap(contents) ? contents.get("items", true) : null;
  const { kind, items: values } = fieldsOf(value);
  if (!String(kind).endsWith("List") || !isSeq(items) || !Array.isArray(values)) return [{ value, prefix: [], node: contents }];
  return values.flatMap((it: unknown, index) => {
    const node = items.items[index] as Node | undefined;
    return node === undefined ? [] : [{ value: it, prefix: ["items", index], node }];
  });
}

/**
 * True for Notifications and ClusterNotifications, and for what was meant to be one: a misspelt kind of our group, or our kinds with a
 * misspelt group. Other groups may have a kind of that name.
 */
function isOurs(value: unknown): boolean {
  const { apiVersion, kind } = fieldsOf(value);
  const group = typeof apiVersion === "string" ? apiVersion.split("/", 1)[0] : "";
  if (group === apiGroup) return kind !== "Delivery";
  const isOurKind = kind === "Notification" || kind === "ClusterNotification";
  return isOurKind && (apiVersion === undefined || nearest(group ?? "", [apiGroup]) !== null);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** The valid one, null where it is invalid. */
export function validOf({ parsed }: CheckedNotification): Notification | null {
  return parsed.kind === "valid" ? parsed.notification : null;
}
