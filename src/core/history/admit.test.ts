import { describe, expect, test } from "vitest";
import { admit } from "./admit.ts";
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
      { kind: "admit", relation: "unknownEver", epoch: 2, rolledBackFrom: "" },
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
