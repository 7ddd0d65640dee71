import { expect, test } from "vitest";
import { notification } from "../../test/notifications/make-notification.ts";
import { sampleGitRepo } from "../../test/samples/rollout.ts";
import { newCoreState } from "./core-state.ts";
import { anyRepository } from "./notification/repository-policy.ts";
import { resolveRules } from "./notification/resolve.ts";
import { rulesOf } from "./notifications.ts";
import { step } from "./step.ts";

const repo = "https://github.com/acme/app";

type GitRepos = readonly Parameters<typeof sampleGitRepo>[0][];

function told(commitStatus: string, gitRepos: GitRepos) {
  const state = newCoreState({ shard: "", repositoryPolicy: anyRepository });
  const spec = `destinations: [{ name: status, github: { commitStatus: ${commitStatus} } }]`;
  state.notifications.resolution = resolveRules([notification(spec)]);
  const records = gitRepos.map((it) => sampleGitRepo({ repo, uid: it?.name ?? "", ...it }));
  for (const record of records) state.inventory.apply({ kind: "put", record });
  return { state, records };
}

/** For each GitRepo the destinations that write for it, and what is said of the others. */
function settled(commitStatus: string, gitRepos: GitRepos) {
  const { state, records } = told(commitStatus, gitRepos);
  return records.map((it) => {
    const rules = rulesOf(state, it).map(({ destination }) => destination);
    const problems = (state.notifications.conflicts.get(it.uid) ?? []).map(({ problem }) => problem.message);
    return [it.name, ...rules, ...problems];
  });
}

test("two GitRepos of one repository whose context comes out alike: the first by name writes, the other one is told who does", () => {
  expect(settled("{ context: deploy }", [{ name: "shop" }, { name: "pay" }])).toMatchInlineSnapshot(`
    [
      [
        "shop",
        "Destination "status" is not sent for GitRepo fleet-default/shop: Notification fleet-default/deployments, destination "status" writes the commit status "deploy" already for GitRepo fleet-default/pay of the same repository. Put gitRepo.name into the context, or select other GitRepos.",
      ],
      [
        "pay",
        "status",
      ],
    ]
  `);
});

test("a conflict is over when the GitRepo that it is about is gone, and people are told", () => {
  const { state, records } = told("{ context: deploy }", [{ name: "shop" }, { name: "pay" }]);
  const [loser] = records;
  step(state, [{ kind: "synced" }], 1_000);
  for (const it of records) rulesOf(state, it);
  state.isReportDue = false;
  expect([...state.notifications.conflicts.keys()]).toEqual(["shop"]);
  step(state, [{ kind: "fleet", change: { kind: "remove", recordKind: "GitRepo", uid: loser?.uid ?? "" } }], 2_000);
  expect([state.notifications.conflicts.size, state.isReportDue]).toEqual([0, true]);
});

test("in capitals it is the same name, as on GitHub, and the repository is the same however it is written", () => {
  const gitRepos = [{ name: "shop" }, { name: "pay", repo: "git@github.com:Acme/app.git" }];
  expect(settled('{ context: "Deploy" }', gitRepos).map((it) => it[1])).not.toEqual(["status", "status"]);
});

test.each([
  ["the GitRepo in its name", '{ context: "deploy/{{gitRepo.name}}" }', [{ name: "shop" }, { name: "pay" }]],
  ["the name by default", "{}", [{ name: "shop" }, { name: "pay" }]],
  ["another repository", "{ context: deploy }", [{ name: "shop" }, { name: "pay", repo: "https://github.com/acme/pay" }]],
  ["one status for all of them", "{ context: deploy, group: repository }", [{ name: "shop" }, { name: "pay" }]],
  ["a muted GitRepo", "{ context: deploy }", [{ name: "shop" }, { name: "pay", suspended: true }]],
])("no conflict: %s", (_, commitStatus, gitRepos) => {
  const [first] = settled(commitStatus, gitRepos);
  expect(first).toEqual(["shop", "status"]);
});

test("groups of two branches whose context comes out alike are a conflict too", () => {
  const gitRepos = [
    { name: "shop", branch: "main" },
    { name: "pay", branch: "release" },
  ];
  const said = settled("{ context: deploy, group: repository }", gitRepos);
  expect(said[0]?.[1]).toContain("writes the commit status");
  expect(said[1]).toEqual(["pay", "status"]);
});
