import { expect, test } from "vitest";
import { asksForBundles, tellBundles } from "./bundle-news.ts";
import { newCoreState } from "./core-state.ts";
import { anyRepository } from "./notification/repository-policy.ts";
import { step } from "./delivery/step.ts";
import { sampleGitRepo, sampleRule } from "../../test/samples/rollout.ts";
import type { GitRepoView } from "./fleet/inventory.ts";
import type { BundleDeploymentRecord } from "./fleet/record.ts";
import { limits } from "./limits.ts";
import { wholeClaim } from "./rollout/scope.ts";
import { newMemory } from "./rollout/memory.ts";
import { newStanding, type Standing } from "./rollout/standing.ts";

const clusters = 2_500;
const now = Date.UTC(2026, 10, 23);
const rule = sampleRule("webhook", { on: new Set(["BundleFailed", "BundleDeployed"]) });

/** One bundle on many clusters; on all of them it failed long ago. */
function failedEverywhere() {
  const deployments = Array.from({ length: clusters }, (_, index) => {
    const place = {
      bundleNamespace: "fleet-default",
      bundleName: "web",
      clusterNamespace: "fleet-default",
      clusterName: `c${index}`,
    };
    return { kind: "BundleDeployment", uid: `uid-${index}`, ...place } as BundleDeploymentRecord;
  });
  const memory = newMemory();
  memory.key = { gitRepoUid: "u", commit: "a".repeat(40), generation: 1, forceSyncGeneration: 0 };
  const broken: Partial<Standing> = { code: "ErrApplied", errorMs: 0, brokenMs: 0, codeMs: 0, message: "no" };
  for (const { uid } of deployments) memory.deployments.set(uid, { ...newStanding("", undefined), ...broken });
  const bundleDeployments = new Map(deployments.map((it) => [it.uid, it]));
  const view = {
    gitRepo: sampleGitRepo(),
    bundles: new Map(),
    bundleDeployments,
    clusterOf: () => null,
  } as unknown as GitRepoView;
  const targets = [{ target: "", timing: rule.timing, modified: rule.modified }];
  return { view, memory, targets, claimOn: () => wholeClaim };
}

test("2,500 bundles that fail at once open no more streams than the bound; those that are gone make room for others", () => {
  expect(asksForBundles(rule)).toBe(true);
  const state = newCoreState({ shard: "", repositoryPolicy: anyRepository });
  const division = failedEverywhere();
  const told = new Set<string>();
  const pass = (at: number) => {
    const { wakeAtMs } = tellBundles(state, { rules: [rule], division }, at);
    const feed = (input: Parameters<typeof step>[1]): void => {
      for (const effect of step(state.delivery, input, at)) {
        if (effect.kind === "save") feed({ kind: "saved", namespace: effect.document.namespace, name: effect.document.name });
        if (effect.kind !== "send") continue;
        told.add(effect.send.message.cluster?.name ?? "");
        feed({ kind: "sent", stream: effect.send.stream, outcome: { kind: "delivered" } });
      }
    };
    feed(null);
    return wakeAtMs;
  };
  expect(pass(now)).toBe(now + limits.newsPauseMs);
  expect(state.delivery.streams.size).toBe(limits.newsStreamsMax);
  expect(told.size).toBe(limits.newsStreamsMax);
  pass(now + 1_000);
  expect(told.size).toBe(limits.newsStreamsMax);
  for (let index = 0; index < limits.newsStreamsMax; index += 1) {
    (division.view.bundleDeployments as Map<string, BundleDeploymentRecord>).delete(`uid-${index}`);
  }
  pass(now + 2_000);
  pass(now + 3_000);
  expect(told.size).toBe(2 * limits.newsStreamsMax);
  expect(state.delivery.streams.size).toBe(limits.newsStreamsMax);
});
