import { expect, test } from "vitest";
import { sampleGitRepo } from "../../../test/samples/rollout.ts";
import { newCoreState } from "../core-state.ts";
import { openStream } from "../delivery/state.ts";
import type { GitRepoRecord } from "../fleet/record.ts";
import { anyRepository } from "../notification/repository-policy.ts";
import { groupsIn } from "./groups-in.ts";

const notification = { kind: "Notification", namespace: "fleet-default", name: "deployments" } as const;

/** The branch of the group that a GitRepo held at the tag "stable" belongs to, where others follow these branches and these groups were told of. */
function branchOfHeld({ followed, told }: { followed: readonly string[]; told: readonly string[] }): string {
  const state = newCoreState({ shard: "", repositoryPolicy: anyRepository });
  const put = (name: string, follows: Partial<GitRepoRecord>): GitRepoRecord => {
    const record: GitRepoRecord = { ...sampleGitRepo({ commit: "a" }), uid: name, name, ...follows };
    state.inventory.apply({ kind: "put", record });
    return record;
  };
  const held = put("held", { branch: "", revision: "stable" });
  for (const branch of followed) put(`on-${branch}`, { branch, revision: "" });
  const nameOf = (branch: string) => groupsIn(state)({ ...held, branch, revision: "" }).name;
  for (const branch of told) {
    const named = { gitRepoNamespace: held.namespace, gitRepoName: nameOf(branch), target: "", subject: "" };
    openStream(state.delivery, { notification, destination: "group", ...named });
  }
  return groupsIn(state)(held).branch;
}

test.each([
  ["the only branch that is followed", { followed: ["main"], told: [] }, "main"],
  ["the only branch that is told of, where all are held", { followed: [], told: ["main"] }, "main"],
  ["by itself where two are followed", { followed: ["main", "release"], told: [] }, "stable"],
  ["by itself while a branch that was left is still told of", { followed: ["main"], told: ["release"] }, "stable"],
  ["the only branch again, though it was told of by itself", { followed: ["main"], told: ["main", "stable"] }, "main"],
])("one that is held at a revision belongs to %s", (_, groups, branch) => {
  expect(branchOfHeld(groups)).toBe(branch);
});
