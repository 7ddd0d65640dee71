import { assert, constantFrom, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { compileGlob } from "./glob.ts";

/** The dumb twin: tries every way to read the pattern. */
function dumbGlob(pattern: string, name: string): boolean {
  if (pattern === "") return name === "";
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === "*") {
    return Array.from({ length: name.length + 1 }, (_, taken) => name.slice(taken)).some((left) => dumbGlob(rest, left));
  }
  return name !== "" && (first === "?" || first === name[0]) && dumbGlob(rest, name.slice(1));
}

describe("patterns for names", () => {
  test.each([
    ["shop-*", "shop-web", true],
    ["shop-*", "shop-", true],
    ["shop-*", "shop", false],
    ["*", "", true],
    ["?", "", false],
    ["*-?", "a-b", true],
    ["a*a", "a", false],
    ["a.b", "axb", false],
    ["fleet-**", "fleet-default", true],
  ])("%s and %s: %s", (pattern, name, expected) => {
    expect(compileGlob(pattern)(name)).toBe(expected);
  });

  test("any pattern says of any name what its dumb twin says", () => {
    const pattern = string({ unit: constantFrom("a", "b", "*", "?", "-"), maxLength: 8 });
    const name = string({ unit: constantFrom("a", "b", "-"), maxLength: 10 });
    assert(
      property(pattern, name, (p, n) => compileGlob(p)(n) === dumbGlob(p, n)),
      { numRuns: 5_000 },
    );
  });

  test("many stars do not take longer than name × pattern steps", () => {
    // A matcher that asks every star again would take 2^60 steps here.
    const pattern = "*a".repeat(120) + "b";
    expect(compileGlob(pattern)("a".repeat(253))).toBe(false);
  });
});
