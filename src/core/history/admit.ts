import type { Relation, RelationOrUnknown } from "./relation.ts";

/**
 * A commit that a stream's receiver has seen or may have seen. Within an epoch each is known to descend from the one before: with every rollback, with
 * every rewritten history, and where nobody can tell, a new one begins.
 */
export interface Position {
  readonly epoch: number;
  readonly commit: string;
}

export interface Candidate {
  readonly commit: string;
  /** True where Fleet is known to want this commit (Rollout.wanted): the only way for an older one to be told. */
  readonly wanted: boolean;
}

/**
 * What the order table (design §7) says of a candidate.
 *
 * - admit: tell it. `rolledBackFrom` is the newer commit that the receiver may have seen, where the candidate is behind it.
 * - hold: it cannot be told yet; `questions` are the pairs whose relation is missing.
 * - unconfirmed: behind or diverged, and not known to be what Fleet wants: stale until the branch's head or later polls confirm it.
 */
export type Admission =
  | {
      readonly kind: "admit";
      readonly relation: "first" | "same" | "ahead" | "diverged" | "unknownEver" | "behind";
      readonly epoch: number;
      readonly rolledBackFrom: string;
    }
  | { readonly kind: "hold"; readonly bases: readonly string[] }
  | { readonly kind: "unconfirmed"; readonly reason: "behind" | "diverged" };

/**
 * Compares a candidate with everything that the receiver may have seen: the acknowledged position and every attempt since then. Comparing
 * with the acknowledged one alone breaks the order after a crash or a lost answer (design §7 has the figures).
 *
 * `seen` is in the order in which it was told, `relationTo(base)` says how the candidate stands to `base`.
 */
export function admit(
  { seen, candidate }: { seen: readonly Position[]; candidate: Candidate },
  relationTo: (base: string) => RelationOrUnknown,
): Admission {
  if (seen.length === 0) return { kind: "admit", relation: "first", epoch: 0, rolledBackFrom: "" };
  const compared = seen.map((position) => ({ position, relation: relationTo(position.commit) }));
  const bases = compared.filter(({ relation }) => relation === "unknownYet").map(({ position }) => position.commit);
  if (bases.length > 0) return { kind: "hold", bases: [...new Set(bases)] };

  const epoch = Math.max(...seen.map((position) => position.epoch));
  const relations = new Set<Relation>(compared.map(({ relation }) => relation as Relation));
  const away = compared.findLastIndex(({ relation }) => relation !== "same" && relation !== "ahead");
  // An attempt to tell this very step, made after what it steps away from, has opened its epoch already.
  const isOpened = seen.slice(away + 1).some((position) => position.epoch === epoch && position.commit === candidate.commit);
  const opened = isOpened ? epoch : epoch + 1;
  const newer = compared.findLast(({ relation }) => relation === "behind");
  if (newer !== undefined) {
    if (!candidate.wanted) return { kind: "unconfirmed", reason: "behind" };
    return { kind: "admit", relation: "behind", epoch: opened, rolledBackFrom: newer.position.commit };
  }
  if (relations.has("diverged")) {
    if (!candidate.wanted) return { kind: "unconfirmed", reason: "diverged" };
    return { kind: "admit", relation: "diverged", epoch: opened, rolledBackFrom: "" };
  }
  if (relations.has("unknownEver")) return { kind: "admit", relation: "unknownEver", epoch: opened, rolledBackFrom: "" };
  return { kind: "admit", relation: relations.has("ahead") ? "ahead" : "same", epoch, rolledBackFrom: "" };
}
