import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleCommitStatus } from "../../test/samples/commit-status.ts";
import {
  acmeShop,
  attemptOf,
  destinationUnderTest,
  neverAborted,
  type DestinationUnderTest,
} from "../../test/github/destination-under-test.ts";
import type { Outcome } from "../core/delivery/outcome.ts";
import type { Message } from "../core/message/message.ts";
import { type SampleChanges, sampleMessage } from "../core/message/sample-message.ts";
import { checkRun } from "./check-run.ts";
import { commitStatus } from "./commit-status.ts";

let under: DestinationUnderTest;
let commit = "";
beforeEach(async () => {
  under = await destinationUnderTest({ asApp: true });
  commit = await under.github.shop.git.commit({ "fleet.yaml": "two" }, { message: "Second" });
});
afterEach(async () => {
  await under.close();
  expect(under.github.world.violations).toEqual([]);
});

const message = (event: Message["event"], changes: SampleChanges = {}) =>
  sampleMessage(event, { commit, epoch: 0, pullRequests: [], createdMs: under.github.world.now(), ...changes });

async function apply(said: Message, fields: { verify?: boolean; stream?: string } = {}): Promise<Outcome> {
  return await checkRun.apply(attemptOf({ type: "checkRun" }, said, fields), under.io(), neverAborted);
}

const runs = (sha = commit) => under.github.shop.checkRuns.list(sha);
const shown = (sha = commit) => runs(sha).map((it) => `${it.status} ${it.conclusion} ${it.title}`);
const writes = () =>
  under.github.world.requests.filter((it) => it.method !== "GET" && !it.path.includes("/access_tokens")).length;

test("is created once for a commit and updated in place: in progress, then its outcome", async () => {
  expect(await apply(message("GitRepoDeploying"))).toEqual({ kind: "delivered" });
  expect(shown()).toEqual(["in_progress null 31/40 clusters ready, 7 updating, 2 offline: c7, c9"]);
  const [first] = runs();
  expect(await apply(message("GitRepoReady", { relation: "same" }))).toEqual({ kind: "delivered" });
  expect(shown()).toEqual(["completed success Deployed to 40/40 clusters"]);
  expect(runs()[0]?.id).toBe(first?.id);
});

test("a failure has a page with a table of clusters and errors", async () => {
  await apply(message("GitRepoFailed"));
  expect(shown()).toEqual([
    'completed failure 2/40 clusters failed: c1, c7: Deployment.apps "web": spec.selector: field is immutable',
  ]);
  expect(runs()[0]?.summary?.replace(commit.slice(0, 7), "COMMIT")).toMatchInlineSnapshot(`
    "fleet-default/shop: COMMIT failed: 2/40 clusters failed: c1, c7: Deployment.apps "web": spec.selector: field is immutable

    | Clusters | | |
    |---|---|---|
    | Ready | 38/40 |  |
    | Failed | 2/40 | c1, c7 |

    ### Errors

    **c1**, bundle shop-web

    \`\`\`text
    cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: spec.selector: field is immutable
    \`\`\`

    **c7**, bundle shop-web

    \`\`\`text
    cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: spec.selector: field is immutable
    \`\`\`"
  `);
});

test("the same is never written twice, by this process or after a restart; an answer that was lost makes no second one", async () => {
  under.github.world.fault({ kind: "resetAfter", match: { method: "POST", path: /check-runs/ }, times: 1 });
  expect((await apply(message("GitRepoReady"))).kind).toBe("unknown");
  under.restart();
  expect(await apply(message("GitRepoReady"), { verify: true })).toEqual({ kind: "delivered" });
  expect(await apply(message("GitRepoReady", { relation: "same" }))).toEqual({ kind: "delivered" });
  expect(runs()).toHaveLength(1);
  expect(writes()).toBe(1);
});

test("another App's check run of the same name is not ours", async () => {
  under.github.shop.createCheckRun(commit, { name: "fleet/fleet-default/shop rollout", externalId: "theirs", status: "queued" });
  await apply(message("GitRepoReady"), { verify: true });
  expect(shown()).toEqual(["completed success Deployed to 40/40 clusters", "queued null null"]);
});

test("two streams have check runs of their own", async () => {
  await apply(message("GitRepoReady"), { stream: "one" });
  under.restart();
  await apply(message("GitRepoReady"), { stream: "other", verify: true });
  expect(runs()).toHaveLength(2);
});

test("never has the name of a status (github-facts §1.2)", async () => {
  const said = message("GitRepoReady");
  await apply(said);
  await commitStatus.apply(attemptOf(sampleCommitStatus, said), under.io(), neverAborted);
  const [status] = under.github.world.statuses("acme/shop", commit);
  expect(runs()[0]?.name).toBe(`${status?.context} rollout`);
});

test("after a step back the newer commit's says so, and the older one's that it runs", async () => {
  const older = under.github.first;
  await apply(message("GitRepoReady", { commit: older }));
  await apply(message("GitRepoReady"));
  await apply(message("GitRepoRolledBack", { rolledBackTo: older, epoch: 1 }));
  expect(shown()).toEqual(["completed failure Rolled back to 6d9b4c9 on 40/40 clusters".replace("6d9b4c9", older.slice(0, 7))]);
  expect(shown(older)).toEqual(["completed success Deployed to 40/40 clusters"]);
});

test("a commit that will never be deployed: cancelled, since nothing of it failed", async () => {
  await apply(message("GitRepoDeploying"));
  await apply(message("GitRepoRemoved", { fates: [{ commit, fate: "removed" }] }));
  expect(shown()).toEqual(["completed cancelled GitRepo deleted before this commit was deployed"]);
});

test("a user's token may not write one: that parks the stream, and says so", async () => {
  const octokit = under.github.octokit();
  const io = under.io({ github: async () => octokit });
  const outcome = await checkRun.apply(attemptOf({ type: "checkRun" }, message("GitRepoReady")), io, neverAborted);
  expect(outcome).toMatchObject({
    kind: "park",
    reason: expect.stringContaining("You must authenticate via a GitHub App") as string,
  });
});

test("1 MB of hostile errors fits on the page, and stays in its blocks", async () => {
  const evil = "</details> | cell | @acme/owners <!-- signalman:v1 --> ``` ~~~ \u202e".repeat(16_000);
  const clusters = Array.from({ length: 200 }, (_, index) => ({ cluster: `c${index} | @all`, bundle: "web", message: evil }));
  const failure = { kind: "cluster" as const, message: evil, clusters };
  expect(await apply(message("GitRepoFailed", { rollout: { failure } }))).toEqual({ kind: "delivered" });
  const page = runs()[0]?.summary ?? "";
  expect(page.length).toBeGreaterThan(40_000);
  expect(page).toMatch(/more errors are not shown\.$/);
  expect(page.replaceAll(/(`{3,})text\n[\s\S]*?\n\1/g, "")).not.toMatch(/<!--|@acme|@all|<\/details>/);
});

test("needs a repository on GitHub", async () => {
  const attempt = attemptOf({ type: "checkRun" }, message("GitRepoReady"), { repository: null });
  expect(await checkRun.apply(attempt, under.io(), neverAborted)).toMatchObject({ kind: "park", code: "NotOnGitHub" });
  expect(acmeShop.host).toBe("github.com");
});
