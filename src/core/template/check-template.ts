import { type Escaping, escapingOf, rawRefusal } from "./escaping.ts";
import { afterJson, isSameJsonPosition, type JsonPosition, jsonRefusal, jsonStart } from "./json-position.ts";
import { jsonTrial } from "./json-trial.ts";
import { parseTemplate } from "./parse-template.ts";
import { contextShape, fieldNames, fieldOf, fullNames, type Shape, streamShape } from "./shape.ts";
import { nearest } from "./suggest.ts";
import type {
  ConditionNode,
  EachNode,
  Expression,
  OutputNode,
  PathExpression,
  Position,
  TemplateNode,
  WithNode,
} from "./syntax.ts";
import type { TemplateProblem, TemplateProblemCode } from "./template-problem.ts";

/**
 * Everything that is wrong with a template, in the order of its lines; empty where it may be used. Names are strict: a field or helper that is
 * not in what the template sees (`shape`, by default the documented context of core/template/event-data.ts) is a problem, with the name that was
 * probably meant.
 */
export function checkTemplate(
  source: string,
  { contentType, shape = contextShape }: { readonly contentType: string; readonly shape?: Shape },
): readonly TemplateProblem[] {
  const { template, problems } = parseTemplate(source);
  const checker = new Checker({ escaping: escapingOf(contentType), root: shape, problems });
  const end = checker.nodes(template.nodes, { contexts: [shape], isInEach: 0 }, jsonStart);
  if (escapingOf(contentType) === "json" && problems.length === 0 && end.isInString)
    checker.add("TemplateJson", { line: 1, column: 1 }, "The body ends inside of a string: a quote is missing.");
  const trial = escapingOf(contentType) === "json" && checker.problems.length === 0 ? jsonTrial(template) : null;
  if (trial !== null) checker.problems.push(trial);
  return checker.problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** `contexts[0]` is `this`; null: not known, because it was refused already. */
interface Scope {
  readonly contexts: readonly (Shape | null)[];
  readonly isInEach: number;
}

class Checker {
  readonly problems: TemplateProblem[];
  readonly #escaping: Escaping;
  readonly #root: Shape;

  constructor({ escaping, root, problems }: { escaping: Escaping; root: Shape; problems: readonly TemplateProblem[] }) {
    this.#escaping = escaping;
    this.#root = root;
    this.problems = [...problems];
  }

  /** Checks nodes that follow one another; where they begin in the JSON text in, where they end out. */
  nodes(nodes: readonly TemplateNode[], scope: Scope, json: JsonPosition): JsonPosition {
    let position = json;
    for (const node of nodes) {
      if (node.kind === "content") position = afterJson(position, node.text);
      else if (node.kind === "output") this.#output(node, scope, position);
      else position = this.#block(node, scope, position);
    }
    return position;
  }

  add(code: TemplateProblemCode, { line, column }: Position, message: string): void {
    this.problems.push({ code, line, column, message });
  }

  #output(node: OutputNode, scope: Scope, json: JsonPosition): void {
    const shape = this.#expression(node.value, scope);
    if (shape?.kind === "object") {
      const text = textOf(node.value);
      const [first] = fieldNames(shape);
      const hint = `Name one of its fields (${first === undefined ? "" : `${text === "." ? "" : `${text}.`}${first}, …`}), or write {{json ${text}}}.`;
      this.add("TemplateType", node.position, `"${text}" is an object, which has no text. ${hint}`);
    }
    const raw = node.raw ? rawRefusal(this.#escaping) : null;
    if (raw !== null) {
      this.add(raw.code, node.position, raw.message);
      return;
    }
    if (this.#escaping !== "json") return;
    const isJson = node.value.kind === "call" && node.value.helper === "json";
    const isNumber = shape?.kind === "number" || shape?.kind === "boolean";
    const plain = isNumber ? "number" : "text";
    const refusal = shape === null ? null : jsonRefusal(json, isJson ? "json" : plain);
    if (refusal !== null) this.add("TemplateJson", node.position, refusal);
  }

  #block(node: ConditionNode | EachNode | WithNode, scope: Scope, json: JsonPosition): JsonPosition {
    const shape = this.#expression(node.value, scope);
    if (node.kind === "condition" && node.includeZero !== null) this.#expression(node.includeZero, scope);
    const end = this.nodes(node.body, this.#inside(node, scope, shape), json);
    const otherwise = this.nodes(node.otherwise, scope, json);
    const isBalanced = isSameJsonPosition(end, otherwise) && (node.kind !== "each" || isSameJsonPosition(end, json));
    if (this.#escaping === "json" && !isBalanced) {
      this.add(
        "TemplateJson",
        node.position,
        "The branches of this block do not open and close the same quotes. Put whole strings into each.",
      );
    }
    return otherwise;
  }

  #inside(node: ConditionNode | EachNode | WithNode, scope: Scope, shape: Shape | null): Scope {
    if (node.kind === "condition") return scope;
    if (node.kind === "with") {
      const isThis = node.value.kind === "path" && !node.value.isData && node.value.depth === 0 && node.value.parts.length === 0;
      return isThis ? scope : { ...scope, contexts: [shape, ...scope.contexts] };
    }
    if (shape !== null && shape.kind !== "list" && shape.kind !== "nothing") {
      const text = textOf(node.value);
      const hint = shape.kind === "object" ? "Name its fields, or use {{#with}}." : "Use {{#if}}.";
      this.add("TemplateType", node.value.position, `"${text}" is ${aKind(shape)}, not a list. ${hint}`);
    }
    const item = shape?.kind === "list" ? shape.item : null;
    return { contexts: [item, ...scope.contexts], isInEach: scope.isInEach + 1 };
  }

  #expression(expression: Expression, scope: Scope): Shape | null {
    switch (expression.kind) {
      case "literal":
        return literalShape(expression.value);
      case "path":
        return expression.isData ? this.#data(expression, scope) : this.#field(expression, scope);
      case "call": {
        const parameter = this.#expression(expression.parameter, scope);
        if (parameter?.kind === "object" && expression.helper !== "json") {
          const message = `${expression.helper} takes text, but "${textOf(expression.parameter)}" is an object. Name one of its fields.`;
          this.add("TemplateType", expression.parameter.position, message);
        }
        return { kind: "text" };
      }
    }
  }

  #data(path: PathExpression, scope: Scope): Shape | null {
    const [name = "", ...rest] = path.parts;
    if (name === "root") return this.#follow(scope.contexts.at(-1) ?? null, { path, parts: rest, before: "@root." });
    if (["index", "key", "first", "last"].includes(name) && rest.length === 0 && path.depth < scope.isInEach) {
      return { kind: name === "index" || name === "key" ? "number" : "boolean" };
    }
    const message = `There is no "${path.text}" here. Allowed in {{#each}}: @index, @key, @first, @last; everywhere: @root.`;
    this.add("TemplateUnknownField", path.position, message);
    return null;
  }

  #field(path: PathExpression, scope: Scope): Shape | null {
    if (path.depth >= scope.contexts.length) {
      this.add(
        "TemplateUnknownField",
        path.position,
        `"${path.text}" leads out of the context: there is no ../ here. Leave it out.`,
      );
      return null;
    }
    return this.#follow(scope.contexts[path.depth] ?? null, { path, parts: path.parts, before: "../".repeat(path.depth) });
  }

  #follow(
    from: Shape | null,
    { path, parts, before }: { path: PathExpression; parts: readonly string[]; before: string },
  ): Shape | null {
    let shape = from;
    let reached = before;
    for (const part of parts) {
      if (shape === null || shape.kind === "nothing") return shape;
      const field = fieldOf(shape, part);
      if (field === null) {
        this.add("TemplateUnknownField", path.position, unknownField(path, { root: this.#root, shape, part, reached }));
        return null;
      }
      shape = field;
      reached += `${part}.`;
    }
    return shape;
  }
}

/** "There is no field …", and what was probably meant: a name that is nearly the same, or the same name elsewhere in the context. */
function unknownField(
  path: PathExpression,
  { root, shape, part, reached }: { root: Shape; shape: Shape; part: string; reached: string },
): string {
  if (root === streamShape && isInContext(path)) {
    const allowed = fullNames(root)
      .filter((name) => name.includes("."))
      .join(", ");
    return `"${path.text}" is not the same for all messages of a stream, so nothing can be named by it. Allowed: ${allowed}.`;
  }
  const what = `There is no field "${path.text}".`;
  const names = fieldNames(shape);
  const near = nearest(part, names);
  if (near !== null) return `${what} Did you mean "${reached}${near}"?`;
  const elsewhere = fullNames(root).find((name) => name === path.parts.join(".") || name.endsWith(`.${part}`));
  if (elsewhere !== undefined) return `${what} Did you mean "${shape === root ? "" : "@root."}${elsewhere}"?`;
  if (names.length === 0) return `${what} ${aKind(shape)} has no fields.`;
  return `${what} Allowed: ${names.map((name) => reached + name).join(", ")}.`;
}

/** True where other templates, which see a whole event, have the field. */
function isInContext({ parts }: PathExpression): boolean {
  const names = parts[0] === "root" ? parts.slice(1) : parts;
  return names.reduce<Shape | null>((shape, name) => shape && fieldOf(shape, name), contextShape) !== null;
}

function literalShape(value: unknown): Shape {
  if (typeof value === "number") return { kind: "number" };
  if (typeof value === "boolean") return { kind: "boolean" };
  return { kind: typeof value === "string" ? "text" : "nothing" };
}

function textOf(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return String(expression.value);
    case "path":
      return expression.text;
    case "call":
      return `${expression.helper} ${textOf(expression.parameter)}`;
  }
}

function aKind(shape: Shape): string {
  return { text: "text", number: "a number", boolean: "true or false", nothing: "nothing", list: "a list", object: "an object" }[
    shape.kind
  ];
}
