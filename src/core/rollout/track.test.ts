import { expect, test } from "vitest";
import { bundle, bundleDeployment, gitRepo, job, type Rollout, shaOf } from "../../../bench/rollout-objects.ts";
import { Inventory } from "../fleet/inventory.ts";
import { project } from "../fleet/project.ts";
import { newMemory, track } from "./track.ts";

const rollout: Rollout = { gitRepo: "shop", commit: shaOf("shop"), repo: "https://github.com/acme/shop", clusters: ["c0"] };
/** When the Job has completed, as it says itself. */
const completedMs = Date.parse("2026-11-23T13:11:49Z");

/** A GitRepo that follows its branch, whose Job and bundles the watches have brought; `poll` brings the GitRepo with a later poll and says whether the commit is confirmed. */
function applied() {
  const inventory = new Inventory();
  const memory = newMemory();
  let now = completedMs + 1_000;
  const put = (object: { readonly metadata: object }, uid: string) => {
    const record = project({ ...object, metadata: { ...object.metadata, uid, generation: 1 } });
    if (record !== null) inventory.apply({ kind: "put", record });
  };
  const poll = (polledMs: number) => {
    const { spec, status, ...rest } = gitRepo(rollout);
    const { revision: _, ...followed } = spec;
    put(
      { ...rest, spec: followed, status: { ...status, lastPollingTriggered: new Date(polledMs).toISOString() } } as never,
      "shop",
    );
    const view = inventory.view("shop");
    if (view === null) throw new Error("there is no GitRepo");
    now += 1_000;
    track(memory, view, now);
    return memory.confirmedMs !== Infinity;
  };
  put(job(rollout, { uid: "shop", generation: 1 }), "shop-job");
  put(bundle(rollout), "shop-bundle");
  put(bundleDeployment(rollout, "c0", "ready"), "shop-deployment");
  return { poll };
}

test("a poll that was made before the commit's Job had completed confirms nothing, however late the watch brings it", () => {
  const { poll } = applied();
  expect(poll(completedMs - 16_000)).toBe(false);
  expect(poll(completedMs - 1_000)).toBe(false);
  // Whole seconds: it may have been before.
  expect(poll(completedMs)).toBe(false);
  expect(poll(completedMs + 14_000)).toBe(true);
});

test("counter-test: what had been polled when A first held confirms nothing, the next poll does", () => {
  const { poll } = applied();
  expect(poll(completedMs + 1_000)).toBe(false);
  expect(poll(completedMs + 2_000)).toBe(true);
});
