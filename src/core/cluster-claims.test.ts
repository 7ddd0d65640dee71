import { describe, expect, test } from "vitest";
import { ClusterClaims } from "./cluster-claims.ts";
import { Inventory } from "./fleet/inventory.ts";
import { project } from "./fleet/project.ts";
import type { BundleDeploymentRecord, FleetKind } from "./fleet/record.ts";
import { targetSetOf } from "./notification/target-set.ts";

const set = targetSetOf(
  {
    destinations: [],
    targets: [
      { name: "prod", match: { clusterGroup: "prod" } },
      { name: "one", match: { clusterName: "c1" } },
    ],
  },
  null,
);

class Fleet {
  readonly inventory = new Inventory();
  readonly claims = new ClusterClaims();

  put(kind: FleetKind, name: string, fields: Readonly<Record<string, unknown>>): void {
    const { labels = {}, ...rest } = fields;
    const record = project({ kind, metadata: { uid: `${kind}-${name}`, namespace: "fleet-default", name, labels }, ...rest });
    if (record !== null) this.inventory.apply({ kind: "put", record });
  }

  claimOn(clusterName: string, now: number) {
    const deployment = { clusterNamespace: "fleet-default", clusterName } as BundleDeploymentRecord;
    return this.claims.claimOn(set, { deployment, inventory: this.inventory }, now);
  }
}

const prodGroup = { spec: { selector: { matchLabels: { stage: "prod" } } } };

describe("which target has which cluster (design §3)", () => {
  test("the first target that matches claims it; what none claims is the unnamed one's", () => {
    const fleet = new Fleet();
    fleet.put("ClusterGroup", "prod", prodGroup);
    fleet.put("Cluster", "c1", { labels: { stage: "prod" } });
    fleet.put("Cluster", "c2", {});
    expect(fleet.claimOn("c1", 0)?.target).toBe("prod");
    expect(fleet.claimOn("c2", 0)?.target).toBe("");
  });

  test("a cluster moves when its labels or a group change, and says when and from where", () => {
    const fleet = new Fleet();
    fleet.put("Cluster", "c1", { labels: { stage: "prod" } });
    expect(fleet.claimOn("c1", 1_000)).toMatchObject({ target: "one", movedMs: -Infinity });
    fleet.put("ClusterGroup", "prod", prodGroup);
    expect(fleet.claimOn("c1", 2_000)).toMatchObject({ target: "prod", from: "one", movedMs: 2_000 });
    fleet.put("Cluster", "c1", { labels: { stage: "prod" }, status: { agent: { lastSeen: "2026-11-23T12:00:00Z" } } });
    expect(fleet.claimOn("c1", 3_000)).toMatchObject({ target: "prod", movedMs: 2_000 });
    fleet.put("Cluster", "c1", { labels: {} });
    expect(fleet.claimOn("c1", 4_000)).toMatchObject({ target: "one", from: "prod", movedMs: 4_000 });
  });

  test("a cluster that went keeps its target; one that was never seen has none", () => {
    const fleet = new Fleet();
    fleet.put("Cluster", "c1", {});
    expect(fleet.claimOn("c1", 0)?.target).toBe("one");
    fleet.inventory.apply({ kind: "remove", recordKind: "Cluster", uid: "Cluster-c1" });
    expect(fleet.claimOn("c1", 0)?.target).toBe("one");
    expect(fleet.claimOn("c9", 0)).toBeNull();
  });

  test("a group without a selector, or with one that does not parse, has no clusters (as in Fleet)", () => {
    const fleet = new Fleet();
    fleet.put("Cluster", "c2", { labels: { stage: "prod" } });
    fleet.put("ClusterGroup", "prod", { spec: {} });
    expect(fleet.claimOn("c2", 0)?.target).toBe("");
    fleet.put("ClusterGroup", "prod", { spec: { selector: { matchExpressions: [{ key: "stage", operator: "Like" }] } } });
    expect(fleet.claimOn("c2", 0)?.target).toBe("");
    fleet.put("ClusterGroup", "prod", { spec: { selector: {} } });
    expect(fleet.claimOn("c2", 0)?.target).toBe("prod");
  });
});
