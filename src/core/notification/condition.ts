import { type CelInput, celEnv, isCelError, parse, plan } from "@bufbuild/cel";
import { limits } from "../limits.ts";

const environment = celEnv();

export type Parsed = ReturnType<typeof parse>;

/** What came of asking a condition; `error` is for people, on one line. */
export type Answer = { readonly kind: "yes" | "no" } | { readonly kind: "error"; readonly error: string };

/** `when` of a destination, compiled. */
export interface Condition {
  readonly source: string;
  /** Asks it of an event (core/template/event-data.ts). Costs at most a few hundred steps for each entry of a list. */
  ask(event: object): Answer;
}

/** True where CEL has a function or method of that name. */
export function hasFunction(name: string): boolean {
  return environment.funcs.find(name) !== undefined;
}

const matchesNothing = plan(environment, parse("''.matches(pattern)"));

/** True where CEL's `matches` takes the text as a pattern. */
export function isPattern(pattern: string): boolean {
  try {
    return !isCelError(matchesNothing({ pattern }));
  } catch {
    return false;
  }
}

/**
 * Reads an expression. The parser and what is made of its result call themselves for each bracket, so brackets are counted first.
 *
 * @throws Error with CEL's words where it is none.
 */
export function parseCondition(source: string): Parsed {
  let depth = 0;
  for (const letter of source) {
    if ("([{".includes(letter)) depth += 1;
    if (")]}".includes(letter)) depth -= 1;
    if (depth > limits.conditionDepthMax) throw new Error(`more than ${limits.conditionDepthMax} brackets inside one another`);
  }
  return parse(source);
}

/** Compiles an expression in which `checkCondition` finds nothing wrong. */
export function compileCondition(source: string): Condition {
  const evaluate = plan(environment, parseCondition(source));
  return {
    source,
    ask(event) {
      try {
        const result = evaluate(asInput(event) as Record<string, CelInput>);
        if (typeof result === "boolean") return { kind: result ? "yes" : "no" };
        return { kind: "error", error: isCelError(result) ? result.message : "it is neither true nor false" };
      } catch (error) {
        return { kind: "error", error: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** CEL's integers are BigInt: a JavaScript number would be a double, and `5 / 2` something else. */
function asInput(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(asInput);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, asInput(it)]));
}
