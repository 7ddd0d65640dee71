import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commentRows, rowOf } from "../../src/core/delivery/comment-rows.ts";
import { type DeliveryState, newDeliveryState, openStream } from "../../src/core/delivery/state.ts";
import type { StreamState } from "../../src/core/delivery/stream.ts";
import type { PullRequest } from "../../src/core/history/relation.ts";
import type { Message } from "../../src/core/message/message.ts";
import { sampleMessage } from "../../src/core/message/sample-message.ts";
import { pullRequestComment } from "../../src/destinations/pull-request-comment.ts";
import { attemptOf, type DestinationUnderTest, destinationUnderTest, neverAborted } from "./destination-under-test.ts";

let under: DestinationUnderTest;
let state: DeliveryState;
let pullRequest: PullRequest;
beforeEach(async () => {
  under = await destinationUnderTest();
  state = newDeliveryState("");
  const { shop } = under.github;
  const { number, title } = await shop.openPullRequest({ title: "Change" }, { file: "x" });
  const { headSha, mergeCommitSha } = await shop.mergePullRequest(number, "squash");
  pullRequest = { number, headSha, mergeCommit: mergeCommitSha ?? "", title, url: "" };
});
afterEach(async () => {
  await under.close();
  expect(under.github.world.violations).toEqual([]);
});

interface Told {
  readonly stream: StreamState;
  readonly message: Message;
}

/** A GitRepo of acme/shop, and what it has to say of the commit that the pull request came in with. */
function gitRepo(name: string, event: Message["event"] = "GitRepoReady"): Told {
  const notification = { kind: "Notification", namespace: "fleet-default", name: "n" } as const;
  const identity = {
    notification,
    destination: "pr",
    gitRepoNamespace: "fleet-default",
    gitRepoName: name,
    target: "",
    subject: "",
  };
  const opened = openStream(state, identity);
  const repo = "https://github.com/acme/shop";
  const stream = Object.assign(opened, { destinationType: "pullRequestComment", repo });
  const sample = sampleMessage(event, { target: "", commit: pullRequest.mergeCommit, pullRequests: [pullRequest] });
  return { stream, message: { ...sample, gitRepo: { ...sample.gitRepo, namespace: "fleet-default", name } } };
}

async function tell({ stream, message }: Told): Promise<void> {
  const io = under.io({
    rows: ({ mergeCommit }) =>
      commentRows(state, { stream, message, mergeCommit }, (base, head) => (base === head ? "same" : "behind")),
  });
  expect(await pullRequestComment.apply(attemptOf({ type: "pullRequestComment", body: "" }, message), io, neverAborted)).toEqual({
    kind: "delivered",
  });
  stream.row = rowOf(message);
}

/** "GitRepo state" of every row of every comment. */
function shown(): string[][] {
  const comments = under.github.world.comments("acme/shop", pullRequest.number);
  const cells = (row: string) => row.split("|").map((it) => it.trim());
  const rows = comments.map((it) => it.body.split("\n").filter((line) => line.includes("fleet-default/")));
  return rows.map((it) => it.map((row) => `${cells(row)[1]} ${cells(row)[3]}`));
}

describe("two GitRepos of one repository share one comment, with a row each", () => {
  test("one after the other, whichever edits it", async () => {
    await tell(gitRepo("shop"));
    const pay = gitRepo("pay", "GitRepoFailed");
    await tell(pay);
    expect(shown()).toEqual([["fleet-default/pay ❌ Failed", "fleet-default/shop ✅ Deployed"]]);
    await tell({ ...pay, message: gitRepo("pay").message });
    expect(shown()).toEqual([["fleet-default/pay ✅ Deployed", "fleet-default/shop ✅ Deployed"]]);
  });

  test("both at once: none makes a comment of its own, and none undoes the other's row", async () => {
    const both = [gitRepo("shop"), gitRepo("pay")];
    for (const { stream, message } of both) {
      stream.queue = [message];
      stream.head.phase = "sending";
    }
    await Promise.all(both.map(tell));
    expect(shown()).toEqual([["fleet-default/pay ✅ Deployed", "fleet-default/shop ✅ Deployed"]]);
    expect(under.github.world.requests.filter((it) => it.method !== "GET")).toHaveLength(1);
  });
});
