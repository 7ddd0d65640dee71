import { type Document, isMap, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { formatProblem } from "../../core/notification/problem.ts";
import type { Notification } from "../../core/notification/notification.ts";
import { type ParsedNotification, parseNotification } from "../../core/notification/parse-notification.ts";
import { limits } from "../../core/limits.ts";
import { found, printable } from "../../core/notification/found.ts";
import type { ProblemCode } from "../../core/notification/problem-codes.ts";
import { nameOf } from "../../core/notification/context-conflicts.ts";
import type { NotificationIdentity, Problem } from "../../core/notification/rule.ts";
import { apiGroup } from "../../core/notification/schema.ts";
import { nearest } from "../../core/template/suggest.ts";
import { ambiguousWords } from "./ambiguous-words.ts";
import { type PlacedDocument, type Position, positionOf } from "./position.ts";
import type { Source } from "./source.ts";
import { unreadableCharacter, type YamlError, yamlErrors } from "./yaml-errors.ts";

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

/** Everything that is wrong with the Notifications of one text; other kinds of objects are left alone. */
export function checkSource(source: Source): CheckedSource {
  const { file, text } = source;
  const lines = new LineCounter();
  const unreadable = unreadableCharacter(text);
  if (unreadable !== null) {
    lines.lineStarts.push(...lineStartsOf(text.slice(0, unreadable.offset)));
    return { findings: [yamlFinding(unreadable, { lines, file })], notifications: [] };
  }
  // An error is told once by its place; the parser would print some by itself.
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "error",
  });
  const findings: Finding[] = [];
  const notifications: CheckedNotification[] = [];
  for (const document of documents) {
    const placed = { document, lines, text };
    const errors = yamlErrors(document).map((it) => yamlFinding(it, { lines, file }));
    findings.push(...errors);
    if (errors.length > 0) continue;
    for (const found of objectsOf(document)) {
      if (!isOurs(found.value)) continue;
      const checked = checkObject(found, { placed, file });
      findings.push(...checked.findings, ...repeated(checked.notification, notifications));
      notifications.push(checked.notification);
    }
  }
  if (findings.length === 0) findings.push(...withoutObjects(source, documents));
  return { findings, notifications };
}

/** One file that has a Notification twice: the API server keeps the last one. Two files may be meant for two clusters. */
function repeated({ parsed, place }: CheckedNotification, before: readonly CheckedNotification[]): readonly Finding[] {
  const name = nameOf(identityOf(parsed));
  if (identityOf(parsed).name === "" || !before.some((it) => nameOf(identityOf(it.parsed)) === name)) return [];
  const message = `${name} is in this file twice; only the last one would be kept. Remove one of the two.`;
  return [place({ code: "DuplicateName", path: ["metadata", "name"], message })];
}

function identityOf(parsed: ParsedNotification): NotificationIdentity {
  return parsed.kind === "valid" ? parsed.notification.identity : parsed.identity;
}

/** A file that was asked for by itself and has no object at all: another file was meant, or what should have made it has failed. */
function withoutObjects({ file, isNamed = false }: Source, documents: readonly Document[]): readonly Finding[] {
  if (!isNamed || documents.some((it) => isMap(it.contents))) return [];
  const first = documents.find((it) => it.contents !== null)?.toJS() as unknown;
  const message = `Found ${found(first)}; allowed are objects of Kubernetes. See whether this is the file that was meant.`;
  return [{ file, line: 1, column: 1, code: "NotAnObject", message }];
}

function yamlFinding({ offset, message }: YamlError, { lines, file }: { lines: LineCounter; file: string }): Finding {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1), code: "InvalidYaml", message };
}

function lineStartsOf(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\n/g), (it) => it.index + 1)];
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

interface FoundObject {
  readonly value: unknown;
  readonly prefix: readonly (string | number)[];
  readonly node: Node;
}

/** The object of a document, or those of a List, as `kubectl get -o yaml` prints them. */
function objectsOf(document: Document): readonly FoundObject[] {
  const value: unknown = document.toJS({ maxAliasCount: limits.yamlAliasesMax });
  return document.contents === null ? [] : withoutLists({ value, prefix: [], node: document.contents });
}

/** A List may hold Lists, as it may for kubectl; the text's own nesting is the bound. */
function withoutLists(object: FoundObject): readonly FoundObject[] {
  const { value, prefix, node } = object;
  const { kind, items: values } = fieldsOf(value);
  const items = isMap(node) ? node.get("items", true) : null;
  if (!String(kind).endsWith("List") || !isSeq(items) || !Array.isArray(values)) return [object];
  return values.flatMap((it: unknown, index) => {
    const item = items.items[index] as Node | undefined;
    return item === undefined ? [] : withoutLists({ value: it, prefix: [...prefix, "items", index], node: item });
  });
}

/**
 * True for Notifications and ClusterNotifications, and for what was meant to be one: a misspelt kind of our group, or our kinds with a
 * misspelt group or none. Other groups may have a kind of that name.
 */
function isOurs(value: unknown): boolean {
  const { apiVersion, kind } = fieldsOf(value);
  const [group = "", ...version] = typeof apiVersion === "string" ? apiVersion.split("/") : [];
  if (group === apiGroup) return kind !== "Delivery";
  const isOurKind = kind === "Notification" || kind === "ClusterNotification";
  return isOurKind && (version.length === 0 || nearest(group, [apiGroup]) !== null);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** The valid one, null where it is invalid. */
export function validOf({ parsed }: CheckedNotification): Notification | null {
  return parsed.kind === "valid" ? parsed.notification : null;
}
