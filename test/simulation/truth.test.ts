import { describe, expect, test } from "vitest";
import { readyRule } from "../../src/core/rollout/ready-rule.ts";
import { playTruthStory, type TruthReport, type TruthWorldOptions } from "./truth-world.ts";

/** Of the first four kinds, 1,500 each were played as well (2026-11-23): the same. */
const stories = 60;

function play(options: Omit<TruthWorldOptions, "seed">, count = stories): (TruthReport & { readonly seed: number })[] {
  return Array.from({ length: count }, (_, index) => ({ seed: index + 1, ...playTruthStory({ seed: index + 1, ...options }) }));
}

function liars(reports: readonly (TruthReport & { readonly seed: number })[]): { seed: number; lies: readonly string[] }[] {
  return reports.filter(({ lies }) => lies.length > 0).map(({ seed, lies }) => ({ seed, lies }));
}

describe("random stories in the simulated Fleet: commits good and bad, reverts, force-pushes, pins, pauses, webhooks, agents that go", () => {
  test.each([
    ["polling every 2 s", {}],
    ["with GitHub's word on the branch's head", { hasGitHub: true }],
    ["polling every 45 s", { pollingIntervalMs: 45_000 }],
    ["webhooks and a poll every hour", { pollingIntervalMs: 3_600_000, hasGitHub: true }],
    ["Jobs and agents that take up to 40 s", { isSlow: true }],
    ["slow, polling every 45 s", { isSlow: true, pollingIntervalMs: 45_000, hasGitHub: true }],
  ] satisfies [string, Omit<TruthWorldOptions, "seed">][])(
    "%s: no success that the clusters deny, and at the end what is so",
    (_, options) => {
      const reports = play(options);
      expect(liars(reports)).toEqual([]);
      for (const { seed, last, head, isTrue } of reports) {
        // At the end the head is everywhere, or (after the revert of what was applied in part) Fleet itself says that it is not.
        expect({ seed, isReady: last.commit === head && last.phase === "ready" }).toEqual({ seed, isReady: isTrue });
      }
      expect(reports.filter(({ isTrue }) => isTrue).length).toBeGreaterThan(stories * 0.9);
      expect(reports.reduce((sum, { successes }) => sum + successes, 0)).toBeGreaterThan(stories);
    },
  );

  test("counter-test: without the hold, what falls ill late is called ready", () => {
    expect(liars(play({ settleMs: 0 })).length).toBeGreaterThan(0);
  });

  test("counter-test: without B and C, which Fleet's Job knows nothing of, clusters that have nothing yet are called ready", () => {
    const rule = { ...readyRule, bundle: [], cluster: [] };
    expect(liars(play({ isSlow: true, rule }, 20)).length).toBeGreaterThan(10);
  });

  test("counter-test: without C alone it takes Bundles whose status is behind, which is rare", () => {
    const rule = { ...readyRule, cluster: [] };
    const rare = [19, 41, 46];
    for (const seed of rare) expect(playTruthStory({ seed, isSlow: true, rule }).lies).toHaveLength(1);
    for (const seed of rare) expect(playTruthStory({ seed, isSlow: true }).lies).toEqual([]);
  });

  test("counter-test: who believes the commit that Fleet shows is told a lie in nearly every story", () => {
    const rule = { applied: [], confirmed: [], bundle: [], cluster: [] };
    expect(liars(play({ isSlow: true, rule }, 50)).length).toBeGreaterThan(40);
  });
});
