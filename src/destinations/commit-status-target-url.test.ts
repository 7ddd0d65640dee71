import { afterEach, beforeEach, expect, test } from "vitest";
import {
  attemptOf,
  destinationUnderTest,
  neverAborted,
  type DestinationUnderTest,
} from "../../test/github/destination-under-test.ts";
import { sampleMessage } from "../core/message/sample-message.ts";
import type { CommitStatusConfig } from "../core/notification/rule.ts";
import { commitStatus } from "./commit-status.ts";

let under: DestinationUnderTest;
let commit = "";
beforeEach(async () => {
  under = await destinationUnderTest();
  commit = await under.github.shop.git.commit({ "fleet.yaml": "two" }, { message: "Second" });
});
afterEach(async () => {
  await under.close();
  expect(under.github.world.violations).toEqual([]);
});

async function apply(targetUrl: string, changes: { verify?: boolean; target?: string } = {}) {
  const config: CommitStatusConfig = { type: "commitStatus", pullRequestHeads: true, targetUrl };
  const { target = "", ...fields } = changes;
  const createdMs = under.github.world.now();
  const message = sampleMessage("GitRepoReady", { commit, epoch: 0, pullRequests: [], createdMs, target });
  return await commitStatus.apply(attemptOf(config, message, fields), under.io(), neverAborted);
}
const urls = () => under.github.world.statuses("acme/shop", commit).map((it) => it.targetUrl);

test("a status leads where targetUrl says; what is inserted is percent-encoded", async () => {
  expect(await apply("https://x.example/{{gitRepo.name}}?commit={{commit}}&target={{target.name}}", { target: "a&b/c" })).toEqual(
    {
      kind: "delivered",
    },
  );
  expect(urls()).toEqual([`https://x.example/shop?commit=${commit}&target=a%26b%2Fc`]);
});

test("it leads nowhere without targetUrl", async () => {
  await apply("");
  expect(urls()).toEqual([null]);
});

test("the same status with the same targetUrl is not posted again after a restart or a lost answer; with another one it is", async () => {
  await apply("https://x.example/{{commit}}");
  under.restart();
  await apply("https://x.example/{{commit}}", { verify: true });
  expect(urls()).toEqual([`https://x.example/${commit}`]);
  under.restart();
  await apply("https://y.example/{{commit}}", { verify: true });
  expect(urls()).toEqual([`https://y.example/${commit}`, `https://x.example/${commit}`]);
});

test("a targetUrl that leads elsewhere by what is inserted parks the message, and nothing is posted", async () => {
  expect(await apply("https://x.example/{{target.name}}/y", { target: ".." })).toEqual({
    kind: "park",
    code: "TemplateFailed",
    reason: expect.stringContaining('a segment of the path is "." or ".."') as string,
  });
  expect(urls()).toEqual([]);
});
