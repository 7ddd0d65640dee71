import { afterEach, beforeEach, expect, test } from "vitest";
import {
  attemptOf,
  destinationUnderTest,
  neverAborted,
  type DestinationUnderTest,
} from "../../test/github/destination-under-test.ts";
import type { Outcome } from "../core/delivery/outcome.ts";
import type { Message } from "../core/message/message.ts";
import { type SampleChanges, sampleMessage } from "../core/message/sample-message.ts";
import { deployment } from "./deployment.ts";

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

const message = (event: Message["event"], changes: SampleChanges = {}) =>
  sampleMessage(event, { commit, epoch: 0, pullRequests: [], createdMs: under.github.world.now(), ...changes });

interface Fields {
  readonly verify?: boolean;
  readonly stream?: string;
}
async function apply(said: Message, fields: Fields = {}, environment = ""): Promise<Outcome> {
  const attempt = attemptOf({ type: "deployment", environment }, said, fields);
  return await deployment.apply(attempt, under.io(), neverAborted);
}

/** Oldest first: "sha environment: states, oldest first". */
const shown = () =>
  under.github.shop.deployments
    .list({ sha: null, task: null, environment: null })
    .toReversed()
    .map(
      (it) =>
        `${it.sha.slice(0, 7)} ${it.environment}: ${it.statuses
          .map(({ state }) => state)
          .toReversed()
          .join(", ")}`,
    );
const at = (sha: string) => sha.slice(0, 7);
const fleet = "fleet/fleet-default/shop";

test("one for a rollout, with its statuses along the way; nothing is merged and no check is waited for", async () => {
  expect(await apply(message("GitRepoDeploying"))).toEqual({ kind: "delivered" });
  expect(await apply(message("GitRepoReady", { relation: "same" }))).toEqual({ kind: "delivered" });
  expect(shown()).toEqual([`${at(commit)} ${fleet}: in_progress, success`]);
  const made = under.github.world.requests.find((it) => it.method === "POST" && it.path.endsWith("/deployments"));
  expect(made?.status).toBe(201);
});

test("the one before is retired when the next one succeeds, not before", async () => {
  const older = under.github.first;
  await apply(message("GitRepoReady", { commit: older }));
  await apply(message("GitRepoDeploying"));
  expect(shown()).toEqual([`${at(older)} ${fleet}: success`, `${at(commit)} ${fleet}: in_progress`]);
  await apply(message("GitRepoReady", { relation: "same" }));
  expect(shown()).toEqual([`${at(older)} ${fleet}: success, inactive`, `${at(commit)} ${fleet}: in_progress, success`]);
});

test("no flip to an older one: after a step back the older commit has a new deployment, the newest of its environment", async () => {
  const older = under.github.first;
  await apply(message("GitRepoReady", { commit: older }));
  await apply(message("GitRepoReady"));
  await apply(message("GitRepoRolledBack", { rolledBackTo: older, epoch: 1 }));
  expect(shown().at(-1)).toBe(`${at(older)} ${fleet}: success`);
  expect(shown()[1]).toMatch(/: success, inactive$/);
});

test("another GitRepo's deployment in the same environment still runs: it is not retired", async () => {
  await apply(message("GitRepoReady", { commit: under.github.first }), { stream: "other" }, "prod");
  await apply(message("GitRepoReady"), { stream: "ours" }, "prod");
  expect(shown()).toEqual([`${at(under.github.first)} prod: success`, `${at(commit)} prod: success`]);
});

test("the environment's name is a template", async () => {
  await apply(message("GitRepoReady", { target: "prod" }), {}, "{{gitRepo.name}}-{{target.name}}");
  await apply(message("GitRepoReady", { target: "prod", commit: under.github.first }));
  expect(shown().map((it) => it.replace(/^\S+ (.*): .*$/, "$1"))).toEqual(["shop-prod", `${fleet} (prod)`]);
  const outcome = await apply(message("GitRepoReady"), {}, "{{target.name}}");
  expect(outcome).toMatchObject({
    kind: "park",
    code: "TemplateFailed",
    reason: expect.stringContaining("an empty name") as string,
  });
});

test.each([/\/deployments$/, /\/deployments\/\d+\/statuses$/])(
  "an answer that was lost (%s) makes no second one",
  async (path) => {
    under.github.world.fault({ kind: "resetAfter", match: { method: "POST", path }, times: 1 });
    expect((await apply(message("GitRepoReady"))).kind).toBe("unknown");
    under.restart();
    expect(await apply(message("GitRepoReady"), { verify: true })).toEqual({ kind: "delivered" });
    expect(await apply(message("GitRepoReady", { relation: "same" }))).toEqual({ kind: "delivered" });
    expect(shown()).toEqual([`${at(commit)} ${fleet}: success`]);
  },
);

test("a refusal after the deployment was made makes no second one either", async () => {
  under.github.world.fault({ kind: "serverError", status: 500, match: { method: "POST", path: /statuses$/ }, times: 1 });
  expect((await apply(message("GitRepoReady"))).kind).not.toBe("delivered");
  expect(await apply(message("GitRepoReady"), { verify: true })).toEqual({ kind: "delivered" });
  expect(shown()).toEqual([`${at(commit)} ${fleet}: success`]);
});

test("a commit that was replaced is closed with its fate; one that never had a deployment gets none", async () => {
  const older = under.github.first;
  await apply(message("GitRepoDeploying", { commit: older }));
  const never = await under.github.shop.git.commit({ "fleet.yaml": "three" }, { message: "Third" });
  const fates = [older, never].map((it) => ({ commit: it, fate: "deployed" as const }));
  await apply(message("GitRepoReady", { fates }));
  expect(shown()).toEqual([`${at(older)} ${fleet}: in_progress, inactive`, `${at(commit)} ${fleet}: success`]);
});
