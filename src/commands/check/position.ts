import { isAlias, isCollection, isMap, isPair, isScalar, type Document, type LineCounter, type Node, type Pair } from "yaml";
import type { Problem } from "../../core/notification/rule.ts";
import type { ProblemCode } from "../../core/notification/problem-codes.ts";

/** A place in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One document of a file, and what its places are in lines. */
export interface PlacedDocument {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly text: string;
}

/** Problems that are about a name and not about what stands after it. */
const aboutNames = new Set<string>([
  "DuplicateHeader",
  "InvalidHeaderName",
  "ReservedHeader",
  "UnknownField",
  "UnusedField",
] satisfies readonly ProblemCode[]);

/**
 * Where a problem is: at the value of its path, at the name where it is about the name, inside of a text where it says so, and at the last
 * thing of the path that is there where something is missing.
 */
export function positionOf({ path, code, at }: Problem, placed: PlacedDocument): Position {
  const { pair, node } = lastOn(path, placed.document);
  if (at !== undefined && isScalar(node)) return inText(node, { at, placed });
  const isName = pair !== null && (aboutNames.has(code) || isCollection(node) || node === null);
  const place = isName ? pair.key : node;
  return startOf(place as Node | null, placed);
}

interface Found {
  readonly pair: Pair | null;
  readonly node: Node | null;
}

/** Follows the path as far as it leads. */
function lastOn(path: Problem["path"], document: Document): Found {
  let found: Found = { pair: null, node: document.contents };
  for (const key of path) {
    const next = childOf(found.node, { key, document });
    if (next === null) return found;
    found = next;
  }
  return found;
}

function childOf(parent: Node | null, { key, document }: { key: string | number; document: Document }): Found | null {
  const node = isAlias(parent) ? (parent.resolve(document) ?? null) : parent;
  if (!isCollection(node)) return null;
  if (!isMap(node)) {
    const item = typeof key === "number" ? node.items[key] : undefined;
    return item === undefined || isPair(item) ? null : { pair: null, node: item as Node };
  }
  const pair = node.items.find((it) => nameOf(it.key) === String(key));
  return pair === undefined ? null : { pair, node: nodeOf(pair.value) };
}

/** What a key becomes in an object: `[a]: b` has one too. */
function nameOf(key: unknown): string {
  return isScalar(key) && key.value === null ? "" : String(key).trim();
}

/** A value that was left out has a node too, of no length: the name is the better place. */
function nodeOf(value: unknown): Node | null {
  const node = value as Node | null;
  return isScalar(node) && node.value === null ? null : node;
}

function startOf(node: Node | null, { lines }: PlacedDocument): Position {
  const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/**
 * A place in a text: exact in a block (`|`), and in a text on one line without escapes; else the beginning of the text, since folding and escapes
 * leave no simple way back.
 */
function inText(node: Node, { at, placed }: { at: Position; placed: PlacedDocument }): Position {
  const start = startOf(node, placed);
  if (!isScalar(node) || !node.range) return start;
  const source = placed.text.slice(node.range[0], node.range[1]);
  if (node.type === "BLOCK_LITERAL") {
    const body = source.slice(source.indexOf("\n") + 1);
    const explicit = /^\|[+-]?([1-9])/.exec(source)?.[1];
    const indent = explicit === undefined ? (/^(?:[ \t]*\n)*( *)/.exec(body)?.[1]?.length ?? 0) : null;
    return indent === null ? start : { line: start.line + at.line, column: indent + at.column };
  }
  const isPlain = !source.includes("\n") && at.line === 1;
  const quote = /^["']/.exec(source)?.[0] ?? "";
  const inner = source.slice(quote.length, source.length - quote.length);
  return isPlain && inner === node.value ? { line: start.line, column: start.column + quote.length + at.column - 1 } : start;
}
