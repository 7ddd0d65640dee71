import { expect, test } from "vitest";
import { check } from "../../simulator/checkers/index.ts";
import { play } from "../../simulator/simulation/play.ts";

/** Fixed seeds, so that this test says the same every time; `npm run simulate` plays fresh ones. */
const seeds = Array.from({ length: 15 }, (_, tens) => tens * 10 + 1);

/** The first promise that each of ten worlds broke, with the command that tells its story. */
async function broken(first: number): Promise<string[]> {
  const found: string[] = [];
  for (let seed = first; seed < first + 10; seed += 1) {
    const [violation] = check(await play({ seed }));
    if (violation !== undefined) {
      found.push(`npm run simulate -- --seed ${seed} --runs 1: ${violation.promise}: ${violation.text}`);
    }
  }
  return found;
}

test.each(seeds)("ten random worlds from seed %i keep every promise", async (first) => {
  expect(await broken(first)).toEqual([]);
});

test("a seed is a story: the same one twice is the same to the last message", async () => {
  const [one, other] = [await play({ seed: 30 }), await play({ seed: 30 })];
  expect(one.ledger.entries.length).toBeGreaterThan(50);
  expect(other.ledger.entries).toEqual(one.ledger.entries);
});

/** Worlds that showed something once, each with what it was. */
test.each([[4_200_118, "a GitRepo is deleted while its last word is being said again"]])(
  "world %i keeps every promise: %s",
  async (seed) => {
    expect(check(await play({ seed }))).toEqual([]);
  },
);
