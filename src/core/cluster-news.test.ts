import { describe, expect, test } from "vitest";
import { newCoreState } from "./core-state.ts";
import { anyRepository } from "./notification/repository-policy.ts";
import { dueMs, step, type CoreInput } from "./step.ts";
import type { DeliveryDocument } from "./delivery/delivery-document.ts";
import { projectCluster } from "./fleet/project-cluster.ts";

const startMs = Date.UTC(2026, 10, 23);
const minutes = (count: number) => count * 60_000;

const hook = (fields: object = {}) => ({
  name: "pager",
  on: ["ClusterOffline", "ClusterOnline"],
  webhook: { url: "https://pager.example.com" },
  ...fields,
});
const notification = (spec: object): CoreInput => {
  const metadata = { name: "clusters", namespace: "fleet-default", generation: 1 };
  return {
    kind: "notification",
    change: { kind: "put", object: { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata, spec } },
  };
};
const suspended = (isSuspended: boolean) => notification({ destinations: [hook()], suspend: isSuspended });
const removed: CoreInput = {
  kind: "notification",
  change: { kind: "remove", notification: { kind: "Notification", namespace: "fleet-default", name: "clusters" } },
};
const cluster = (name: string, lastSeenMs: number, labels: object = {}): CoreInput => {
  const metadata = { uid: name, namespace: "fleet-default", name, labels };
  const record = projectCluster({ metadata, status: { agent: { lastSeen: new Date(lastSeenMs).toISOString() } } });
  if (record === null) throw new Error("no cluster");
  return { kind: "fleet", change: { kind: "put", record } };
};

interface Setting {
  readonly shard?: string;
  readonly spec?: object;
  readonly documents?: readonly DeliveryDocument[];
  readonly now?: number;
  readonly clusters?: readonly CoreInput[];
}

/** A core around which saves succeed and sends are delivered at once. */
class Player {
  readonly told: string[] = [];
  readonly sequences: number[] = [];
  readonly stored = new Map<string, DeliveryDocument>();
  now = startMs;
  #state;

  constructor({ shard = "", spec = { destinations: [hook()] }, documents = [], now = startMs, clusters = [] }: Setting) {
    this.#state = newCoreState({ shard, repositoryPolicy: anyRepository });
    this.now = now;
    this.feed({ kind: "loaded", documents }, notification(spec), ...clusters, { kind: "synced" });
  }

  feed(...inputs: readonly CoreInput[]): void {
    for (const effect of step(this.#state, inputs, this.now)) {
      if (effect.kind === "save") {
        this.stored.set(effect.document.name, effect.document);
        this.feed({ kind: "saved", namespace: effect.document.namespace, name: effect.document.name });
      } else if (effect.kind === "send") {
        const { message, stream, rule } = effect.send;
        this.told.push(`${message.event} ${message.cluster?.name} by ${rule.target || "all"}`);
        this.sequences.push(message.sequence);
        this.feed({ kind: "sent", stream, outcome: { kind: "delivered" } });
      }
    }
  }

  get streams(): readonly string[] {
    return [...this.#state.delivery.streams.keys()].map((it) => it.split(":").at(-1) ?? "");
  }

  /** Lets time pass, waking whenever something is due. */
  until(ms: number): void {
    let wakes = 0;
    for (let due = dueMs(this.#state); due <= ms; due = dueMs(this.#state)) {
      wakes += 1;
      if (wakes > 1_000) throw new Error(`it is woken again and again, at ${due - startMs} ms`);
      this.now = Math.max(due, this.now + 1);
      this.feed();
    }
    this.now = ms;
    this.feed();
  }
}

describe("clusters that go offline and come back (design §4)", () => {
  test("the last check-in is older than 45 min: told once; back: told once; the stream is then forgotten, and goes on with greater numbers", () => {
    const player = new Player({ clusters: [cluster("c1", startMs)] });
    player.until(startMs + minutes(44));
    expect(player.told).toEqual([]);
    player.until(startMs + minutes(120));
    expect(player.told).toEqual(["ClusterOffline c1 by all"]);
    player.feed(cluster("c1", player.now));
    player.until(player.now + minutes(1));
    player.feed(cluster("c1", player.now));
    player.until(player.now + minutes(1));
    expect(player.told).toEqual(["ClusterOffline c1 by all", "ClusterOnline c1 by all"]);
    expect(player.streams).toEqual(["clusters"]);
    player.until(player.now + minutes(60));
    expect(player.told.at(-1)).toBe("ClusterOffline c1 by all");
    expect(player.sequences).toEqual(player.sequences.toSorted((one, other) => one - other));
    expect(new Set(player.sequences).size).toBe(3);
  });

  test("first sight: what was offline before is remembered; its return is told", () => {
    const player = new Player({ clusters: [cluster("c1", startMs - minutes(600)), cluster("new", 0)] });
    player.until(startMs + minutes(120));
    expect(player.told).toEqual([]);
    player.feed(cluster("c1", player.now));
    player.until(player.now + minutes(1));
    expect(player.told).toEqual(["ClusterOnline c1 by all"]);
  });

  test.each([
    ["suspended", suspended(true)],
    ["gone", removed],
  ])("what came back, and what went offline, while the Notification was %s is told when it is in force again", (_, silence) => {
    const player = new Player({ clusters: [cluster("c1", startMs), cluster("c2", startMs + minutes(30))] });
    player.until(startMs + minutes(60));
    player.feed(silence);
    player.feed(cluster("c1", player.now));
    player.until(startMs + minutes(90));
    expect(player.told).toEqual(["ClusterOffline c1 by all"]);
    player.feed(suspended(false));
    player.until(player.now + minutes(1));
    expect(player.told.slice(1)).toEqual(["ClusterOnline c1 by all", "ClusterOffline c2 by all"]);
  });

  test("a Notification that was gone for more than a day asks for the first time", () => {
    const player = new Player({ clusters: [cluster("c1", startMs)] });
    player.until(startMs + minutes(60));
    player.feed(removed);
    player.until(startMs + minutes(61));
    player.until(startMs + minutes(27 * 60));
    expect(player.streams).toEqual([]);
    player.feed(suspended(false));
    player.until(player.now + minutes(60));
    expect(player.told).toEqual(["ClusterOffline c1 by all"]);
  });

  test("after a restart nothing is told twice, and what no agent could say while nobody listened gets one interval", () => {
    const first = new Player({ clusters: [cluster("c1", startMs), cluster("c2", startMs + minutes(110))] });
    first.until(startMs + minutes(120));
    expect(first.told).toEqual(["ClusterOffline c1 by all"]);
    const now = startMs + minutes(300);
    const clusters = [cluster("c1", startMs), cluster("c2", startMs + minutes(110))];
    const second = new Player({ documents: [...first.stored.values()], now, clusters });
    second.until(now + minutes(14));
    expect(second.told).toEqual([]);
    second.until(now + minutes(16));
    expect(second.told).toEqual(["ClusterOffline c2 by all"]);
  });

  test("the target that has the cluster tells, with its own destination", () => {
    const targets = [
      { name: "prod", match: { clusterSelector: { matchLabels: { stage: "prod" } } } },
      { name: "dev", match: { clusterName: "c2" }, destinations: [{ name: "pager", suspend: true }] },
    ];
    const clusters = [cluster("c1", startMs, { stage: "prod" }), cluster("c2", startMs), cluster("c3", startMs)];
    const player = new Player({ spec: { destinations: [hook()], targets }, clusters });
    player.until(startMs + minutes(120));
    expect(player.told.toSorted()).toEqual(["ClusterOffline c1 by prod", "ClusterOffline c3 by all"]);
  });

  test("shards with a name tell nothing of clusters: each would", () => {
    const player = new Player({ shard: "eu", clusters: [cluster("c1", startMs)] });
    player.until(startMs + minutes(120));
    expect(player.told).toEqual([]);
  });

  test("a cluster that is deleted while it is offline is forgotten", () => {
    const player = new Player({ clusters: [cluster("c1", startMs)] });
    player.until(startMs + minutes(60));
    expect(player.streams).toContain("cluster/c1");
    player.feed({ kind: "fleet", change: { kind: "remove", recordKind: "Cluster", uid: "c1" } });
    player.feed(cluster("c9", player.now));
    player.until(player.now + minutes(1));
    expect(player.streams).not.toContain("cluster/c1");
  });
});
