import type { ReasonCode } from "./rollout.ts";

/**
 * One clause of the rule that says when a commit is deployed (fleet-facts §1.3). The rule is a list of them, so that a test can leave one out
 * and show what goes wrong then.
 */
export interface Clause<Subject> {
  /** As the facts call it: "job", "nonModified", … Unique in its list. */
  readonly name: string;
  /** null where it holds; else why not. */
  broken(subject: Subject): Broken | null;
}

export interface Broken {
  readonly code: ReasonCode;
  /** What Fleet said; "" where nothing. Untrusted. */
  readonly message: string;
}

/** Shared, as most clauses that are broken have nothing to say beside their code. */
export function broken(code: ReasonCode, message = ""): Broken {
  return { code, message };
}

/** The first clause that does not hold; null where all do. */
export function firstBroken<Subject>(clauses: readonly Clause<Subject>[], subject: Subject): Broken | null {
  for (const clause of clauses) {
    const found = clause.broken(subject);
    if (found !== null) return found;
  }
  return null;
}

export function allBroken<Subject>(clauses: readonly Clause<Subject>[], subject: Subject): Broken[] {
  const found: Broken[] = [];
  for (const clause of clauses) {
    const one = clause.broken(subject);
    if (one !== null) found.push(one);
  }
  return found;
}
