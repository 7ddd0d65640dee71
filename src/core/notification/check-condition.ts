import { eventShape, fieldNames, fieldOf, fullNames, type Shape } from "../template/shape.ts";
import { nearest } from "../template/suggest.ts";
import { aKind, operandComplaint } from "./check-operands.ts";
import { hasFunction, isPattern, type Parsed, parseCondition } from "./condition.ts";
import type { ProblemCode } from "./problem-codes.ts";

export interface ConditionProblem {
  readonly code: ProblemCode;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

type Expression = Parsed["expr"];
type Kind<Case extends string> = Extract<NonNullable<Expression["exprKind"]>, { case: Case }>["value"];

/**
 * Everything that is wrong with `when`; empty where it may be used. Names are strict, as in templates, and what can be told of types without
 * an event is: comparing a text with a number is never what was meant.
 */
export function checkCondition(source: string): readonly ConditionProblem[] {
  let parsed: Parsed;
  try {
    parsed = parseCondition(source);
  } catch (error) {
    return [syntaxProblem(error instanceof Error ? error.message : "")];
  }
  const checker = new Checker(parsed, source);
  const result = checker.shape(parsed.expr, { names: new Map(), isInBody: false });
  const isCollection = ["listExpr", "structExpr"].includes(parsed.expr.exprKind.case ?? "");
  if (isCollection)
    checker.add("ConditionType", parsed.expr, "This is a list or an object, neither true nor false. Compare it with something.");
  else if (result !== null && result.kind !== "boolean") {
    checker.add("ConditionType", parsed.expr, `This is ${aKind(result)}, neither true nor false. Compare it with something.`);
  }
  return checker.problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}

interface Scope {
  /** What a macro named: `p` in `pullRequests.exists(p, …)`. */
  readonly names: ReadonlyMap<string, Shape | null>;
  readonly isInBody: boolean;
}

const operators = /^(?:[!-]_|_.*_|@.*)$/;
const comparisons = new Set(["_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"]);
const logic = new Set(["_&&_", "_||_", "!_"]);
const results: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(
    ["contains", "startsWith", "endsWith", "matches", "bool", "@in", "@not_strictly_false"].map((it) => [
      it,
      { kind: "boolean" },
    ]),
  ),
  ...Object.fromEntries(
    ["size", "int", "uint", "double", "_*_", "_/_", "_%_", "_-_", "-_"].map((it) => [it, { kind: "number" }]),
  ),
  string: { kind: "text" },
};

class Checker {
  readonly problems: ConditionProblem[] = [];
  readonly #parsed: Parsed;
  readonly #source: string;

  constructor(parsed: Parsed, source: string) {
    this.#parsed = parsed;
    this.#source = source;
  }

  add(code: ProblemCode, { id }: Expression, message: string): void {
    const offset = this.#parsed.sourceInfo?.positions[String(id)] ?? 0;
    this.problems.push({ code, ...positionAt(this.#source, offset), message });
  }

  /** What an expression is; null where that cannot be told before there is an event, or was refused already. */
  shape(expression: Expression, scope: Scope): Shape | null {
    const { exprKind } = expression;
    switch (exprKind.case) {
      case "constExpr":
        return constantShape(exprKind.value.constantKind.case);
      case "identExpr":
        return this.#name(expression, exprKind.value.name, scope);
      case "selectExpr":
        return this.#field(expression, exprKind.value, scope);
      case "callExpr":
        return this.#call(expression, exprKind.value, scope);
      case "comprehensionExpr":
        return this.#comprehension(expression, exprKind.value, scope);
      case "listExpr": {
        const [item = null] = exprKind.value.elements.map((it) => this.shape(it, scope));
        return item === null ? null : { kind: "list", item };
      }
      default:
        return null;
    }
  }

  #name(expression: Expression, name: string, { names }: Scope): Shape | null {
    if (names.has(name)) return names.get(name) ?? null;
    if (types.has(name)) return null;
    const field = fieldOf(eventShape, name);
    if (field === null) this.add("ConditionUnknownField", expression, unknownField(name, { shape: eventShape, before: "" }));
    return field;
  }

  #field(expression: Expression, { operand, field, testOnly }: Kind<"selectExpr">, scope: Scope): Shape | null {
    const owner = operand === undefined ? null : this.shape(operand, scope);
    if (owner === null) return testOnly ? { kind: "boolean" } : null;
    const found = owner.kind === "object" ? fieldOf(owner, field) : null;
    if (found === null) {
      const before = operand === undefined ? "" : `${nameOf(operand)}.`;
      this.add("ConditionUnknownField", expression, unknownField(field, { shape: owner, before }));
    }
    return testOnly ? { kind: "boolean" } : found;
  }

  #call(expression: Expression, call: Kind<"callExpr">, scope: Scope): Shape | null {
    const { function: name, target, args } = call;
    const owner = target === undefined ? null : this.shape(target, scope);
    const shapes = args.map((it) => this.shape(it, scope));
    if (name === "_[_]") return shapes[0]?.kind === "list" ? shapes[0].item : null;
    if (comparisons.has(name)) this.#compare(expression, name, shapes);
    if (logic.has(name)) args.forEach((it, index) => this.#needBoolean(it, shapes[index] ?? null));
    if (name === "_?_:_") {
      const [condition] = args;
      if (condition !== undefined) this.#needBoolean(condition, shapes[0] ?? null);
      return shapes[1] ?? null;
    }
    if (!operators.test(name) && !hasFunction(name)) {
      this.add(
        "ConditionUnknownField",
        expression,
        `There is no function "${name}". Use one of CEL's: size, startsWith, matches, exists, …`,
      );
    }
    const complaint = operandComplaint(name, { target: owner, args: shapes });
    if (complaint !== "") this.add("ConditionType", expression, complaint);
    if (name === "matches") args.forEach((it) => this.#needPattern(it));
    if (comparisons.has(name) || logic.has(name)) return { kind: "boolean" };
    return Object.hasOwn(results, name) ? (results[name] ?? null) : null;
  }

  #compare(expression: Expression, name: string, [one = null, other = null]: readonly (Shape | null)[]): void {
    if (one === null || other === null || one.kind === other.kind) return;
    const isEquality = name === "_==_" || name === "_!=_";
    if (isEquality && (one.kind === "nothing" || other.kind === "nothing")) return;
    this.add("ConditionType", expression, `This compares ${aKind(one)} with ${aKind(other)}. Compare like with like.`);
  }

  #needBoolean(expression: Expression, shape: Shape | null): void {
    if (shape === null || shape.kind === "boolean") return;
    this.add("ConditionType", expression, `This is ${aKind(shape)}, neither true nor false. Compare it with something.`);
  }

  #needPattern(expression: Expression): void {
    const { exprKind } = expression;
    const constant = exprKind.case === "constExpr" ? exprKind.value.constantKind : undefined;
    if (constant?.case !== "stringValue" || isPattern(constant.value)) return;
    this.add("ConditionSyntax", expression, "This is no pattern. Write one of RE2, like 'shop-.*'.");
  }

  #comprehension(
    expression: Expression,
    { iterVar, iterRange, loopStep, accuVar }: Kind<"comprehensionExpr">,
    scope: Scope,
  ): Shape | null {
    const range = iterRange === undefined ? null : this.shape(iterRange, scope);
    const macro = this.#parsed.sourceInfo?.macroCalls[String(expression.id)]?.exprKind;
    const name = macro?.case === "callExpr" ? macro.value.function : "";
    if (scope.isInBody) {
      this.add(
        "ConditionTooDeep",
        expression,
        `${name || "A macro"} is inside of another macro. One after the other is allowed: a.filter(…).exists(…).`,
      );
      return null;
    }
    const item = range?.kind === "list" ? range.item : null;
    const names = new Map([...scope.names, [iterVar, item], [accuVar, null]]);
    if (loopStep !== undefined) this.shape(loopStep, { names, isInBody: true });
    if (name === "filter") return range;
    return name === "map" ? null : { kind: "boolean" };
  }
}

/** Names that CEL itself has. */
const types = new Set(["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"]);

function constantShape(kind: string | undefined): Shape | null {
  switch (kind) {
    case "boolValue":
      return { kind: "boolean" };
    case "stringValue":
      return { kind: "text" };
    case "int64Value":
    case "uint64Value":
    case "doubleValue":
      return { kind: "number" };
    case "nullValue":
      return { kind: "nothing" };
    default:
      return null;
  }
}

function unknownField(name: string, { shape, before }: { shape: Shape; before: string }): string {
  const what = `There is no field "${before}${name}".`;
  const names = shape.kind === "object" ? fieldNames(shape) : [];
  const near = nearest(name, names);
  if (near !== null) return `${what} Did you mean "${before}${near}"?`;
  const elsewhere = fullNames(eventShape).find((it) => it.endsWith(`.${name}`));
  if (elsewhere !== undefined) return `${what} Did you mean "${elsewhere}"?`;
  if (names.length === 0) return `${what} ${aKind(shape).replace("a", "A")} has no fields.`;
  return `${what} Allowed are ${names.join(", ")}.`;
}

/** `rollout.clusters`, as far as it is a plain path. */
function nameOf({ exprKind }: Expression): string {
  if (exprKind.case === "identExpr") return exprKind.value.name;
  if (exprKind.case !== "selectExpr" || exprKind.value.operand === undefined) return "…";
  return `${nameOf(exprKind.value.operand)}.${exprKind.value.field}`;
}

/** CEL's own words begin with where. */
function syntaxProblem(words: string): ConditionProblem {
  const [, line = "1", column = "1", what = ""] = /<input>:(\d+):(\d+): ([^]*)$/.exec(words) ?? [];
  const said = what === "" ? words : what;
  const message = `This is not CEL: ${said.split("\n", 1)[0] ?? ""}. Write a comparison, like rollout.clusters.total > 1.`;
  return { code: "ConditionSyntax", line: Number(line), column: Number(column), message };
}

function positionAt(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
