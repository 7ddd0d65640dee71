import { describe, expect, test } from "vitest";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { startMs, useSimulatedCluster, write } from "../../test/kubernetes/simulated-cluster.ts";
import type { NotificationReport } from "../core/core-effect.ts";
import { NotificationStatusWriter } from "./notification-status.ts";

const cluster = useSimulatedCluster();
const { signal } = new AbortController();
const identity = { namespace: "default", name: "deployments" };

const good: NotificationReport = {
  notification: { kind: "Notification", ...identity },
  uid: "uid",
  generation: 3,
  problems: [],
  failing: null,
  streams: { total: 12, pending: 0, failing: 0 },
  lastSentMs: Date.UTC(2026, 10, 23, 11, 59, 59, 999),
  lastError: "",
};
const bad: NotificationReport = {
  ...good,
  generation: 4,
  problems: [
    { code: "UnknownField", path: ["spec", "destinations", 0, "webhook", "ulr"], message: 'unknown field; did you mean "url"?' },
    { code: "MissingField", path: ["spec"], message: "destinations is missing" },
  ],
};

const status = () => cluster().objects.find(kinds.notification, identity)?.["status"] as Record<string, unknown> | undefined;
const condition = (type: string) =>
  (status()?.["conditions"] as { type: string; lastTransitionTime: string }[] | undefined)?.find((it) => it.type === type);
const patches = () => cluster().api.requests.filter(({ verb }) => verb === "patch");

function newWriter(): NotificationStatusWriter {
  write(cluster().objects, kinds.notification, { metadata: identity, spec: {} });
  return new NotificationStatusWriter({ client: cluster().client, clock: cluster().clock });
}

describe("a Notification's status", () => {
  test("says that it is valid and delivers, with streams and the last sent time", async () => {
    expect(await newWriter().write(good, signal)).toBe("written");
    const told = { status: "True", lastTransitionTime: "2026-11-23T12:00:00Z", observedGeneration: 3, message: "" };
    expect(status()).toEqual({
      observedGeneration: 3,
      conditions: [
        { type: "Ready", reason: "Valid", ...told },
        { type: "Delivering", reason: "Delivering", ...told },
      ],
      streams: { total: 12, pending: 0, failing: 0 },
      lastSentTime: "2026-11-23T11:59:59Z",
      lastError: "",
    });
  });

  test("names each problem with its path, and the first one as reason", async () => {
    await newWriter().write(bad, signal);
    expect(condition("Ready")).toMatchObject({
      status: "False",
      reason: "UnknownField",
      message: 'spec.destinations[0].webhook.ulr: unknown field; did you mean "url"?\nspec: destinations is missing',
    });
    expect(condition("Delivering")).toMatchObject({ status: "False", reason: "Invalid" });
  });

  test("says why nothing arrives, without the secret parts of a text", async () => {
    const failing = { code: "NotInstalled", message: "POST https://user:pass@hooks.example.com/T0/B0/xyz: 404" };
    await newWriter().write({ ...good, failing, lastError: failing.message }, signal);
    expect(condition("Ready")).toMatchObject({ status: "True" });
    const message = "POST https://hooks.example.com/…: 404";
    expect(condition("Delivering")).toMatchObject({ status: "False", reason: "NotInstalled", message });
    expect(status()?.["lastError"]).toBe(message);
  });

  test("no text smuggles a line into what kubectl shows", async () => {
    const message = '"x\nspec: all is well\u202e\u2028[2J" names no repository';
    const writer = newWriter();
    await writer.write({ ...good, failing: { code: "NotOnGitHub", message }, lastError: message }, signal);
    const shown = '"x spec: all is well [2J" names no repository';
    expect(condition("Delivering")).toMatchObject({ message: shown });
    expect(status()?.["lastError"]).toBe(shown);
    await writer.write({ ...good, problems: [{ code: "MissingField", path: [], message }] }, signal);
    expect(condition("Ready")).toMatchObject({ message: shown });
  });

  test("keeps when a condition changed for as long as it does not, and moves it when it does", async () => {
    const { clock } = cluster();
    const writer = newWriter();
    await writer.write(good, signal);
    clock.moveTo(startMs + 60_000);
    await writer.write({ ...good, generation: 4, streams: { total: 12, pending: 1, failing: 0 } }, signal);
    expect(condition("Ready")).toMatchObject({ lastTransitionTime: "2026-11-23T12:00:00Z", observedGeneration: 4 });
    clock.moveTo(startMs + 120_000);
    await writer.write(bad, signal);
    expect(condition("Ready")?.lastTransitionTime).toBe("2026-11-23T12:02:00Z");
  });

  test("is written only where it changes, also by the process that comes after", async () => {
    const writer = newWriter();
    expect(await writer.write(good, signal)).toBe("written");
    expect(await writer.write(good, signal)).toBe("unchanged");
    const next = new NotificationStatusWriter({ client: cluster().client, clock: cluster().clock });
    cluster().clock.moveTo(startMs + 3_600_000);
    expect(await next.write(good, signal)).toBe("unchanged");
    expect(patches()).toHaveLength(1);
  });

  test("keeps conditions of others, and the last sent time of the process before", async () => {
    const writer = newWriter();
    const theirs = {
      type: "Reviewed",
      status: "True",
      reason: "ByHand",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const patch = { status: { conditions: [theirs], lastSentTime: "2026-11-22T00:00:00Z" } };
    cluster().objects.patch(kinds.notification, { ...identity, patch }, { nowMs: startMs, subresource: "status" });
    await writer.write({ ...good, lastSentMs: 0 }, signal);
    expect(condition("Reviewed")).toEqual(theirs);
    expect(status()).toMatchObject({ lastSentTime: "2026-11-22T00:00:00Z", conditions: { length: 3 } });
  });

  test("of a Notification that is gone is nothing to worry about; other failures are thrown, and the next write reads first", async () => {
    const writer = newWriter();
    expect(await writer.write({ ...good, notification: { ...good.notification, name: "none" } }, signal)).toBe("gone");
    await writer.write(good, signal);
    cluster().api.faults.add({ fault: { kind: "loseAnswer" }, when: ({ verb }) => verb === "patch", times: 1 });
    await expect(writer.write(bad, signal)).rejects.toThrow();
    expect(await writer.write(bad, signal)).toBe("unchanged");
    cluster().objects.remove(kinds.notification, identity, { nowMs: startMs });
    expect(await writer.write(good, signal)).toBe("gone");
  });

  test("is written for ClusterNotifications too", async () => {
    write(cluster().objects, kinds.clusterNotification, { metadata: { name: "all" }, spec: {} });
    const writer = new NotificationStatusWriter({ client: cluster().client, clock: cluster().clock });
    const notification = { kind: "ClusterNotification", namespace: "", name: "all" } as const;
    expect(await writer.write({ ...good, notification }, signal)).toBe("written");
  });
});
