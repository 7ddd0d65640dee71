import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RecordedHistory } from "./git-recorded-history.ts";
import { createGitHubWorld, type GitHubWorld } from "./github.ts";
import { GitHubError } from "./github-error.ts";
import type { GitHubRepository, Writer } from "./github-repository.ts";

let world: GitHubWorld;
let shop: GitHubRepository;
let first: string;
let bot: Writer;
let nowMs = 0;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 23, 12);
  world = createGitHubWorld({ now: () => nowMs });
  shop = await world.createRepository("acme/shop");
  first = await shop.git.commit({ "fleet.yaml": "one" });
  bot = { account: world.installations.app.bot, appId: world.installations.app.id };
});
afterEach(() => world.close());

function refusal(act: () => unknown): GitHubError {
  try {
    act();
  } catch (error) {
    if (error instanceof GitHubError) return error;
  }
  throw new Error("It was not refused.");
}

describe("commit statuses (github-facts §1.1)", () => {
  test("are listed newest first, and the newest of a context counts, whatever its case", () => {
    shop.postStatus(first, { state: "pending", context: "Fleet/shop" }, bot);
    shop.postStatus(first, { state: "success", context: "fleet/SHOP" }, bot);
    shop.postStatus(first, { state: "failure", context: "other" }, bot);
    expect(world.statuses("acme/shop", first).map(({ state }) => state)).toEqual(["failure", "success", "pending"]);
    expect([...world.latestStatuses("acme/shop", first).values()].map(({ state }) => state)).toEqual(["success", "failure"]);
  });

  test("a description of 140 code points is taken, one of 141 is refused", () => {
    shop.postStatus(first, { state: "success", description: "😀".repeat(140) }, bot);
    const { status, errors } = refusal(() => shop.postStatus(first, { state: "success", description: "x".repeat(141) }, bot));
    expect(status).toBe(422);
    expect(errors[0]).toMatchObject({ resource: "Status", code: "custom", field: "description" });
    expect(errors[0]?.message).toBe("description is too long (maximum is 140 characters)");
  });

  test("the 1,001st status of a commit and context is refused, of another context it is not", () => {
    for (let count = 0; count < 1000; count += 1) shop.postStatus(first, { state: "pending", context: "fleet" }, bot);
    const { status, errors } = refusal(() => shop.postStatus(first, { state: "pending", context: "FLEET" }, bot));
    expect([status, errors[0]?.message]).toEqual([422, "This SHA and context has reached the maximum number of statuses."]);
    shop.postStatus(first, { state: "pending", context: "another" }, bot);
  });

  test("a commit that the API does not know is refused, for good or for now", () => {
    const unknown = "0".repeat(40);
    expect(refusal(() => shop.postStatus(unknown, { state: "success" }, bot)).message).toBe(
      `No commit found for SHA: ${unknown}`,
    );
    shop.hideCommit(first, nowMs + 5_000);
    expect(refusal(() => shop.postStatus(first, { state: "success" }, bot)).status).toBe(422);
    nowMs += 5_000;
    shop.postStatus(first, { state: "success" }, bot);
  });

  test("a branch's name is no SHA to post to", () => {
    expect(refusal(() => shop.postStatus("main", { state: "success" }, bot)).status).toBe(422);
  });
});

describe("pull requests", () => {
  test("merged in each way, belong to the commits that they brought in", async () => {
    for (const method of ["merge", "squash", "rebase"] as const) {
      const { number } = await shop.openPullRequest({ title: `By ${method}` }, { [method]: "1" });
      await shop.pushToPullRequest(number, { [method]: "2" });
      const before = shop.history.head("main")!;
      const { mergeCommitSha, mergedMs, state } = await shop.mergePullRequest(number, method);
      expect([state, mergedMs, shop.history.head("main")]).toEqual(["closed", nowMs, mergeCommitSha]);
      for (const sha of await shop.history.range(before, mergeCommitSha!)) {
        expect((await shop.associatedPullRequests(sha)).map((each) => each.number)).toEqual([number]);
      }
    }
    expect(await shop.associatedPullRequests(first)).toEqual([]);
  });

  test("that are open belong to their commits; what came in through two belongs to both", async () => {
    const outer = await shop.openPullRequest({ title: "Outer", branch: "outer" }, { outer: "1" });
    const inner = await shop.openPullRequest({ title: "Inner", branch: "inner", base: "outer" }, { inner: "1" });
    expect((await shop.associatedPullRequests(inner.headSha)).map(({ number }) => number)).toEqual([inner.number]);
    await shop.mergePullRequest(inner.number);
    await shop.git.merge("outer", { into: "main" });
    const merged = await shop.openPullRequest({ title: "Later", branch: "later" }, { later: "1" });
    expect((await shop.associatedPullRequests(merged.headSha)).map(({ number }) => number)).toEqual([merged.number]);
    expect(outer.state).toBe("open");
  });

  test("stay associated with a commit that a force-push took away", async () => {
    const { number } = await shop.openPullRequest({ title: "Gone" }, { gone: "1" });
    const { mergeCommitSha } = await shop.mergePullRequest(number);
    await shop.git.forcePush("main", first);
    expect((await shop.associatedPullRequests(mergeCommitSha!)).map((each) => each.number)).toEqual([number]);
  });
});

describe("comments (github-facts §1.4)", () => {
  test("are ascending by id, by the App's bot, and edited in place", async () => {
    const { number } = await shop.openPullRequest({ title: "One" }, { one: "1" });
    const one = shop.createComment(number, "one", bot);
    shop.createComment(number, "two", bot);
    nowMs += 1_000;
    shop.editComment(one.id, "one, edited");
    const comments = world.comments("acme/shop", number);
    expect(comments.map(({ body }) => body)).toEqual(["one, edited", "two"]);
    expect(comments[0]).toMatchObject({
      author: { login: "signalman[bot]", type: "Bot" },
      updatedMs: nowMs,
      createdMs: nowMs - 1_000,
    });
  });

  test("a body of 65,536 is taken, one more is refused", async () => {
    const { number } = await shop.openPullRequest({ title: "One" }, { one: "1" });
    shop.createComment(number, "x".repeat(65_536), bot);
    const { status, errors } = refusal(() => shop.createComment(number, "x".repeat(65_537), bot));
    expect([status, errors[0]?.resource]).toEqual([422, "IssueComment"]);
    expect(errors[0]?.message).toBe("Body is too long (maximum is 65536 characters)");
  });

  test("locked is 403, gone is 410, unknown is 404", async () => {
    const { number } = await shop.openPullRequest({ title: "One" }, { one: "1" });
    const { id } = shop.createComment(number, "one", bot);
    shop.setConversation(number, "locked");
    expect(refusal(() => shop.createComment(number, "two", bot)).status).toBe(403);
    shop.setConversation(number, "gone");
    expect(refusal(() => shop.createComment(number, "two", bot)).status).toBe(410);
    expect(refusal(() => shop.editComment(id, "two")).status).toBe(410);
    expect(refusal(() => shop.createComment(99, "two", bot)).status).toBe(404);
    shop.issueComments.delete(id);
    expect(refusal(() => shop.editComment(id, "two")).status).toBe(404);
  });
});

describe("a repository with a recorded history", () => {
  test("has the recording's SHAs, statuses and pull requests, and cannot be committed to", async () => {
    const [one, two] = ["1".repeat(40), "2".repeat(40)] as const;
    const commits = [
      { sha: one, parents: [], message: "one" },
      { sha: two, parents: [one], message: "two (#7)" },
    ];
    const recorded = await world.createRepository("acme/s02", { history: new RecordedHistory(commits, { main: one }) });
    recorded.recordMergedPullRequest({ number: 7, title: "two", headSha: "3".repeat(40), mergeCommitSha: two });
    await recorded.history.setBranch("main", two);
    recorded.postStatus(two, { state: "success" }, bot);
    expect(world.statuses("acme/s02", two)).toHaveLength(1);
    expect((await recorded.associatedPullRequests(two)).map(({ number }) => number)).toEqual([7]);
    expect(await recorded.associatedPullRequests(one)).toEqual([]);
    expect(() => recorded.git).toThrow("recorded history");
  });
});

describe("repositories", () => {
  test("keep their id under a new name; the old name is a former one until it is taken again", async () => {
    world.renameRepository("acme/shop", "acme/store");
    expect(world.repository("ACME/Store").id).toBe(shop.id);
    expect(world.findRepository("acme/shop")).toBeNull();
    expect(world.renamedRepository("acme/shop")?.id).toBe(shop.id);
    const other = await world.createRepository("acme/shop");
    expect(world.repository("acme/shop").id).toBe(other.id);
  });

  test("one that is not there is named with those that are", () => {
    expect(() => world.repository("acme/nothing")).toThrow(
      'No repository "acme/nothing" in the simulated GitHub. There is: acme/shop.',
    );
  });
});
