import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Admission, admit, type Position } from "./admit.ts";
import type { RelationOrUnknown } from "./relation.ts";

/** How the candidate stands to each base; what is not named is ahead. */
function relations(table: Record<string, RelationOrUnknown>): (base: string) => RelationOrUnknown {
  return (base) => table[base] ?? "ahead";
}

const at = (commit: string, epoch = 0) => ({ epoch, commit });

describe("the order table (design §7)", () => {
  test("first sight: nothing was told, everything is admitted", () => {
    expect(admit({ seen: [], candidate: { commit: "x", wanted: false } }, relations({}))).toEqual({
      kind: "admit",
      relation: "first",
      epoch: 0,
      rolledBackFrom: "",
    });
  });

  test.each([
    ["same", "same", { kind: "admit", relation: "same", epoch: 2, rolledBackFrom: "" }],
    ["ahead (descendant): newer, report", "ahead", { kind: "admit", relation: "ahead", epoch: 2, rolledBackFrom: "" }],
    ["behind, not known to be wanted: stale, drop", "behind", { kind: "unconfirmed", reason: "behind" }],
    ["diverged, not known to be wanted: wait", "diverged", { kind: "unconfirmed", reason: "diverged" }],
    ["unknown for now: hold and retry", "unknownYet", { kind: "hold", bases: ["a"] }],
    [
      "unknown for ever: Fleet's observed order",
      "unknownEver",
      { kind: "admit", relation: "unknownEver", epoch: 3, rolledBackFrom: "" },
    ],
  ] as const)("%s", (_, relation, admission) => {
    expect(admit({ seen: [at("a", 2)], candidate: { commit: "x", wanted: false } }, relations({ a: relation }))).toEqual(
      admission,
    );
  });

  test("behind and wanted: a step back opens an epoch and names the newer commit", () => {
    const admission = admit({ seen: [at("z")], candidate: { commit: "y", wanted: true } }, relations({ z: "behind" }));
    expect(admission).toEqual({ kind: "admit", relation: "behind", epoch: 1, rolledBackFrom: "z" });
  });

  test("diverged and wanted: a new epoch begins", () => {
    const admission = admit({ seen: [at("z")], candidate: { commit: "y", wanted: true } }, relations({ z: "diverged" }));
    expect(admission).toEqual({ kind: "admit", relation: "diverged", epoch: 1, rolledBackFrom: "" });
  });

  test("an attempt of unknown outcome counts as seen: behind it is a step back although the acknowledged one is older", () => {
    const admission = admit(
      { seen: [at("a"), at("c")], candidate: { commit: "b", wanted: true } },
      relations({ a: "ahead", c: "behind" }),
    );
    expect(admission).toEqual({ kind: "admit", relation: "behind", epoch: 1, rolledBackFrom: "c" });
  });

  test("telling the same step back again stays in the epoch that it opened", () => {
    const seen = [at("z"), at("y", 1)];
    const admission = admit({ seen, candidate: { commit: "y", wanted: true } }, relations({ z: "behind", y: "same" }));
    expect(admission).toEqual({ kind: "admit", relation: "behind", epoch: 1, rolledBackFrom: "z" });
  });

  test("going back to what was acknowledged, after an attempt at something newer, opens an epoch", () => {
    const seen = [at("a"), at("b")];
    const admission = admit({ seen, candidate: { commit: "a", wanted: true } }, relations({ a: "same", b: "behind" }));
    expect(admission).toEqual({ kind: "admit", relation: "behind", epoch: 1, rolledBackFrom: "b" });
  });
});

const relation = fc.constantFrom("same", "ahead", "behind", "diverged", "unknownEver", "unknownYet");
/** What was seen, each with how the candidate stands to it. */
const sights = fc.array(fc.record({ commit: fc.constantFrom("a", "b", "c", "d", "x"), epoch: fc.nat(3), relation }), {
  maxLength: 5,
});

/** The dumb twin: the order table's rows from the top, the first that holds. `epoch` has properties of its own. */
function twin(relations: ReadonlySet<string>, isWanted: boolean): string {
  const rows: readonly (readonly [boolean, string])[] = [
    [relations.size === 0, "admit first"],
    [relations.has("unknownYet"), "hold"],
    [relations.has("behind"), isWanted ? "admit behind" : "unconfirmed behind"],
    [relations.has("diverged"), isWanted ? "admit diverged" : "unconfirmed diverged"],
    [relations.has("unknownEver"), "admit unknownEver"],
    [relations.has("ahead"), "admit ahead"],
    [true, "admit same"],
  ];
  return rows.find(([holds]) => holds)?.[1] ?? "";
}

function inWords(admission: Admission): string {
  if (admission.kind === "hold") return "hold";
  return `${admission.kind} ${admission.kind === "admit" ? admission.relation : admission.reason}`;
}

describe("any number of positions that the receiver may have seen", () => {
  const property = (
    holds: (sight: { seen: readonly Position[]; table: Record<string, RelationOrUnknown>; wanted: boolean }) => void,
  ) =>
    fc.assert(
      fc.property(sights, fc.boolean(), (seen, wanted) => {
        const table = Object.fromEntries(seen.map((it) => [it.commit, it.relation]));
        holds({ seen: seen.map(({ commit, epoch }) => ({ commit, epoch })), table, wanted });
      }),
      { numRuns: 1_000 },
    );

  test("the worst relation decides, as its dumb twin says", () => {
    property(({ seen, table, wanted }) => {
      const admission = admit({ seen, candidate: { commit: "x", wanted } }, relations(table));
      expect(inWords(admission)).toBe(twin(new Set(seen.map(({ commit }) => table[commit] ?? "")), wanted));
    });
  });

  test("epochs never fall, grow by one at most, and by nothing but a step back, aside or into the unknown", () => {
    property(({ seen, table, wanted }) => {
      const admission = admit({ seen, candidate: { commit: "x", wanted } }, relations(table));
      if (admission.kind !== "admit") return;
      const latest = Math.max(0, ...seen.map(({ epoch }) => epoch));
      const isStep = ["behind", "diverged", "unknownEver"].includes(admission.relation);
      expect(isStep ? [latest, latest + 1] : [latest]).toContain(admission.epoch);
    });
  });

  test("what is held names exactly what is not known, each once", () => {
    property(({ seen, table, wanted }) => {
      const admission = admit({ seen, candidate: { commit: "x", wanted } }, relations(table));
      if (admission.kind !== "hold") return;
      const unknown = seen.map(({ commit }) => commit).filter((it) => table[it] === "unknownYet");
      expect(admission.bases.toSorted()).toEqual([...new Set(unknown)].toSorted());
    });
  });
});
