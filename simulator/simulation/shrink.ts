import { check } from "../checkers/index.ts";
import type { Violation } from "../checkers/violation.ts";
import { play, storyOf } from "./play.ts";
import type { Seams } from "./seams.ts";

/**
 * Leaves out acts of a story one after the other, as long as the same promise is still broken. Returns the places of the acts that are
 * needed. Costs one world for each act.
 */
export async function shrink({
  seed,
  seams,
  promise,
}: {
  seed: number;
  seams: Seams;
  promise: string;
}): Promise<ReadonlySet<number>> {
  const kept = new Set(storyOf(seed).keys());
  for (const index of [...kept].reverse()) {
    kept.delete(index);
    const violations = await violationsOf({ seed, seams, kept });
    if (!violations.some((it) => it.promise === promise)) kept.add(index);
  }
  return kept;
}

export async function violationsOf(options: {
  seed: number;
  seams: Seams;
  kept: ReadonlySet<number>;
}): Promise<readonly Violation[]> {
  return check(await play({ seed: options.seed, seams: options.seams, keeps: (index) => options.kept.has(index) }));
}
