import nock from "nock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  attemptOf,
  botLogin,
  destinationUnderTest,
  neverAborted,
  testInstance,
} from "../../test/github/destination-under-test.ts";
import type { DestinationUnderTest } from "../../test/github/destination-under-test.ts";
import { sampleRule } from "../../test/samples/rollout.ts";
import type { Outcome } from "../core/delivery/outcome.ts";
import type { PullRequest } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import { commentMarker } from "../core/message/comment-marker.ts";
import type { CommentRow } from "../core/message/comment-row.ts";
import { type SampleChanges, sampleMessage } from "../core/message/sample-message.ts";
import type { Rule } from "../core/notification/rule.ts";
import { NotInstalledError } from "../github/not-installed-error.ts";
import { pullRequestComment } from "./pull-request-comment.ts";

let under: DestinationUnderTest;
let rows: readonly CommentRow[] | null = [];
beforeEach(async () => {
  under = await destinationUnderTest();
  rows = [row({})];
});
afterEach(async () => {
  nock.cleanAll();
  await under.close();
  expect(under.github.world.violations).toEqual([]);
});

const row = (fields: Partial<CommentRow>): CommentRow => ({
  gitRepo: "fleet-default/shop",
  target: "prod",
  state: "deployed",
  commit: "4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f",
  rolledBackTo: "",
  ready: 3,
  total: 3,
  offline: 0,
  failed: 0,
  failedNames: [],
  failureMessage: "",
  changed: true,
  updatedMs: under.github.world.now(),
  ...fields,
});

/** Merged pull requests of the simulated repository. */
async function merged(count: number): Promise<PullRequest[]> {
  const { shop } = under.github;
  const pullRequests: PullRequest[] = [];
  for (let index = 0; index < count; index += 1) {
    const { number } = await shop.openPullRequest({ title: `Change ${index}` }, { [`file-${index}`]: "x" });
    const { headSha, mergeCommitSha, title } = await shop.mergePullRequest(number, "squash");
    pullRequests.push({ number, headSha, mergeCommit: mergeCommitSha ?? "", title, url: "" });
  }
  return pullRequests;
}

interface Applied {
  readonly pullRequests: readonly PullRequest[];
  readonly event?: "GitRepoReady" | "GitRepoDeploying";
  readonly changes?: SampleChanges;
  readonly verify?: boolean;
  readonly rule?: Rule;
}

async function apply({ pullRequests, event = "GitRepoReady", changes = {}, verify = false, rule }: Applied): Promise<Outcome> {
  const message = sampleMessage(event, { pullRequests, ...changes });
  const attempt = attemptOf({ type: "pullRequestComment", body: "" }, message, {
    verify,
    ...(rule === undefined ? {} : { rule }),
  });
  return await pullRequestComment.apply(attempt, under.io({ rows: () => rows }), neverAborted);
}

const comments = (number: number) => under.github.world.comments("acme/shop", number);
const writes = () => under.github.world.requests.filter((it) => it.method !== "GET").map((it) => it.method);
const marker = () => {
  const { notification, destination } = sampleRule("pullRequestComment");
  return commentMarker({ instance: testInstance, notification, destination });
};

describe("one comment for each pull request, edited in place", () => {
  test("created at the first outcome, then edited; nothing where it says the same, but for the time", async () => {
    const pullRequests = await merged(2);
    expect(await apply({ pullRequests })).toEqual({ kind: "delivered" });
    rows = [row({ updatedMs: under.github.world.now() + 60_000 })];
    await apply({ pullRequests });
    expect(writes()).toEqual(["POST", "POST"]);
    rows = [row({ state: "failed", failed: 1, failedNames: ["c1"], failureMessage: "field is immutable" })];
    await apply({ pullRequests });
    expect(writes()).toEqual(["POST", "POST", "PATCH", "PATCH"]);
    expect(comments(pullRequests[0]!.number)).toHaveLength(1);
    expect(comments(pullRequests[0]!.number)[0]?.body).toMatch(/^<!-- signalman:v1 .* -->\n### Deployments[\s\S]*❌ Failed/);
  });

  test("after a restart it is found again, and written only where it differs", async () => {
    const pullRequests = await merged(1);
    await apply({ pullRequests });
    under.restart();
    await apply({ pullRequests });
    expect(writes()).toEqual(["POST"]);
    under.restart();
    rows = [row({ ready: 2 })];
    await apply({ pullRequests, verify: true });
    expect(writes()).toEqual(["POST", "PATCH"]);
  });

  test("it is found on the second page", async () => {
    const [pullRequest] = await merged(1);
    const ada = { account: under.github.world.account("bob"), appId: null };
    for (let index = 0; index < 120; index += 1) under.github.shop.createComment(pullRequest!.number, `Talk ${index}`, ada);
    await apply({ pullRequests: [pullRequest!] });
    under.restart();
    rows = [row({ ready: 2 })];
    await apply({ pullRequests: [pullRequest!] });
    expect(writes()).toEqual(["POST", "PATCH"]);
  });

  test("a marker that somebody else planted, or that stands further down in ours, is not our comment", async () => {
    const [pullRequest] = await merged(1);
    const { shop, world } = under.github;
    shop.createComment(pullRequest!.number, `${marker()}\nours, he says`, { account: world.account("mallory"), appId: null });
    shop.createComment(pullRequest!.number, `See\n${marker()}`, { account: world.account(botLogin), appId: null });
    await apply({ pullRequests: [pullRequest!] });
    expect(writes()).toEqual(["POST"]);
    expect(comments(pullRequest!.number)[0]?.body).toContain("ours, he says");
  });

  test("two Notifications have a comment each", async () => {
    const pullRequests = await merged(1);
    await apply({ pullRequests });
    const notification = { kind: "Notification", namespace: "fleet-default", name: "other" } as const;
    await apply({ pullRequests, rule: sampleRule("pullRequestComment", { notification }) });
    expect(comments(pullRequests[0]!.number)).toHaveLength(2);
  });

  test("a comment that somebody deleted is written anew with the next outcome that differs", async () => {
    const pullRequests = await merged(1);
    await apply({ pullRequests });
    under.github.shop.issueComments.delete(comments(pullRequests[0]!.number)[0]!.id);
    rows = [row({ ready: 2 })];
    expect(await apply({ pullRequests })).toEqual({ kind: "delivered" });
    expect(comments(pullRequests[0]!.number).map((it) => it.body)).toEqual([expect.stringContaining("2/3")]);
  });

  test("what is in progress creates none, and edits the one that is there", async () => {
    const pullRequests = await merged(1);
    await apply({ pullRequests, event: "GitRepoDeploying" });
    expect(writes()).toEqual([]);
    await apply({ pullRequests });
    rows = [row({ state: "inProgress", ready: 1 })];
    await apply({ pullRequests, event: "GitRepoDeploying" });
    expect(writes()).toEqual(["POST", "PATCH"]);
  });

  test("without pull requests nothing is asked", async () => {
    expect(await apply({ pullRequests: [] })).toEqual({ kind: "delivered" });
    expect(under.github.world.requests).toEqual([]);
  });
});

describe("what goes wrong", () => {
  test("a POST whose answer was lost makes no second comment", async () => {
    const pullRequests = await merged(1);
    under.github.world.fault({ kind: "resetAfter", times: 1, match: { method: "POST" } });
    const settledMs = under.github.world.now() + limits.unknownOutcomeMs;
    expect(await apply({ pullRequests })).toMatchObject({ kind: "unknown", settledMs });
    expect(await apply({ pullRequests, verify: true })).toEqual({ kind: "delivered" });
    expect(comments(pullRequests[0]!.number)).toHaveLength(1);
  });

  test.each(["locked", "gone"] as const)("a conversation that is %s is remarked, and the others go on", async (state) => {
    const pullRequests = await merged(3);
    under.github.shop.setConversation(pullRequests[1]!.number, state);
    const outcome = await apply({ pullRequests });
    expect(outcome).toMatchObject({ kind: "delivered", remark: expect.stringContaining("no comment on #2: GitHub 4") as string });
    expect(pullRequests.map((it) => comments(it.number).length)).toEqual([1, 0, 1]);
  });

  test("a pull request that is not there is remarked too", async () => {
    const [pullRequest] = await merged(1);
    const outcome = await apply({ pullRequests: [{ ...pullRequest!, number: 99 }] });
    expect(outcome).toMatchObject({ kind: "delivered", remark: expect.stringContaining("#99") as string });
  });

  test("where it is the repository that is not there, nothing counts as told", async () => {
    const pullRequests = await merged(2);
    await under.github.world.deleteRepository("acme/shop");
    expect(await apply({ pullRequests })).toMatchObject({ kind: "park", code: "NotFound" });
  });

  test("a list that was cut off is not taken for an empty one", async () => {
    const pullRequests = await merged(1);
    nock(under.github.url)
      .get(/comments/)
      .query(true)
      .reply(200, '[{"id":1,', { "content-type": "application/json" });
    expect(await apply({ pullRequests })).toMatchObject({ kind: "retry", reason: "GitHub's answer was cut off" });
    expect(under.github.world.requests).toEqual([]);
  });

  test("a rate limit in the middle: the rest later, and nothing twice", async () => {
    const pullRequests = await merged(2);
    under.github.world.fault({ kind: "secondaryLimit", times: 1, match: { method: "POST", path: /\/issues\/2\// } });
    expect(await apply({ pullRequests })).toMatchObject({
      kind: "retry",
      endpointUntilMs: under.github.world.now() + limits.secondaryLimitMs,
    });
    expect(await apply({ pullRequests })).toEqual({ kind: "delivered" });
    expect(pullRequests.map((it) => comments(it.number).length)).toEqual([1, 1]);
  });

  test("a limit on an edit forgets nothing: the next try looks for no comment", async () => {
    const pullRequests = await merged(1);
    await apply({ pullRequests });
    rows = [row({ ready: 2 })];
    under.github.world.fault({ kind: "secondaryLimit", times: 1, match: { method: "PATCH" } });
    expect(await apply({ pullRequests })).toMatchObject({ kind: "retry" });
    expect(await apply({ pullRequests })).toEqual({ kind: "delivered" });
    const asked = under.github.world.requests.map((it) => it.method);
    expect(asked).toEqual(["GET", "POST", "PATCH", "PATCH"]);
  });

  test("a look for a deleted comment that fails has written nothing", async () => {
    const pullRequests = await merged(1);
    await apply({ pullRequests });
    under.github.shop.issueComments.delete(comments(pullRequests[0]!.number)[0]!.id);
    rows = [row({ ready: 2 })];
    under.github.world.fault({ kind: "serverError", status: 502, times: 1, match: { method: "GET" } });
    expect(await apply({ pullRequests })).toMatchObject({ kind: "retry" });
  });

  test("rows that history does not tell yet are waited for, not left out", async () => {
    const pullRequests = await merged(1);
    rows = null;
    expect(await apply({ pullRequests })).toMatchObject({ kind: "retry", endpointUntilMs: 0 });
    expect(writes()).toEqual([]);
  });

  test("not installed, or not on GitHub: an outcome parks though no pull request could be asked for", async () => {
    const attempt = attemptOf({ type: "pullRequestComment", body: "" }, sampleMessage("GitRepoReady", { pullRequests: [] }));
    const io = under.io({ github: () => Promise.reject(new NotInstalledError("Install it there")) });
    expect(await pullRequestComment.apply(attempt, io, neverAborted)).toMatchObject({ kind: "park", code: "NotInstalled" });
    const nowhere = { ...attempt, repository: null };
    expect(await pullRequestComment.apply(nowhere, io, neverAborted)).toMatchObject({ kind: "park", code: "NotOnGitHub" });
  });

  test("a missing permission is no locked conversation: it parks, and says which", async () => {
    const pullRequests = await merged(1);
    const { world } = under.github;
    const { id } = world.install("acme/shop", { metadata: "read", pull_requests: "read" });
    const { token } = world.installations.createToken(id);
    const attempt = attemptOf({ type: "pullRequestComment", body: "" }, sampleMessage("GitRepoReady", { pullRequests }));
    const io = under.io({
      rows: () => rows,
      github: async () => under.github.octokit(token),
      botLogin: async () => "signalman[bot]",
    });
    const outcome = await pullRequestComment.apply(attempt, io, neverAborted);
    expect(outcome).toMatchObject({
      kind: "park",
      code: "Refused",
      reason: expect.stringContaining("Resource not accessible") as string,
    });
  });
});
