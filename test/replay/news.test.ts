import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readRecording } from "../../src/commands/replay/recording.ts";
import { replayRecording } from "../../src/commands/replay/replay-recording.ts";
import { recordingsFolder } from "./replayed.ts";

/** What a webhook is told of a recording, as `event cluster commit`; `on` are the events that it asks for. */
async function told(
  scenario: string,
  on: readonly string[],
  { created = "", targets = [] }: { created?: string; targets?: readonly object[] } = {},
): Promise<readonly string[]> {
  const recording = await readRecording(resolve(recordingsFolder, `0.16.1-${scenario}.jsonl.gz`));
  const metadata = {
    name: "news",
    namespace: recording.meta.namespace,
    uid: "n-1",
    ...(created !== "" && { creationTimestamp: created }),
  };
  const destinations = [{ name: "hook", on, webhook: { url: "https://hooks.example.com/x" } }];
  const spec = { timing: { errorGrace: "10s" }, destinations, ...(targets.length > 0 && { targets }) };
  const notification = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata, spec };
  const lines: string[] = [];
  await replayRecording({ recording, commits: recording.meta.git, notifications: [notification] }, ({ event, request }) => {
    const { data } = request.body as { data: { summary: string } };
    lines.push(`${event} · ${data.summary}`);
  });
  return lines;
}

const bundles = ["BundleDeployed", "BundleFailed", "BundleDrifted"];

describe("what is told of single bundles on single clusters (design §4)", () => {
  test("a bundle that fails on d2 alone, and its recovery; what a commit does not change is not told", async () => {
    expect(await told("14-two-bundles-one-fails-on-one-cluster", bundles)).toMatchInlineSnapshot(`
      [
        "BundleFailed · fleet-default/s14: bundle s14-b on display-d2 failed: no matches for kind "Widget" in version "bench.example.test/v1"",
        "BundleDeployed · fleet-default/s14: bundle s14-a on display-d1 runs 646406e",
        "BundleDeployed · fleet-default/s14: bundle s14-b on display-d1 runs 646406e",
        "BundleDeployed · fleet-default/s14: bundle s14-a on display-d2 runs 646406e",
        "BundleDeployed · fleet-default/s14: bundle s14-b on display-d1 runs ae29b96",
        "BundleDeployed · fleet-default/s14: bundle s14-b on display-d2 runs ae29b96",
      ]
    `);
  });

  test("live resources that differ where drift correction is off, and that they were put right", async () => {
    expect(await told("12-drift", bundles)).toMatchInlineSnapshot(`
      [
        "BundleDeployed · fleet-default/s12: bundle s12-a on display-d1 runs 212dcf4",
        "BundleDeployed · fleet-default/s12: bundle s12-a on display-d2 runs 212dcf4",
        "BundleDrifted · fleet-default/s12: bundle s12-a on display-d1 was modified: configmap.v1 s12/cm-a modified",
        "BundleDeployed · fleet-default/s12: bundle s12-a on display-d1 runs 212dcf4",
      ]
    `);
  });

  test("a commit that changes nothing, while the one before is not settled yet: its bundles are told once, with it", async () => {
    expect(await told("03-readme-only", bundles)).toMatchInlineSnapshot(`
      [
        "BundleDeployed · fleet-default/s03: bundle s03-a on display-d1 runs 63e5666",
        "BundleDeployed · fleet-default/s03: bundle s03-a on display-d2 runs 63e5666",
      ]
    `);
  });
});

describe("what is told of a GitRepo itself (design §4)", () => {
  const lifecycle = ["GitRepoAdded", "GitRepoRemoved"];

  test("it was made, and deleted", async () => {
    expect(await told("21-gitrepo-deleted", lifecycle)).toEqual([
      "GitRepoAdded · fleet-default/s21: GitRepo added",
      "GitRepoRemoved · fleet-default/s21: GitRepo deleted",
    ]);
  });

  test("where targets have all of its clusters, the one without a name has none and tells it all the same", async () => {
    const targets = [{ name: "all", match: { clusterSelector: { matchLabels: {} } } }];
    expect(await told("21-gitrepo-deleted", lifecycle, { targets })).toEqual([
      "GitRepoAdded · fleet-default/s21: GitRepo added",
      "GitRepoRemoved · fleet-default/s21: GitRepo deleted",
    ]);
  });

  test("it was there before the Notification was", async () => {
    expect(await told("21-gitrepo-deleted", lifecycle, { created: "2030-01-01T00:00:00Z" })).toEqual([
      "GitRepoRemoved · fleet-default/s21: GitRepo deleted",
    ]);
  });
});

test("agents that are never heard of again are told as offline, each once", async () => {
  expect((await told("02-second-commit", ["ClusterOffline", "ClusterOnline"])).toSorted()).toEqual(
    ["d1", "d2", "d3"].map((it) => `ClusterOffline · cluster fleet-default/display-${it}: its agent has not checked in for long`),
  );
});
