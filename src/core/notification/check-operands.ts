import type { Shape } from "../template/shape.ts";

/** What a function or operator of CEL's is called with; null: not to be told before there is an event. */
interface Operands {
  /** What a method is called on; null for an operator or a function. */
  readonly target: Shape | null;
  readonly args: readonly (Shape | null)[];
}

type Kinds = readonly Shape["kind"][];

const arithmetic: Readonly<Record<string, string>> = { "_-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "-_": "-" };
const ofTexts = new Set(["contains", "startsWith", "endsWith", "matches"]);
const addable: Kinds = ["number", "text", "list"];

/** What is wrong with the types that a call of CEL's own is given, for people; "" where nothing is. */
export function operandComplaint(name: string, { target, args }: Operands): string {
  const [one = null, other = null] = args;
  const sign = arithmetic[name];
  if (sign !== undefined) return misfit([one, other], ["number"], `${sign} is for numbers`);
  if (name === "_+_") {
    if (one !== null && other !== null && one.kind !== other.kind)
      return `This adds ${aKind(one)} and ${aKind(other)}. Add like to like.`;
    return misfit([one, other], addable, "+ is for numbers, texts and lists");
  }
  if (name === "@in") return misfit([other], ["list", "object"], "in looks into a list or an object");
  if (ofTexts.has(name)) return misfit([target, one], ["text"], `${name} is for texts`);
  if (name === "size") return misfit([target ?? one], ["text", "list", "object"], "size is for texts, lists and objects");
  return "";
}

function misfit(shapes: readonly (Shape | null)[], allowed: Kinds, rule: string): string {
  const found = shapes.find((it) => it !== null && !allowed.includes(it.kind));
  return found === undefined || found === null ? "" : `${rule}; this is ${aKind(found)}.`;
}

/** "a number". */
export function aKind({ kind }: Shape): string {
  const kinds = {
    text: "a text",
    number: "a number",
    boolean: "true or false",
    nothing: "null",
    list: "a list",
    object: "an object",
  };
  return kinds[kind];
}
