import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../simulator/world/seeded-random.ts";
import { type Perturbation, perturbations } from "./perturb.ts";
import { type Replayed, recordingsFolder, replayed, successes } from "./replayed.ts";

const files = readdirSync(recordingsFolder).filter((it) => it.endsWith(".jsonl.gz"));
const seeds = [1, 2];

/** Who sees late cannot know better: a word is a lie where it was not true at any time that a watch may have been behind. */
function lies(told: Replayed, lagMsMax: number): readonly { readonly ms: number; readonly commit: string }[] {
  const stepMs = 100;
  const lags = Array.from({ length: Math.floor(lagMsMax / stepMs) + 1 }, (_, index) => index * stepMs);
  return successes(told).filter(({ commit, ms }) => !lags.some((it) => told.truth.isDeployed(commit, ms - it)));
}

const perturbed = async (file: string, { as, seed, timing = {} }: { as: Perturbation; seed: number; timing?: object }) =>
  await replayed(file, { as: (it) => as.perturb(it, seededRandom(seed)), timing });

describe.each(perturbations)("$name", (as) => {
  test.each(files)("%s: no success while the truth denies it", async (file) => {
    for (const seed of seeds) expect(lies(await perturbed(file, { as, seed }), as.lagMsMax)).toEqual([]);
  });
});

test("counter-test: without the hold the same finds lies", async () => {
  const timing = { settle: "0s" };
  const found: string[] = [];
  for (const as of perturbations)
    for (const file of files) if (lies(await perturbed(file, { as, seed: 1, timing }), as.lagMsMax).length > 0) found.push(file);
  expect(found).not.toEqual([]);
});
