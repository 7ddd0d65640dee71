import { parse, parser, parseWithoutProcessing } from "handlebars/dist/cjs/handlebars/compiler/base.js";
import { limits } from "../limits.ts";
import { ClosingBraces } from "./closing-braces.ts";
import { oneLine } from "./one-line.ts";
import { readTree } from "./read-tree.ts";
import type { Position, TemplateNode } from "./syntax.ts";
import { TemplateError, type TemplateProblem } from "./template-problem.ts";

/** A template that can be rendered any number of times. */
export interface Template {
  readonly nodes: readonly TemplateNode[];
}

/** What a source says: what can be evaluated of it, and everything in it that is not supported. */
export interface ParsedTemplate {
  readonly template: Template;
  readonly problems: readonly TemplateProblem[];
}

/**
 * Parses a template by Handlebars' own grammar (4.7) and white space rules, and takes over what is supported (design §4): expressions, paths,
 * if, unless, each, with, else chains, literals, subexpressions, hash arguments, white space control, comments.
 */
export function parseTemplate(source: string): ParsedTemplate {
  const empty = { nodes: [] };
  if (source.length > limits.templateSourceMax) {
    const message = `The template has ${source.length} characters; at most ${limits.templateSourceMax} are allowed. Shorten it.`;
    return { template: empty, problems: [{ code: "TemplateTooLarge", line: 1, column: 1, message }] };
  }
  const crowded = openBlocksExceeded(source);
  if (crowded !== null) return { template: empty, problems: [tooDeepProblem(crowded)] };
  const closing = new ClosingBraces(source);
  let tree: hbs.AST.Program;
  try {
    tree = parseBraces(source, closing);
  } catch (error) {
    return { template: empty, problems: [syntaxProblem(error)] };
  }
  const tooDeep = deepest(tree);
  if (tooDeep !== null) return { template: empty, problems: [tooDeepProblem(tooDeep)] };
  const { nodes, problems } = readTree(parse(tree), (text) => closing.restore(text));
  return { template: { nodes }, problems };
}

/** @throws TemplateError with the first problem. */
export function compileTemplate(source: string): Template {
  const { template, problems } = parseTemplate(source);
  const first = problems[0];
  if (first !== undefined) throw new TemplateError(first);
  return template;
}

/**
 * `{"text": {{json summary}}}`: Handlebars reads the last three braces as the end of a `{{{` and refuses. Where that is why a source cannot be
 * parsed, a brace that follows a tag is taken as text; what Handlebars can parse is never touched.
 */
function parseBraces(source: string, closing: ClosingBraces): hbs.AST.Program {
  try {
    return parseWithoutProcessing(source);
  } catch (error) {
    const isBrace = error instanceof Error && /got 'CLOSE_(UNESCAPED|RAW_BLOCK)'/.test(error.message);
    if (!isBrace) throw error;
    return parseWithoutProcessing(closing.mask());
  }
}

function tooDeepProblem(position: Position): TemplateProblem {
  const message = `Blocks and subexpressions lie more than ${limits.templateDepthMax} deep inside one another. Flatten the template.`;
  return { code: "TemplateTooLarge", ...position, message };
}

/**
 * Where more is open at once than the parser should be given: blocks, links of else chains (taken as open to the end), and brackets of one tag.
 * Counts tags by their first characters, those in comments too: it only has to be near.
 */
function openBlocksExceeded(source: string): Position | null {
  let blocks = 0;
  let links = 0;
  let brackets = 0;
  for (const token of source.matchAll(/\{\{~?([#^/]|else\s)?|[()]/g)) {
    const [text, tag] = token;
    if (text === "(" || text === ")") brackets += text === "(" ? 1 : -1;
    else brackets = 0;
    if (tag === "/") blocks = Math.max(0, blocks - 1);
    else if (tag === "#" || tag === "^") blocks += 1;
    else if (tag !== undefined) links += 1;
    if (Math.max(blocks, links, brackets) > limits.templateOpenBlocksMax) return positionAt(source, token.index);
  }
  return null;
}

function positionAt(source: string, index: number): Position {
  const lines = source.slice(0, index).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** Where the tree is deeper than what may be walked recursively, found without recursion; null where it is not. */
function deepest(tree: hbs.AST.Program): Position | null {
  const open: { node: unknown; depth: number }[] = [{ node: tree, depth: 0 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item.node !== "object" || item.node === null) continue;
    const node = item.node as { readonly type?: string; readonly loc?: hbs.AST.SourceLocation };
    const isNested = node.type === "BlockStatement" || node.type === "SubExpression";
    const depth = item.depth + (isNested ? 1 : 0);
    if (depth > limits.templateDepthMax) return { line: node.loc?.start.line ?? 1, column: (node.loc?.start.column ?? 0) + 1 };
    for (const [key, child] of Object.entries(node)) if (key !== "loc") open.push({ node: child, depth });
  }
  return null;
}

/** Handlebars says where in its text: "Parse error on line 3:\n…\nExpecting …, got …" or "… doesn't match … - 3:4". */
function syntaxProblem(error: unknown): TemplateProblem {
  const text = error instanceof Error ? error.message : String(error);
  const atEnd = / - (\d+):(\d+)$/.exec(text);
  if (atEnd !== null) {
    const message = `${oneLine(text.slice(0, atEnd.index))}.`;
    return { code: "TemplateSyntax", line: Number(atEnd[1]), column: Number(atEnd[2]) + 1, message };
  }
  const place = parser.lexer?.yylloc;
  const line = Number(/on line (\d+)/.exec(text)?.[1] ?? place?.first_line ?? 1);
  const column = place?.first_line === line ? place.first_column + 1 : 1;
  return { code: "TemplateSyntax", line, column, message: syntaxText(text) };
}

function syntaxText(text: string): string {
  const got = /got '(\w+)'/.exec(text)?.[1];
  if (got === "EOF")
    return "The template ends where something is still open: a {{#block}} without its {{/block}}, or a {{ without its }}.";
  if (got === "INVALID" || /Lexical error/.test(text))
    return "This character is not allowed here. Names with other characters are written [in brackets].";
  if (got === "OPEN_ENDBLOCK") return "A {{/block}} closes what was never opened.";
  return "This is not Handlebars: see what stands here, and whether each {{ has its }}.";
}
