import { z } from "zod";
import { limits } from "../limits.ts";
import type { ProblemCode } from "./problem-codes.ts";
import { printable } from "./found.ts";

/** A rule of the API server's, in CEL. `fieldPath` names the field that the rule is about, below the schema that has it. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
}

/** What is wrong with a value, below the schema that found it. */
export interface Complaint {
  readonly code: ProblemCode;
  readonly path?: readonly (string | number)[];
  readonly message: string;
  /** As in `Problem`. */
  readonly at?: { readonly line: number; readonly column: number };
}

/**
 * Adds checks to a schema: `complain` says what is wrong with a value (for `check` and for the program), `cel` says the same to the API server
 * as far as it can. test/e2e/crds.test.ts compares the two.
 */
export function checked<S extends z.ZodType>(
  schema: S,
  { complain, cel = [] }: { complain: (value: z.output<S>) => readonly Complaint[]; cel?: readonly CelRule[] },
): S {
  const refined = schema.superRefine((value, context) => {
    for (const { code, path, message, at } of complain(value)) {
      context.addIssue({ code: "custom", path: [...(path ?? [])], message, params: { code, at } });
    }
  });
  return cel.length === 0 ? refined : refined.meta({ "x-kubernetes-validations": cel });
}

interface Choice<Name extends string> {
  readonly code: ProblemCode;
  readonly owner: string;
  readonly choices: readonly Name[];
  readonly remedy?: string;
}

/** Complains where not exactly one of the fields is there. */
export function complainOfChoice<Name extends string>(
  value: { readonly [Field in Name]?: unknown },
  { code, owner, choices, remedy = "Keep one of them." }: Choice<Name>,
): readonly Complaint[] {
  const given = choices.filter((it) => value[it] !== undefined);
  if (given.length === 1) return [];
  if (given.length > 1)
    return [{ code, message: `${owner} has ${given.length === 2 ? "both " : ""}${listed(given, "and")}. ${remedy}` }];
  const none = choices.length === 2 ? `neither ${listed(choices, "nor")}` : `none of ${listed(choices, "and")}`;
  return [{ code, message: `${owner} has ${none}. Add one of them.` }];
}

/** "a, b and c" */
function listed(names: readonly string[], joint: string): string {
  return `${names.slice(0, -1).join(", ")} ${joint} ${names.at(-1)}`;
}

interface TextOptions {
  readonly min?: number;
  readonly max: number;
  /** What the API server checks; the program checks it too, unless `complain` is stricter. */
  readonly pattern?: string;
  readonly code: ProblemCode;
  /** What is allowed: the end of the sentence "…; allowed: …". */
  readonly allowed: string;
  /** True for what may hold a secret: errors do not repeat it. */
  readonly isSecret?: boolean;
  readonly complain?: (value: string) => Complaint | null;
  readonly cel?: readonly CelRule[];
}

/** A text with bounds, a pattern, and an error that says what is allowed. */
export function text(options: TextOptions): z.ZodString {
  const { min = 1, max, pattern, code, allowed, isSecret = false, complain, cel = [] } = options;
  const form = pattern === undefined ? null : new RegExp(pattern, "u");
  const judge = (value: string): Complaint | null => {
    const { length } = Array.from(value);
    const shown = isSecret ? "This" : printable(value);
    if (length > max) return { code: "TooLong", message: `${length} characters; at most ${max} are allowed. Shorten it.` };
    const fits = length >= min && (form === null || form.test(value));
    if (!fits) return { code, message: `${length === 0 ? "An empty text" : shown} is not ${allowed}.` };
    return complain?.(value) ?? null;
  };
  const schema = checked(z.string(), { complain: (value) => [judge(value)].filter((it) => it !== null), cel });
  return schema.meta({
    ...(min > 0 && { minLength: min }),
    maxLength: max,
    ...(pattern !== undefined && { pattern }),
  });
}

/** A list that may not name the same thing twice; sent to the API server as a set. */
export function setOf<S extends z.ZodType>(item: S, { max }: { max: number }): z.ZodArray<S> {
  const schema = checked(z.array(item).min(1).max(max), {
    complain: (values) => {
      const seen = new Set<unknown>();
      return values.flatMap((value, index): Complaint[] => {
        const isRepeated = seen.has(value);
        seen.add(value);
        const message = `${printable(String(value))} is there twice. Remove one of the two.`;
        return isRepeated ? [{ code: "DuplicateValue", path: [index], message }] : [];
      });
    },
  });
  return schema.meta({ "x-kubernetes-list-type": "set" });
}

/** A map of texts with at most `max` entries. */
export function mapOf(
  key: z.ZodString,
  value: z.ZodString,
  {
    max,
    complain,
    cel,
  }: { max: number; complain?: (map: Record<string, string>) => readonly Complaint[]; cel?: readonly CelRule[] },
): z.ZodRecord<z.ZodString, z.ZodString> {
  const schema = checked(z.record(key, value), {
    complain: (map) => {
      const count = Object.keys(map).length;
      if (count > max) return [{ code: "TooMany", message: `${count} entries; at most ${max} are allowed. Remove some.` }];
      return complain?.(map) ?? [];
    },
    ...(cel !== undefined && { cel }),
  });
  return schema.meta({ maxProperties: max });
}

export const dnsLabelPattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
/** The name of a namespace. */
export const namespaceName = text({
  max: limits.labelValueMax,
  pattern: dnsLabelPattern,
  code: "InvalidName",
  allowed: 'the name of a namespace. Use small letters, digits and "-", with a letter or digit at both ends',
});

export const dnsNamePattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
