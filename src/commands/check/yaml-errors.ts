import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { limits } from "../../core/limits.ts";
import { printable } from "../../core/notification/found.ts";

/** What is wrong with a text as YAML; `offset` counts UTF-16 code units from its beginning. */
export interface YamlError {
  readonly offset: number;
  readonly message: string;
}

/** All but tab, line feed, carriage return and next line: what YAML and kubectl do not read, and what is left of bytes that are no UTF-8. */
const unreadable = /[^\t\n\r\x20-\x7e\x85\xa0-\ufffc\u{10000}-\u{10ffff}]/u;

/** The first character that no YAML may have; null where there is none. */
export function unreadableCharacter(text: string): YamlError | null {
  const found = unreadable.exec(text);
  if (found === null) return null;
  const name = `U+${(found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const isOtherEncoding = /[\0\ufffd]/.test(text);
  const message = isOtherEncoding
    ? "This is not text in UTF-8. Save the file as UTF-8."
    : `This is the control character ${name}, which YAML does not allow. Remove it.`;
  return { offset: found.index, message };
}

/**
 * Everything that is wrong with a document, at most `limits.problemsMax`. It has to be parsed with `uniqueKeys: false`: the parser compares each key
 * with each other one, which takes minutes for 100,000 of them.
 */
export function yamlErrors(document: Document.Parsed): readonly YamlError[] {
  const errors = document.errors.length > 0 ? causes(document.errors) : [...repeatedKeys(document), ...aliasErrors(document)];
  return errors.slice(0, limits.problemsMax);
}

/** A tab, or an end of what can be nested, makes an error of all that follows. */
function causes(errors: readonly YAMLError[]): readonly YamlError[] {
  const tabs = errors.filter((it) => it.code === "TAB_AS_INDENT");
  const exhausted = errors.filter((it) => it.code === "RESOURCE_EXHAUSTION").slice(0, 1);
  const cause = tabs.length > 0 ? tabs : exhausted.length > 0 ? exhausted : errors;
  return cause.map(({ code, pos, message }) => ({ offset: pos[0], message: sentenceOf(code, message) }));
}

function sentenceOf(code: string, message: string): string {
  if (code === "TAB_AS_INDENT") return "This is not YAML: a tab cannot indent. Use spaces.";
  if (code === "RESOURCE_EXHAUSTION") return "This is nested too deep to be read. No Notification is nested like that.";
  return `This is not YAML: ${message.split("\n", 1)[0] ?? ""}.`;
}

function repeatedKeys(document: Document.Parsed): readonly YamlError[] {
  const errors: YamlError[] = [];
  visit(document, {
    Map(_, { items }: YAMLMap) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const { value } = key;
        const message = `${printable(String(value))} is there twice in one object. Remove one of the two.`;
        if (seen.has(value)) errors.push({ offset: offsetOf(key), message });
        seen.add(value);
      }
    },
  });
  return errors;
}

function aliasErrors(document: Document.Parsed): readonly YamlError[] {
  const unknown = unknownAliases(document);
  if (unknown.length > 0) return unknown;
  try {
    document.toJS({ maxAliasCount: limits.yamlAliasesMax });
    return [];
  } catch (error) {
    const isMerge = !(error instanceof ReferenceError);
    const message = isMerge
      ? "<< takes an object, or an alias of one (*name). Write its fields out."
      : "The aliases (*name) of this document make it too large. Write out what they stand for.";
    return [{ offset: offsetOf(firstOf(document, isMerge ? isBadMerge : isAlias)), message }];
  }
}

function unknownAliases(document: Document.Parsed): readonly YamlError[] {
  const errors: YamlError[] = [];
  const anchors = new Set<string>();
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) anchors.add(node.anchor ?? "");
      else if (!anchors.has(node.source)) {
        const message = `There is no anchor ${printable(`&${node.source}`)} before this alias. A text that begins with * needs quotes.`;
        errors.push({ offset: offsetOf(node), message });
      }
    },
  });
  return errors;
}

function isBadMerge(node: Node | Pair): boolean {
  if (isNode(node) || !isScalar(node.key) || node.key.source !== "<<") return false;
  return !isMap(node.value) && !isAlias(node.value) && !isSeq(node.value);
}

function firstOf(document: Document.Parsed, isIt: (node: Node | Pair) => boolean): unknown {
  let found: unknown = null;
  const look = (_: unknown, node: Node | Pair) => {
    if (!isIt(node)) return undefined;
    found = isNode(node) ? node : node.key;
    return visit.BREAK;
  };
  visit(document, { Node: look, Pair: look });
  return found ?? document.contents;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
