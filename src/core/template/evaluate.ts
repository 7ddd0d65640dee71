import { limits } from "../limits.ts";
import { escapeFor, type Escaping, rawRefusal } from "./escaping.ts";
import { asText, callHelper, type HelperResult } from "./helpers.ts";
import { afterJson, jsonRefusal, jsonStart, type JsonPosition } from "./json-position.ts";
import type { Template } from "./parse-template.ts";
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
import { TemplateError, type TemplateProblemCode } from "./template-problem.ts";

export interface Rendering {
  /** Plain data, as JSON has it. */
  readonly context: object;
  readonly escaping: Escaping;
}

/**
 * Renders a template: byte for byte what Handlebars 4.7 renders of it, but for the escaping, but for fields that are not there, which are
 * errors and never an empty string, and but for two unescaped numbers at the very beginning ("{{{a}}}{{{b}}}"), which Handlebars adds up.
 * Reads own data properties only and runs no code of the data's.
 *
 * @throws TemplateError for an unknown field, for `{{{x}}}` or text without quotes in JSON, for a body that is not JSON in the end, and where
 * `limits.templateStepsMax`, `limits.templateOutputMax` or, by the data, `limits.templateDataDepthMax` is exceeded.
 */
export function renderTemplate(template: Template, { context, escaping }: Rendering): string {
  const evaluation = new Evaluation(escaping);
  try {
    evaluation.run(template.nodes, { contexts: [context], frame: { values: { root: context }, parent: null } });
  } catch (error) {
    if (error instanceof RangeError) throw failure("TemplateBudget", start, error.message);
    throw error;
  }
  const text = evaluation.output();
  if (escaping === "json") assertJson(text);
  return text;
}

/** What names mean at one place: `contexts[0]` is `this`, `contexts[1]` is `..`; the frame holds @index, @key, @first, @last and @root. */
interface Scope {
  readonly contexts: readonly unknown[];
  readonly frame: Frame;
}
interface Frame {
  readonly values: Readonly<Record<string, unknown>>;
  readonly parent: Frame | null;
}

/** What Handlebars hands to a block's body where the context is null. */
const nullContext: object = Object.freeze({});

class Evaluation {
  readonly #escaping: Escaping;
  readonly #pieces: string[] = [];
  #steps = 0;
  #units = 0;
  #json: JsonPosition = jsonStart;

  constructor(escaping: Escaping) {
    this.#escaping = escaping;
  }

  output(): string {
    return this.#pieces.join("");
  }

  run(nodes: readonly TemplateNode[], scope: Scope): void {
    for (const node of nodes) {
      switch (node.kind) {
        case "content":
          this.#write(node.text, start);
          break;
        case "output":
          this.#print(node, scope);
          break;
        case "condition":
          this.#condition(node, scope);
          break;
        case "each":
          this.#each(node, scope);
          break;
        case "with":
          this.#with(node, scope);
          break;
      }
    }
  }

  #print(node: OutputNode, scope: Scope): void {
    const refused = node.raw ? rawRefusal(this.#escaping) : null;
    if (refused !== null) throw failure(refused.code, node.position, refused.message);
    const value = this.#evaluate(node.value, scope);
    const text = isHelperResult(value) ? value.text : asText(value);
    if (this.#escaping === "json") this.#refuseInJson(node, isHelperResult(value) ? value : typeof value);
    const isAsItIs = node.raw || (isHelperResult(value) && value.safeIn.has(this.#escaping));
    this.#write(isAsItIs ? text : escapeFor(this.#escaping, text), node.position);
  }

  #refuseInJson(node: OutputNode, value: HelperResult | string): void {
    const plain = value === "number" || value === "boolean" ? "number" : "text";
    const refusal = jsonRefusal(this.#json, typeof value === "object" && value.safeIn.has("json") ? "json" : plain);
    if (refusal !== null) throw failure("TemplateJson", node.position, refusal);
  }

  #condition(node: ConditionNode, scope: Scope): void {
    const value = this.#valueOf(node.value, scope);
    const includesZero = node.includeZero !== null && Boolean(this.#valueOf(node.includeZero, scope));
    const isTrue = !isEmpty(value) && (includesZero || Boolean(value));
    this.run(isTrue ? node.body : node.otherwise, sameContext(scope));
  }

  #with(node: WithNode, scope: Scope): void {
    const value = this.#valueOf(node.value, scope);
    if (isEmpty(value)) this.run(node.otherwise, sameContext(scope));
    else this.run(node.body, entered(scope, value));
  }

  #each(node: EachNode, scope: Scope): void {
    const value = this.#valueOf(node.value, scope);
    const entries = entriesOf(value);
    if (entries.length === 0) this.run(node.otherwise, sameContext(scope));
    for (const [index, { key, item }] of entries.entries()) {
      this.#step(node.position);
      const values = { ...scope.frame.values, key, index, first: index === 0, last: index === entries.length - 1 };
      const { contexts } = entered(scope, item);
      this.run(node.body, { contexts, frame: { values, parent: scope.frame } });
    }
  }

  #valueOf(expression: Expression, scope: Scope): unknown {
    const value = this.#evaluate(expression, scope);
    return isHelperResult(value) ? value.text : value;
  }

  /** A value of the data, or what a helper made. */
  #evaluate(expression: Expression, scope: Scope): unknown {
    this.#step(expression.position);
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "path":
        return lookUp(expression, scope);
      case "call": {
        const result = callHelper(expression.helper, this.#valueOf(expression.parameter, scope));
        // What helpers make inside of one another counts as output: each may double the text.
        this.#spend(result.text.length, expression.position);
        return { ...result, [isResult]: true };
      }
    }
  }

  #write(text: string, position: Position): void {
    this.#step(position);
    this.#spend(text.length, position);
    this.#pieces.push(text);
    if (this.#escaping === "json") this.#json = afterJson(this.#json, text);
  }

  #step(position: Position): void {
    this.#steps += 1;
    if (this.#steps <= limits.templateStepsMax) return;
    throw failure("TemplateBudget", position, `The template takes more than ${limits.templateStepsMax} steps. Loop over less.`);
  }

  #spend(units: number, position: Position): void {
    this.#units += units;
    if (this.#units <= limits.templateOutputMax) return;
    throw failure(
      "TemplateBudget",
      position,
      `The template makes more than ${limits.templateOutputMax} characters. Loop over less.`,
    );
  }
}

const start: Position = { line: 1, column: 1 };
const isResult = Symbol("result of a helper");

function isHelperResult(value: unknown): value is HelperResult {
  return typeof value === "object" && value !== null && isResult in value;
}

/** The scope of a body that keeps the context; as Handlebars does, an empty object stands in for a null one. */
function sameContext(scope: Scope): Scope {
  if (isPresent(scope.contexts[0])) return scope;
  return { ...scope, contexts: [nullContext, ...scope.contexts.slice(1)] };
}

/** The scope of a body with a context of its own. Handlebars adds a level for `../` only where the context is another one. */
function entered(scope: Scope, context: unknown): Scope {
  const levels = isLooselyEqual(context, scope.contexts[0]) ? scope.contexts.slice(1) : scope.contexts;
  return { ...scope, contexts: [context, ...levels] };
}

/** As `==`, by which Handlebars compares contexts, but without calling the data's own `toString` or `valueOf`. */
function isLooselyEqual(a: unknown, b: unknown): boolean {
  const isObject = (value: unknown) => typeof value === "object" && value !== null;
  const primitive = (value: unknown, other: unknown) =>
    isObject(value) && !isObject(other) && isPresent(other) ? asText(value) : value;
  // oxlint-disable-next-line eqeqeq -- the same comparison as Handlebars'
  return primitive(a, b) == primitive(b, a);
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Handlebars' idea of nothing: false, null, "", an empty list; but not 0. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : !value && value !== 0;
}

function entriesOf(value: unknown): { key: string | number; item: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.map((item: unknown, key) => ({ key, item }));
  return Object.keys(value).map((key) => ({ key, item: ownValue(value, key) }));
}

function lookUp(path: PathExpression, scope: Scope): unknown {
  return path.isData ? lookUpData(path, scope.frame) : lookUpField(path, scope);
}

function lookUpData(path: PathExpression, frame: Frame): unknown {
  let found: Frame | null = frame;
  for (let depth = 0; depth < path.depth && found !== null; depth += 1) found = found.parent;
  const [name = "", ...rest] = path.parts;
  if (found === null || !Object.hasOwn(found.values, name)) {
    throw failure(
      "TemplateUnknownField",
      path.position,
      `There is no "${path.text}" here. @index, @key, @first and @last live in {{#each}}.`,
    );
  }
  return follow(found.values[name], rest, path);
}

function lookUpField(path: PathExpression, scope: Scope): unknown {
  if (path.depth >= scope.contexts.length) {
    throw failure("TemplateUnknownField", path.position, `"${path.text}" leads out of the context: there is no ../ here.`);
  }
  return follow(scope.contexts[path.depth], path.parts, path);
}

/** Reads own data properties, one after the other. A null on the way is null in the end, as in Handlebars. */
function follow(value: unknown, parts: readonly string[], path: PathExpression): unknown {
  let reached = value;
  for (const part of parts) {
    if (reached === null || reached === undefined) return reached;
    const property = ownProperty(reached, part);
    if (property === undefined) throw failure("TemplateUnknownField", path.position, `There is no field "${path.text}" here.`);
    reached = property.value;
  }
  return reached;
}

function ownValue(value: object, key: string): unknown {
  return ownProperty(value, key)?.value;
}

/** undefined for what is inherited (prototype names) and for getters. */
function ownProperty(value: unknown, name: string): { value: unknown } | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(Object(value), name);
  return descriptor !== undefined && "value" in descriptor ? { value: descriptor.value as unknown } : undefined;
}

function assertJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.replaceAll(/[\r\n]/g, " ").slice(0, 200) : "";
    throw failure("TemplateJson", start, `What the template renders is not JSON: ${reason}`);
  }
}

function failure(code: TemplateProblemCode, position: Position, message: string): TemplateError {
  return new TemplateError({ code, line: position.line, column: position.column, message });
}
