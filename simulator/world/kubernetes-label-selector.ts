import { badRequest } from "./kubernetes-problem.ts";

type Labels = Readonly<Record<string, string>>;
export type LabelSelector = (labels: Labels | undefined) => boolean;

interface Requirement {
  readonly key: string;
  readonly operator: "in" | "notin" | "exists" | "absent";
  readonly values: readonly string[];
}

const key = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?\/)?[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?`;
const forms = {
  absent: new RegExp(`^!\\s*(${key})$`),
  exists: new RegExp(`^(${key})$`),
  equality: new RegExp(`^(${key})\\s*(==|=|!=)\\s*([-\\w.]*)$`),
  set: new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`),
};

const operators = "in, notin, =, ==, !=, gt, lt";

/** What stands where an operator should. */
function operatorOf(term: string): string {
  return term.split(/\s+/)[1] ?? term;
}

/** Splits at the commas outside of parentheses. */
function terms(text: string): readonly string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== "");
}

function requirement(term: string): Requirement | null {
  const absent = forms.absent.exec(term);
  if (absent?.[1] !== undefined) return { key: absent[1], operator: "absent", values: [] };
  const exists = forms.exists.exec(term);
  if (exists?.[1] !== undefined) return { key: exists[1], operator: "exists", values: [] };
  const equality = forms.equality.exec(term);
  if (equality?.[1] !== undefined) {
    return { key: equality[1], operator: equality[2] === "!=" ? "notin" : "in", values: [equality[3] ?? ""] };
  }
  const set = forms.set.exec(term);
  if (set?.[1] === undefined) return null;
  const values = (set[3] ?? "").split(",").map((value) => value.trim());
  return { key: set[1], operator: set[2] === "notin" ? "notin" : "in", values };
}

function holds(one: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, one.key) ? labels[one.key] : undefined;
  switch (one.operator) {
    case "in":
      return value !== undefined && one.values.includes(value);
    case "notin":
      return value === undefined || !one.values.includes(value);
    case "exists":
      return value !== undefined;
    case "absent":
      return value === undefined;
  }
}

/**
 * Parses `labelSelector` as the API server does: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas.
 * `!=` and `notin` match objects that lack the label. Throws 400 for anything else.
 */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements = terms(text).map((term) => {
    const parsed = requirement(term);
    if (parsed === null) throw badRequest(`unable to parse requirement: found '${operatorOf(term)}', expected: ${operators}`);
    return parsed;
  });
  return (labels = {}) => requirements.every((one) => holds(one, labels));
}
