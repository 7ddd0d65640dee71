import { describe, expect, test } from "vitest";
import { sampleGitRepo, sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { RepositoryGroups } from "./repository-groups.ts";
import { groupOf, isGroupUid, isOfGroup } from "./repository-group.ts";

const none = () => [];
const of = (fields: Parameters<typeof sampleGitRepo>[0], branches: () => readonly string[] = none) =>
  groupOf(sampleGitRepo({ repo: "https://github.com/acme/shop", branch: "main", ...fields }), branches);

describe("which GitRepos are told of together", () => {
  test("those of one namespace that follow one branch of one repository, however it is written", () => {
    expect(of({})).toEqual({
      uid: "group fleet-default/github.com/acme/shop@main",
      name: "github.com/acme/shop@main",
      branch: "main",
    });
    expect(of({ repo: "git@github.com:Acme/shop.git" })).toEqual(of({}));
    for (const other of [{ namespace: "other" }, { branch: "release" }, { repo: "https://github.com/acme/pay" }]) {
      expect(of(other)).not.toEqual(of({}));
    }
  });

  test("each shard has a group of its own: it knows no other GitRepos", () => {
    expect(of({ shard: "blue" }).name).toBe("github.com/acme/shop@main [blue]");
    expect(of({ shard: "blue", branch: "", revision: "a".repeat(40) }, () => ["main"])).toEqual(of({ shard: "blue" }));
  });

  test("without a branch it is Fleet's default, master", () => {
    expect(of({ branch: "" })).toEqual(of({ branch: "master" }));
  });

  test("one that is held at a revision belongs to the branch on which the repository is followed, where that is one", () => {
    const held = { branch: "", revision: "a".repeat(40) };
    expect(of(held, () => ["main"])).toEqual(of({}));
    expect(of(held).branch).toBe(held.revision);
    expect(of(held, () => ["main", "release"]).branch).toBe(held.revision);
  });

  test("no GitRepo has such a uid, or such a name", () => {
    expect([isGroupUid(of({}).uid), isGroupUid(sampleGitRepo().uid)]).toEqual([true, false]);
    expect([isOfGroup({ gitRepoName: of({}).name }), isOfGroup({ gitRepoName: "shop.web-1" })]).toEqual([true, false]);
  });
});

describe("the verdicts that a group is made of", () => {
  const rule = sampleRule("commitStatus");
  const judged = (phase: "ready" | "deploying", lastPollingMs = 0) => [
    { rule, rollout: sampleRollout("a", phase, { gitRepo: sampleGitRepo({ lastPollingMs }) }) },
  ];
  const group = of({});

  test("a group has changed when one of its GitRepos has, and not when Fleet has polled", () => {
    const groups = new RepositoryGroups();
    expect(groups.put("1", { group, judged: judged("deploying") })).toEqual([group.uid]);
    expect(groups.put("1", { group, judged: judged("deploying", 15_000) })).toEqual([]);
    expect(groups.put("1", { group, judged: judged("ready", 30_000) })).toEqual([group.uid]);
    expect(groups.put("1", { group, judged: [{ ...judged("ready")[0]!, rule: { ...rule } }] })).toEqual([group.uid]);
  });

  test("a GitRepo that goes to another branch changes both; an empty group is gone", () => {
    const groups = new RepositoryGroups();
    const other = of({ branch: "release" });
    groups.put("1", { group, judged: judged("ready") });
    expect(groups.put("1", { group: other, judged: judged("ready") })).toEqual([group.uid, other.uid]);
    expect([groups.get(group.uid), groups.groupUidOf("1")]).toEqual([null, other.uid]);
    expect([groups.remove("1"), groups.remove("1"), groups.get(other.uid)]).toEqual([[other.uid], [], null]);
  });
});
