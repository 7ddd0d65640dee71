import { printable } from "./found.ts";
import type { Complaint } from "./schema-parts.ts";

/** Complains of entries of a list that are named alike; `what` each is, capitalised. */
export function complainOfNames(what: string, list: readonly { readonly name: string }[]): readonly Complaint[] {
  const seen = new Map<string, number>();
  return list.flatMap(({ name }, index): Complaint[] => {
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, index);
      return [];
    }
    const message = `${what} ${first} is named ${printable(name)} too. Give each ${what.toLowerCase()} a name of its own.`;
    return [{ code: "DuplicateName", path: [index, "name"], message }];
  });
}
