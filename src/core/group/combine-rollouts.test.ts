import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleClusters, sampleGitRepo, sampleRollout } from "../../../test/samples/rollout.ts";
import type { RelationOrUnknown } from "../history/relation.ts";
import { statusDescription } from "../message/status-description.ts";
import { compose } from "../message/compose.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { combineRollouts } from "./combine-rollouts.ts";
import { groupOf } from "./repository-group.ts";

const group = groupOf(sampleGitRepo(), () => []);
const member = (name: string, commit: string, phase: Rollout["phase"], fields: Partial<Rollout> = {}) =>
  sampleRollout(commit, phase, { ...fields, gitRepo: sampleGitRepo({ name, commit }) });
/** Of commits that are letters the later one descends from the earlier ones. */
const inOrder = (base: string, head: string): RelationOrUnknown => (base === head ? "same" : base < head ? "ahead" : "behind");
const combined = (members: readonly Rollout[], relation = inOrder) => combineRollouts({ group, members }, relation);

test("deployed when each GitRepo has deployed the newest commit", () => {
  const rollout = combined([member("shop", "b", "ready"), member("pay", "b", "ready")]);
  expect(rollout).toMatchObject({ phase: "ready", key: { commit: "b" }, gitRepos: { total: 2, ready: 2, waitingNames: [] } });
});

test("a GitRepo that still shows an older commit is waited for, whatever it says of that", () => {
  for (const phase of ["ready", "failed", "deploying"] as const) {
    const rollout = combined([member("shop", "b", "ready"), member("pay", "a", phase)]);
    expect(rollout).toMatchObject({ phase: "deploying", key: { commit: "b" }, applied: false });
    expect(rollout?.gitRepos).toMatchObject({ ready: 1, failed: 0, waitingNames: ["pay"] });
  }
});

test("failed as soon as the newest commit has failed for one of them, for its reason", () => {
  const failure = { kind: "job", message: "no fleet.yaml", clusters: [] } as const;
  const rollout = combined([member("shop", "b", "deploying"), member("pay", "b", "failed", { failure })]);
  expect(rollout).toMatchObject({ phase: "failed", failure, gitRepos: { failed: 1, failedNames: ["pay"] } });
});

test("a GitRepo that has no commit yet is waited for", () => {
  expect(combined([member("shop", "a", "ready"), member("new", "", "deploying")])).toMatchObject({
    phase: "deploying",
    key: { commit: "a" },
    gitRepos: { total: 2, ready: 1, waitingNames: ["new"] },
  });
});

test("null where history does not tell yet which commit is the newest", () => {
  expect(combined([member("shop", "a", "ready"), member("pay", "b", "ready")], () => "unknownYet")).toBeNull();
  expect(combined([member("shop", "a", "ready"), member("pay", "a", "ready")], () => "unknownYet")).not.toBeNull();
});

test.each(["diverged", "unknownEver"] as const)("of commits that are %s the one whose rollout began last counts", (relation) => {
  const members = [member("shop", "a", "ready", { startedMs: 2 }), member("pay", "b", "ready", { startedMs: 1 })];
  expect(combined(members, () => relation)).toMatchObject({ phase: "deploying", key: { commit: "a" } });
  expect(combined(members.toReversed(), () => relation)).toMatchObject({ key: { commit: "a" } });
});

test("another attempt of one GitRepo is another attempt of the group", () => {
  const attempts = [1, 2].map((generation) => {
    const pay = member("pay", "a", "ready");
    return combined([member("shop", "a", "ready"), { ...pay, key: { ...pay.key, generation } }])?.key;
  });
  expect(attempts[0]).not.toEqual(attempts[1]);
});

test("whatever the GitRepos show: as many as the dumb twin counts, in whatever order they come", () => {
  const shown = fc.record({
    commit: fc.constantFrom("", "a", "b", "c"),
    phase: fc.constantFrom("ready" as const, "failed" as const, "deploying" as const),
    ready: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(shown, { minLength: 1, maxLength: 40 }), fc.integer(), (list, seed) => {
      const members = list.map(({ commit, phase, ready }, index) =>
        member(`g${index}`, commit, phase, { clusters: sampleClusters({ total: 3, ready, updating: 3 - ready }) }),
      );
      const newest =
        list
          .map((it) => it.commit)
          .sort()
          .at(-1) ?? "";
      const there = list.filter((it) => it.commit === newest);
      const ready = there.filter((it) => it.phase === "ready").length;
      const failed = there.filter((it) => it.phase === "failed").length;
      const phase = failed > 0 ? "failed" : ready === list.length ? "ready" : "deploying";
      const rollout = combined(members);
      expect(rollout).toMatchObject({ phase, key: { commit: newest }, gitRepos: { total: list.length, ready, failed } });
      expect(rollout?.clusters).toMatchObject({
        total: 3 * list.length,
        ready: list.reduce((total, it) => total + it.ready, 0),
      });
      const shuffled = members.toSorted((one, other) => (one.gitRepo.name + seed > other.gitRepo.name + seed ? -1 : 1));
      expect(combined(shuffled)).toEqual(rollout);
    }),
  );
});

describe("what its status says (design §5)", () => {
  const saying = {
    epoch: 0,
    relation: "ahead",
    previousCommit: "a",
    rolledBackFrom: "",
    pullRequests: [],
    arrivedPullRequests: [],
    fates: [],
  } as const;
  const said = (event: "GitRepoDeploying" | "GitRepoReady" | "GitRepoFailed", members: readonly Rollout[]) => {
    const rollout = combined(members);
    if (rollout === null) throw new Error("history is known");
    return statusDescription(compose(rollout, { ...saying, event }, 0));
  };
  const many = (count: number, phase: Rollout["phase"]) =>
    Array.from({ length: count }, (_, index) => member(`g${index}`, "b", phase));

  test("198/200 GitRepos deployed", () => {
    const members = [...many(198, "ready"), member("pay", "b", "deploying"), member("shop", "a", "ready")];
    expect(said("GitRepoDeploying", members)).toEqual({
      state: "pending",
      description: "198/200 GitRepos deployed, 2 waiting: pay, shop",
    });
    expect(said("GitRepoReady", many(200, "ready"))).toEqual({ state: "success", description: "200/200 GitRepos deployed" });
  });

  test("many that are waited for are counted and not named: each change would be another status", () => {
    expect(said("GitRepoDeploying", many(40, "deploying")).description).toBe("0/40 GitRepos deployed, 40 waiting");
  });

  test("which failed, and why", () => {
    const failure = { kind: "job", message: "no fleet.yaml", clusters: [] } as const;
    const members = [...many(3, "ready"), member("pay", "b", "failed", { failure }), member("shop", "b", "failed", { failure })];
    expect(said("GitRepoFailed", members)).toEqual({
      state: "failure",
      description: "2/5 GitRepos failed: pay, shop: no fleet.yaml",
    });
  });
});
