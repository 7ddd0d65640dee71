import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleCommitStatus } from "../../test/samples/commit-status.ts";
import {
  attemptOf,
  destinationUnderTest,
  neverAborted,
  type DestinationUnderTest,
} from "../../test/github/destination-under-test.ts";
import type { Message } from "../core/message/message.ts";
import { type SampleChanges, sampleMessage } from "../core/message/sample-message.ts";
import type { CommitStatusConfig } from "../core/notification/rule.ts";
import { lengthOf } from "../core/template/cut.ts";
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

async function apply(targetUrl: string, { verify = false, ...changes }: SampleChanges & { verify?: boolean } = {}) {
  return await applyWith({ targetUrl }, { message: messageOf("GitRepoReady", changes), verify });
}
const messageOf = (event: Message["event"], changes: SampleChanges = {}) => {
  return sampleMessage(event, { commit, epoch: 0, pullRequests: [], createdMs: under.github.world.now(), ...changes });
};
async function applyWith(
  written: Partial<CommitStatusConfig>,
  { message, verify = false }: { message: Message; verify?: boolean },
) {
  return await commitStatus.apply(
    attemptOf({ ...sampleCommitStatus, ...written }, message, { verify }),
    under.io(),
    neverAborted,
  );
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

/** `context · state description`, newest first. */
const shown = () => under.github.world.statuses("acme/shop", commit).map((it) => `${it.context} · ${it.state} ${it.description}`);

test("context and description are what is written; a description knows the text by default", async () => {
  const written = {
    context: "deploy/{{target.name}}/{{gitRepo.name}}",
    description: "{{#if rollout.failure}}Broken. {{/if}}{{status.description}} ({{short commit}}, {{status.state}})",
  };
  await applyWith(written, { message: messageOf("GitRepoReady", { target: "prod" }) });
  expect(shown()).toEqual([`deploy/prod/shop · success Deployed to 40/40 clusters (${commit.slice(0, 7)}, success)`]);
});

test("a description is one line of at most 140 code points, whatever is inserted", async () => {
  const gitRepo = { ...sampleMessage("GitRepoReady").gitRepo, branch: "a\r\nX-Evil: 1\u202e".repeat(20) };
  await applyWith({ description: "🚀 {{gitRepo.branch}}" }, { message: messageOf("GitRepoReady", { gitRepo }) });
  const [description = ""] = under.github.world.statuses("acme/shop", commit).map((it) => it.description ?? "");
  expect(lengthOf(description)).toBe(140);
  expect(description).not.toMatch(/[\r\n\u202e]/);
});

test("after a step back the description of the older commit is about the older one", async () => {
  const older = under.github.first;
  const message = messageOf("GitRepoRolledBack", { rolledBackTo: older });
  await applyWith({ description: "{{type}} {{short commit}}" }, { message });
  const of = (sha: string) => under.github.world.statuses("acme/shop", sha).map((it) => it.description);
  expect(of(commit)).toEqual([`GitRepoRolledBack ${commit.slice(0, 7)}`]);
  expect(of(older)).toEqual([`GitRepoReady ${older.slice(0, 7)}`]);
});

test("a commit that shares what became of another one keeps our words", async () => {
  const fates = [{ commit: under.github.first, fate: "deployed" }] as const;
  await applyWith({ description: "{{short commit}} runs" }, { message: messageOf("GitRepoReady", { fates }) });
  const [status] = under.github.world.statuses("acme/shop", under.github.first);
  expect(status?.description).toBe(`Deployed with ${commit.slice(0, 7)} to 40/40 clusters`);
});

test("a context that comes out empty, or as a template, parks the message", async () => {
  const parked = { kind: "park", code: "TemplateFailed", reason: "The template of commitStatus.context makes no name" };
  const message = messageOf("GitRepoReady");
  expect(await applyWith({ context: "{{target.name}}" }, { message })).toEqual(parked);
  expect(await applyWith({ context: '{{"{{x}}"}}' }, { message })).toEqual(parked);
  expect(shown()).toEqual([]);
});
