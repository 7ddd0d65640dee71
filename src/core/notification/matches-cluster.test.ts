import { describe, expect, test } from "vitest";
import { matchesCluster } from "./matches-cluster.ts";

const cluster = { name: "c-8xk2", displayName: "edge-7", labels: { stage: "prod", region: "eu" } };
const groups = new Set(["europe"]);
const matches = (match: Parameters<typeof matchesCluster>[0]) => matchesCluster(match, { cluster, groups });

describe("which clusters a target claims (fleet-facts: as Fleet's own targets)", () => {
  test.each([
    [{ clusterName: "c-8xk2" }, true],
    [{ clusterName: "edge-7" }, true],
    [{ clusterName: "edge-8" }, false],
    [{ clusterGroup: "europe" }, true],
    [{ clusterGroup: "asia" }, false],
    [{ clusterSelector: { matchLabels: { stage: "prod" } } }, true],
    [{ clusterSelector: { matchExpressions: [{ key: "stage", operator: "NotIn" as const, values: ["dev"] }] } }, true],
    [{ clusterSelector: {} }, true],
    [{ clusterSelector: { matchLabels: { stage: "dev" } } }, false],
  ])("%j: %s", (match, expected) => {
    expect(matches(match)).toBe(expected);
  });

  test("all that is given must fit", () => {
    expect(matches({ clusterGroup: "europe", clusterSelector: { matchLabels: { region: "eu" } } })).toBe(true);
    expect(matches({ clusterGroup: "europe", clusterSelector: { matchLabels: { region: "us" } } })).toBe(false);
  });
});
