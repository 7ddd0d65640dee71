import { describe, expect, test } from "vitest";
import { type KubernetesKind, kinds } from "../../simulator/world/kubernetes-kind.ts";
import { startMs, until, useSimulatedCluster, write } from "../../test/kubernetes/simulated-cluster.ts";
import type { FleetChange } from "../core/fleet/record.ts";
import type { NotificationChange } from "../core/notifications.ts";
import type { ReflectorProblem } from "./reflector.ts";
import { type FleetWatch, watchFleet } from "./watch-fleet.ts";

const cluster = useSimulatedCluster();

interface Watching {
  readonly watch: FleetWatch;
  readonly fleet: FleetChange[];
  readonly notifications: NotificationChange[];
  readonly problems: ReflectorProblem[];
}

async function watching(shard: string, work: (it: Watching) => Promise<void>): Promise<void> {
  const { client, clock } = cluster();
  const told: Omit<Watching, "watch"> = { fleet: [], notifications: [], problems: [] };
  const watch = watchFleet({
    client,
    clock,
    random: () => 0,
    shard,
    onFleetChange: (change) => told.fleet.push(change),
    onNotificationChange: (change) => told.notifications.push(change),
    onProblem: (problem) => told.problems.push(problem),
    onRecovered: () => {},
  });
  try {
    await work({ watch, ...told });
  } finally {
    await watch.stop();
  }
}

const labelsOf = (shard: string) => ({
  "fleet.cattle.io/repo-name": "shop",
  ...(shard === "" ? {} : { "fleet.cattle.io/shard-ref": shard }),
});

/** One object of each kind, with the shard's label. */
function writeAll(shard: string): void {
  const { objects } = cluster();
  const metadata = { namespace: "default", name: `shop${shard}`, labels: labelsOf(shard) };
  for (const kind of [kinds.gitRepo, kinds.bundle, kinds.bundleDeployment, kinds.cluster] as readonly KubernetesKind[])
    write(objects, kind, { metadata, spec: {} });
  const ownerReferences = [{ apiVersion: "fleet.cattle.io/v1alpha1", kind: "GitRepo", name: "shop", uid: "uid-of-shop" }];
  write(objects, kinds.job, { metadata: { ...metadata, ownerReferences }, spec: {} });
  write(objects, kinds.job, { metadata: { ...metadata, name: `somebody-elses${shard}` }, spec: {} });
}

const named = (changes: readonly FleetChange[]) =>
  changes.map((change) => (change.kind === "put" ? `${change.record.kind} ${change.record.name}` : "remove")).toSorted();

describe("what is followed", () => {
  test("is everything without a shard for the empty shard, but Jobs of GitRepos only, and every Cluster", async () => {
    writeAll("");
    writeAll("s1");
    await watching("", async ({ watch, fleet }) => {
      expect(await watch.synced).toBe(true);
      expect(named(fleet)).toEqual([
        "Bundle shop",
        "BundleDeployment shop",
        "Cluster shop",
        "Cluster shops1",
        "GitRepo shop",
        "Job shop",
      ]);
    });
  });

  test("is what has the shard's label for a shard, and every Cluster", async () => {
    writeAll("");
    writeAll("s1");
    await watching("s1", async ({ watch, fleet }) => {
      await watch.synced;
      expect(named(fleet)).toEqual([
        "Bundle shops1",
        "BundleDeployment shops1",
        "Cluster shop",
        "Cluster shops1",
        "GitRepo shops1",
        "Job shops1",
      ]);
    });
  });

  test("is told as gone with its kind and uid", async () => {
    writeAll("");
    const { objects } = cluster();
    await watching("", async ({ watch, fleet }) => {
      await watch.synced;
      const uid = objects.find(kinds.bundle, { namespace: "default", name: "shop" })?.metadata.uid;
      objects.remove(kinds.bundle, { namespace: "default", name: "shop" }, { nowMs: startMs });
      await until(() => fleet.some(({ kind }) => kind === "remove"));
      expect(fleet.at(-1)).toEqual({ kind: "remove", recordKind: "Bundle", uid });
    });
  });

  test("is not synced before every kind is: one that cannot be listed is named, with what to do", async () => {
    const { api, clock } = cluster();
    const missing = { kind: "status", code: 404, reason: "NotFound", message: "the server could not find the resource" } as const;
    const takeAway = api.faults.add({ fault: missing, when: ({ kind }) => kind?.plural === "notifications" });
    await watching("", async ({ watch, problems }) => {
      let isSynced = false;
      const synced = watch.synced.then((value) => (isSynced = value));
      await until(
        () =>
          problems.length === 1 &&
          watch.reflectors.filter(({ stats }) => stats.lists === 1).length === watch.reflectors.length - 1,
      );
      expect(problems[0]).toMatchObject({ path: "/apis/signalman.dev/v1alpha1/notifications", code: "KubernetesNotFound" });
      expect(problems[0]?.message).toContain("Install its CustomResourceDefinition");
      expect(isSynced).toBe(false);
      takeAway();
      clock.moveTo(startMs + 500);
      expect(await synced).toBe(true);
    });
  });
});

describe("Notifications", () => {
  const { notification, clusterNotification } = kinds;
  const identity = { namespace: "default", name: "deployments" };
  const spec = (name: string) => ({ spec: { destinations: [{ name }] } });

  test("are told whole, cluster-wide ones too, and as gone by their names", async () => {
    const { objects } = cluster();
    write(objects, notification, { metadata: identity, ...spec("status") });
    write(objects, clusterNotification, { metadata: { name: "all" }, ...spec("status") });
    await watching("s1", async ({ watch, notifications }) => {
      await watch.synced;
      expect(notifications.map((change) => (change.kind === "put" ? change.object : null))).toMatchObject([
        { kind: "Notification", metadata: identity, ...spec("status") },
        { kind: "ClusterNotification", metadata: { name: "all" } },
      ]);
      objects.remove(notification, identity, { nowMs: startMs });
      objects.remove(clusterNotification, { namespace: "", name: "all" }, { nowMs: startMs });
      await until(() => notifications.length === 4);
      expect(notifications.slice(2)).toEqual([
        { kind: "remove", notification: { kind: "Notification", ...identity } },
        { kind: "remove", notification: { kind: "ClusterNotification", namespace: "", name: "all" } },
      ]);
    });
  });

  test("are not told again because their status was written", async () => {
    const { objects } = cluster();
    write(objects, notification, { metadata: identity, ...spec("status") });
    await watching("", async ({ watch, notifications }) => {
      await watch.synced;
      const status = { ...identity, patch: { status: { observedGeneration: 1 } } };
      objects.patch(notification, status, { nowMs: startMs, subresource: "status" });
      objects.patch(notification, { ...identity, patch: spec("other") }, { nowMs: startMs });
      await until(() => notifications.length === 2);
      expect(notifications[1]).toMatchObject({ kind: "put", object: spec("other") });
    });
  });
});
