import { expect, test } from "vitest";
import { groups } from "../../simulator/checkers/groups.ts";
import type { ObservedWorld } from "../../simulator/checkers/observed-world.ts";
import { Ledger } from "../../simulator/simulation/ledger.ts";
import { RepositoryTruth } from "../../simulator/simulation/repository-truth.ts";

const context = "fleet/fleet-default@main";

/** Two GitRepos of one repository, of which the second one lags: what the checker says of a status of both. */
function said(state: string, { isGrouped = true, shownOn = context } = {}) {
  const repository = new RepositoryTruth("app");
  const sha = "a".repeat(40);
  repository.add({ sha, parents: [], tree: new Map(), pushedMs: 0, knownMs: 0, pullRequest: null });
  repository.moveHead(sha, 0);
  const gitRepos = ["shop", "pay"].map((name) => {
    return { name, repository, isThere: true, absences: [], branch: "main", revision: "", movedMs: -Infinity };
  });
  const ledger = new Ledger();
  const status = { repository: "app", sha, context: shownOn, state, description: "2/2 GitRepos deployed", place: 0, page: "" };
  ledger.add({ kind: "status", ms: 100_000, sinceMs: 100_000, process: 1, ...status });
  const world = {
    nowMs: 200_000,
    ledger,
    gitHub: { latestStatuses: () => [status], made: () => [], comments: () => [], trespasses: [] },
    truth: { wasTrue: ({ gitRepo }) => gitRepo === "shop" },
    gitRepos,
    find: (name) => gitRepos.find((it) => it.name === name) ?? gitRepos[0]!,
    objects: { uidOf: (name) => name },
    marksMore: false,
    isDivided: false,
    isGrouped,
    notification: { name: "deployments", isThere: true, isChanged: false, selects: () => true },
    team: null,
    isDisturbed: false,
    skewMs: 0,
  } satisfies ObservedWorld;
  return groups(world).map((it) => it.text);
}

test("a success that one of the GitRepos denies is found, when it is told and at the end", () => {
  const [lie, loss] = said("success");
  expect(lie).toContain("pay denies it");
  expect(loss).toMatch(/shows success .*: shop ready, pay failed/);
});

test("what is left pending at the quiet end is found", () => {
  expect(said("pending").join()).toContain("shows pending");
});

test("counter-test: the truth, a world without groups, and other statuses are let through", () => {
  expect(said("failure")).toEqual([]);
  expect(said("success", { isGrouped: false })).toEqual([]);
  expect(said("success", { shownOn: "fleet/fleet-default/shop" }).some((it) => it.includes("denies"))).toBe(false);
});
