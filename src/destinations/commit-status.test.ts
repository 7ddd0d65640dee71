import nock from "nock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleCommitStatus as config } from "../../test/samples/commit-status.ts";
import { acmeShop, attemptOf, destinationUnderTest, neverAborted } from "../../test/github/destination-under-test.ts";
import type { Outcome } from "../core/delivery/outcome.ts";
import { limits } from "../core/limits.ts";
import type { Message } from "../core/message/message.ts";
import { type SampleChanges, sampleMessage } from "../core/message/sample-message.ts";
import { NotInstalledError } from "../github/not-installed-error.ts";
import { commitStatus } from "./commit-status.ts";

let under: Awaited<ReturnType<typeof destinationUnderTest>>;
let commit = "";
beforeEach(async () => {
  under = await destinationUnderTest();
  commit = await under.github.shop.git.commit({ "fleet.yaml": "two" }, { message: "Second" });
});
afterEach(async () => {
  nock.cleanAll();
  await under.close();
  expect(under.github.world.violations).toEqual([]);
});

const context = "fleet/fleet-default/shop";
const message = (event: Message["event"], changes: SampleChanges = {}) =>
  sampleMessage(event, { commit, epoch: 0, pullRequests: [], createdMs: under.github.world.now(), ...changes });

async function apply(said: Message, fields: { verify?: boolean } = {}): Promise<Outcome> {
  return await commitStatus.apply(attemptOf(config, said, fields), under.io(), neverAborted);
}

/** "state description" of every status in our context, oldest first. */
function shown(sha: string): string[] {
  const statuses = under.github.world.statuses("acme/shop", sha).filter((it) => it.context === context);
  return statuses.map((it) => `${it.state} ${it.description}`).toReversed();
}

const posts = () => under.github.world.requests.filter((it) => it.method === "POST").length;
const gets = () => under.github.world.requests.filter((it) => it.method === "GET").length;

describe("a status on the deployed commit", () => {
  test("pending, then success, in the GitRepo's context; a fresh commit is not asked for", async () => {
    expect(await apply(message("GitRepoDeploying"))).toEqual({ kind: "delivered" });
    expect(gets()).toBe(0);
    expect(await apply(message("GitRepoReady", { relation: "same" }))).toEqual({ kind: "delivered" });
    expect(shown(commit)).toEqual([
      "pending 31/40 clusters ready, 7 updating, 2 offline: c7, c9",
      "success Deployed to 40/40 clusters",
    ]);
  });

  test("an unchanged status is never posted again, by this process or after a restart", async () => {
    await apply(message("GitRepoReady"));
    await apply(message("GitRepoReady", { relation: "same" }));
    under.restart();
    await apply(message("GitRepoReady", { relation: "same" }));
    await apply(message("GitRepoReady", { relation: "first" }));
    under.restart();
    await apply(message("GitRepoReady"), { verify: true });
    under.restart();
    await apply(message("GitRepoReady", { epoch: 1 }));
    expect(posts()).toBe(1);
  });

  test("it is found behind a hundred statuses of others, whatever the case of its context", async () => {
    const { shop } = under.github;
    const writer = { account: under.github.world.account("ci"), appId: null };
    shop.postStatus(
      commit,
      { state: "success", description: "Deployed to 40/40 clusters", context: context.toUpperCase() },
      writer,
    );
    for (let index = 0; index < 150; index += 1) shop.postStatus(commit, { state: "success", context: `ci/${index}` }, writer);
    await apply(message("GitRepoReady", { relation: "same" }));
    expect(posts()).toBe(0);
    expect(gets()).toBe(2);
  });

  test("with nothing to say nothing is asked", async () => {
    expect(await apply(message("GitRepoAdded"))).toEqual({ kind: "delivered" });
    expect(under.github.world.requests).toEqual([]);
  });
});

describe("after an answer that was lost", () => {
  test("GitHub shows the status once", async () => {
    under.github.world.fault({ kind: "resetAfter", times: 1, match: { method: "POST" } });
    const outcome = await apply(message("GitRepoReady"));
    expect(outcome).toMatchObject({ kind: "unknown", settledMs: under.github.world.now() + limits.unknownOutcomeMs });
    expect(await apply(message("GitRepoReady"), { verify: true })).toEqual({ kind: "delivered" });
    expect(shown(commit)).toEqual(["success Deployed to 40/40 clusters"]);
  });

  test("what was known of the slot before is known no longer", async () => {
    await apply(message("GitRepoDeploying"));
    under.github.world.fault({ kind: "resetAfter", times: 1, match: { method: "POST" } });
    await apply(message("GitRepoReady", { relation: "same" }));
    await apply(message("GitRepoReady", { relation: "same" }), { verify: true });
    expect(shown(commit)).toHaveLength(2);
  });

  test("what did not arrive is posted", async () => {
    under.github.world.fault({ kind: "resetBefore", times: 1, match: { method: "POST" } });
    expect(await apply(message("GitRepoReady"))).toMatchObject({ kind: "unknown" });
    await apply(message("GitRepoReady"), { verify: true });
    expect(shown(commit)).toHaveLength(1);
  });

  test("of several writes those that are done are skipped", async () => {
    const fates = [{ commit: under.github.first, fate: "deployed" }] as const;
    under.github.world.fault({
      kind: "serverError",
      status: 502,
      times: 1,
      match: { method: "POST", path: new RegExp(under.github.first) },
    });
    expect(await apply(message("GitRepoReady", { fates }))).toMatchObject({ kind: "unknown" });
    expect(await apply(message("GitRepoReady", { fates }), { verify: true })).toEqual({ kind: "delivered" });
    expect([shown(commit), shown(under.github.first)].map((it) => it.length)).toEqual([1, 1]);
  });

  test("a read that fails is tried again without asking", async () => {
    under.github.world.fault({ kind: "serverError", status: 503, times: 1 });
    expect(await apply(message("GitRepoReady", { relation: "same" }))).toMatchObject({ kind: "retry", notBeforeMs: 0 });
  });
});

describe("commits that were replaced", () => {
  const replaced = (fate: Message["fates"][number]["fate"]) => [{ commit: under.github.first, fate }];
  const onFirst = (event: Message["event"]) => message(event, { commit: under.github.first, relation: "first" });

  test("waits for the one that replaced it, then shares its outcome", async () => {
    await apply(onFirst("GitRepoDeploying"));
    await apply(message("GitRepoDeploying", { fates: replaced("waiting") }));
    await apply(message("GitRepoReady", { fates: replaced("deployed") }));
    expect(shown(under.github.first).slice(1)).toEqual([
      `pending Replaced by ${commit.slice(0, 7)}; waiting for it`,
      `success Deployed with ${commit.slice(0, 7)} to 40/40 clusters`,
    ]);
  });

  test("one that showed nothing does not begin to wait", async () => {
    await apply(message("GitRepoDeploying", { fates: replaced("waiting") }));
    expect(shown(under.github.first)).toEqual([]);
  });

  test("its own failure is final, also where its answer was lost and the process died", async () => {
    await apply(onFirst("GitRepoFailed"));
    under.restart();
    await apply(message("GitRepoDeploying", { fates: replaced("waiting") }));
    await apply(message("GitRepoReady", { fates: replaced("deployed") }));
    expect(shown(under.github.first)).toHaveLength(1);
  });

  test("what only closes a pending closes no outcome", async () => {
    await apply(onFirst("GitRepoReady"));
    await apply(message("GitRepoRemoved", { fates: replaced("removed") }));
    expect(shown(under.github.first)).toEqual(["success Deployed to 40/40 clusters"]);
    await apply(message("GitRepoDeploying"));
    await apply(message("GitRepoRemoved", { fates: [{ commit, fate: "removed" }] }));
    expect(shown(commit).at(-1)).toBe("error GitRepo deleted before this commit was deployed");
  });
});

describe("a rollback", () => {
  const back = () => message("GitRepoRolledBack", { rolledBackTo: under.github.first });

  test("fails the newer commit; the older one keeps its success in its own words", async () => {
    await apply(message("GitRepoReady", { commit: under.github.first, relation: "first", rollout: { changed: false } }));
    await apply(back());
    expect(shown(commit)).toEqual([`failure Rolled back to ${under.github.first.slice(0, 7)} on 40/40 clusters`]);
    expect(shown(under.github.first)).toEqual(["success No changes; 40/40 clusters ready"]);
  });

  test("gives the older commit the success that it had not", async () => {
    await apply(back());
    expect(shown(under.github.first)).toEqual(["success Deployed to 40/40 clusters"]);
  });

  test("while it is on its way a commit that was deployed before is not pending again, also after a restart", async () => {
    const older = { commit: under.github.first, rolledBackFrom: commit, relation: "behind", epoch: 1 } as const;
    await apply(message("GitRepoReady", { commit: under.github.first, relation: "first" }));
    under.restart();
    await apply(message("GitRepoDeploying", older));
    expect(shown(under.github.first)).toEqual(["success Deployed to 40/40 clusters"]);
  });

  test("to a commit that runs, from one that GitHub has no longer, is told with a remark", async () => {
    const gone = "1".repeat(40);
    const outcome = await apply(message("GitRepoRolledBack", { commit: gone, rolledBackTo: under.github.first, createdMs: 0 }));
    expect(outcome).toMatchObject({
      kind: "delivered",
      remark: expect.stringContaining("not shown on 1111111: GitHub 422") as string,
    });
    expect(shown(under.github.first)).toHaveLength(1);
  });
});

describe("what cannot be", () => {
  test("a commit that GitHub does not know yet is tried again soon; after 5 min it is parked", async () => {
    const { shop, world, advance } = under.github;
    shop.hideCommit(commit);
    const said = message("GitRepoReady");
    expect(await apply(said)).toMatchObject({
      kind: "retry",
      notBeforeMs: world.now() + limits.askUnknownCommitMs,
      endpointUntilMs: 0,
    });
    advance(limits.commitUnknownForNowMs);
    expect(await apply(said)).toMatchObject({
      kind: "park",
      code: "Refused",
      reason: expect.stringContaining("No commit found") as string,
    });
    shop.revealCommit(commit);
    expect(await apply(said)).toEqual({ kind: "delivered" });
  });

  test("a pull request's head that is gone holds up nothing else", async () => {
    const [pullRequest] = sampleMessage("GitRepoReady").pullRequests;
    const pullRequests = [
      { ...pullRequest!, headSha: "2".repeat(40) },
      { ...pullRequest!, headSha: under.github.first },
    ];
    const outcome = await apply(message("GitRepoReady", { pullRequests, createdMs: 0 }));
    expect(outcome).toMatchObject({ kind: "delivered", remark: expect.stringContaining("2222222") as string });
    expect(shown(under.github.first)).toEqual(["success Deployed to 40/40 clusters"]);
  });

  test("a commit that has its 1000 statuses is parked in GitHub's words, and the others are written", async () => {
    const { shop, world, first } = under.github;
    const ada = { account: world.account("ada"), appId: null };
    for (let index = 0; index < 1_000; index += 1) shop.postStatus(commit, { state: "pending", context }, ada);
    const fates = [{ commit: first, fate: "deployed" }] as const;
    const outcome = await apply(message("GitRepoReady", { fates }));
    expect(outcome).toMatchObject({
      kind: "park",
      code: "Refused",
      reason: expect.stringContaining("This SHA and context has reached the maximum number of statuses.") as string,
    });
    expect(shown(first)).toEqual([`success Deployed with ${commit.slice(0, 7)} to 40/40 clusters`]);
  });

  test("a repository that is not there is found out by one request, however many commits are to be written", async () => {
    const fates = Array.from({ length: 50 }, (_, index) => ({ commit: `${index}`.padStart(40, "a"), fate: "deployed" }) as const);
    const attempt = attemptOf(config, message("GitRepoReady", { fates }), {
      repository: { ...acmeShop, name: "gone" },
    });
    expect(await commitStatus.apply(attempt, under.io(), neverAborted)).toMatchObject({ kind: "park", code: "NotFound" });
    expect(under.github.world.requests).toHaveLength(1);
  });

  test("a missing permission parks, and names it", async () => {
    const { id } = under.github.world.install("acme/shop", { metadata: "read", contents: "read" });
    const octokit = under.github.octokit(under.github.world.installations.createToken(id).token);
    const io = under.io({ github: async () => octokit });
    const outcome = await commitStatus.apply(attemptOf(config, message("GitRepoReady")), io, neverAborted);
    expect(outcome).toMatchObject({
      kind: "park",
      code: "Refused",
      reason: expect.stringMatching(/not accessible by integration.*Grant/) as string,
    });
  });

  test("a list that was cut off is not taken for an empty one", async () => {
    nock(under.github.url)
      .get(/statuses/)
      .query(true)
      .reply(200, '[{"id":1,', { "content-type": "application/json" });
    expect(await apply(message("GitRepoReady", { relation: "same" }))).toMatchObject({
      kind: "retry",
      reason: "GitHub's answer was cut off",
    });
    expect(under.github.world.requests).toEqual([]);
  });

  test("a rate limit rests the endpoint until it is over, and what was known of the slot stays known", async () => {
    await apply(message("GitRepoDeploying"));
    under.github.world.fault({ kind: "secondaryLimit", retryAfterSeconds: 30, times: 1 });
    const untilMs = under.github.world.now() + 30_000;
    const outcome = await apply(message("GitRepoReady", { relation: "same" }));
    expect(outcome).toMatchObject({ kind: "retry", notBeforeMs: untilMs, endpointUntilMs: untilMs });
    await apply(message("GitRepoReady", { relation: "same" }));
    expect(gets()).toBe(0);
    expect(shown(commit)).toHaveLength(2);
  });

  test("no repository on GitHub, or no App there, parks with the remedy", async () => {
    const nowhere = attemptOf(config, message("GitRepoReady"), { repository: null });
    expect(await commitStatus.apply(nowhere, under.io(), neverAborted)).toMatchObject({ kind: "park", code: "NotOnGitHub" });
    const io = under.io({ github: () => Promise.reject(new NotInstalledError("Install it there")) });
    expect(await commitStatus.apply(attemptOf(config, message("GitRepoReady")), io, neverAborted)).toEqual({
      kind: "park",
      code: "NotInstalled",
      reason: "Install it there",
    });
  });
});
