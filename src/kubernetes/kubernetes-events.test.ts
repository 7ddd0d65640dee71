import { describe, expect, test } from "vitest";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { startMs, useSimulatedCluster } from "../../test/kubernetes/simulated-cluster.ts";
import { type KubernetesEventInput, KubernetesEvents } from "./kubernetes-events.ts";

const cluster = useSimulatedCluster();
const { signal } = new AbortController();

const warning: KubernetesEventInput = {
  notification: { kind: "Notification", namespace: "default", name: "deployments" },
  uid: "7d3f",
  type: "Warning",
  reason: "ContextConflict",
  action: "Validate",
  note: "two destinations write the same status",
};

const stored = () => cluster().objects.list(kinds.kubernetesEvent).items;

function newEvents(): KubernetesEvents {
  const { client, clock } = cluster();
  let count = 0;
  return new KubernetesEvents({ client, clock, instance: "signalman-0", nonce: () => `n${(count += 1)}` });
}

describe("a Kubernetes event", () => {
  test("is about its Notification and in its namespace", async () => {
    expect(await newEvents().write(warning, signal)).toBe(true);
    expect(stored()).toMatchObject([
      {
        metadata: { namespace: "default", name: "deployments.n1" },
        eventTime: "2026-11-23T12:00:00.000000Z",
        reportingController: "signalman.dev/signalman",
        reportingInstance: "signalman-0",
        regarding: {
          apiVersion: "signalman.dev/v1alpha1",
          kind: "Notification",
          namespace: "default",
          name: "deployments",
          uid: "7d3f",
        },
        type: "Warning",
        reason: "ContextConflict",
        action: "Validate",
        note: "two destinations write the same status",
      },
    ]);
  });

  test("about a ClusterNotification is in the namespace default", async () => {
    const notification = { kind: "ClusterNotification", namespace: "", name: "all" } as const;
    await newEvents().write({ ...warning, notification }, signal);
    expect(stored()[0]?.metadata.namespace).toBe("default");
    expect(stored()[0]?.["regarding"]).not.toHaveProperty("namespace");
  });

  test("is written once an hour, however often it is told", async () => {
    const events = newEvents();
    expect(await events.write(warning, signal)).toBe(true);
    expect(await events.write(warning, signal)).toBe(false);
    expect(await events.write({ ...warning, note: "another one" }, signal)).toBe(true);
    cluster().clock.moveTo(startMs + 3_600_000);
    expect(await events.write(warning, signal)).toBe(true);
    expect(events).toMatchObject({ written: 3, failed: 0 });
  });

  test("has at most 1 KiB of text, whole characters, and nothing that looks like a secret", async () => {
    await newEvents().write({ ...warning, note: `Bearer abcdefgh12345678 ${"é".repeat(2_000)}` }, signal);
    const note = String(stored()[0]?.["note"]);
    expect(note).toMatch(/^Bearer \*\*\* é+…$/);
    expect(Buffer.byteLength(note)).toBeGreaterThan(1_020);
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_024);
  });

  test("is one line, whatever is in its text", async () => {
    await newEvents().write({ ...warning, note: "x\r\nWarning  Forged\u202e\u001b[2J" }, signal);
    expect(stored()[0]).toMatchObject({ note: "x Warning Forged [2J" });
  });

  test("that cannot be written is counted, disturbs nobody, and is tried again when it is told again", async () => {
    const events = newEvents();
    cluster().api.faults.add({ fault: { kind: "status", code: 403, reason: "Forbidden", message: "no" }, times: 1 });
    expect(await events.write(warning, signal)).toBe(false);
    expect(events).toMatchObject({ written: 0, failed: 1 });
    expect(await events.write(warning, signal)).toBe(true);
  });
});
