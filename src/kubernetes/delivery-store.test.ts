import { describe, expect, test } from "vitest";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { deliveryDocument } from "../../test/contract/kubernetes-delivery-store.ts";
import { startMs, until, useSimulatedCluster, write } from "../../test/kubernetes/simulated-cluster.ts";
import { KubernetesDeliveryStore } from "./delivery-store.ts";

const cluster = useSimulatedCluster();
const { signal } = new AbortController();
const identity = { namespace: "default", name: "status-1" };
const say = (...streams: string[]) => deliveryDocument("default", { streams });

function newStore(): KubernetesDeliveryStore {
  let writes = 0;
  return new KubernetesDeliveryStore({ client: cluster().client, shard: "", nonce: () => `nonce-${(writes += 1)}` });
}

const stored = () => (cluster().objects.find(kinds.delivery, identity)?.["spec"] as { streams: string[] } | undefined)?.streams;
const isWrite = ({ verb }: { verb: string }) => verb === "create" || verb === "update" || verb === "delete";

describe("a write whose answer was lost", () => {
  test("is saved where reading back shows that it took effect: created, replaced and removed", async () => {
    const { faults } = cluster().api;
    const store = newStore();
    faults.add({ fault: { kind: "loseAnswer" }, when: isWrite });
    expect(await store.save(say("1"), signal)).toEqual({ kind: "saved" });
    expect(await store.save(say("2"), signal)).toEqual({ kind: "saved" });
    expect(stored()).toEqual(["2"]);
    expect(await store.remove(identity, signal)).toEqual({ kind: "saved" });
    expect(stored()).toBeUndefined();
  });

  test("has failed where it did not, and is repeated under the version that is there", async () => {
    const { faults } = cluster().api;
    const store = newStore();
    for (const streams of [["1"], ["2"]]) {
      faults.add({ fault: { kind: "cut" }, when: isWrite, times: 1 });
      expect(await store.save(say(...streams), signal)).toMatchObject({ kind: "failed" });
      expect(await store.save(say(...streams), signal)).toEqual({ kind: "saved" });
      expect(stored()).toEqual(streams);
    }
  });

  test("and cannot be read back has failed; that it took effect after all is seen at the next one, and is no conflict", async () => {
    const { faults } = cluster().api;
    const store = newStore();
    for (const { first, second } of [
      { first: "1", second: "2" },
      { first: "3", second: "4" },
    ]) {
      faults.add({ fault: { kind: "loseAnswer" }, when: isWrite, times: 1 });
      faults.add({ fault: { kind: "cut" }, when: ({ verb }) => verb === "get", times: 1 });
      expect(await store.save(say(first), signal)).toMatchObject({ kind: "failed" });
      expect(stored()).toEqual([first]);
      expect(await store.save(say(second), signal)).toEqual({ kind: "saved" });
      expect(stored()).toEqual([second]);
    }
    faults.add({ fault: { kind: "loseAnswer" }, when: isWrite, times: 1 });
    faults.add({ fault: { kind: "cut" }, when: ({ verb }) => verb === "get", times: 1 });
    expect(await store.save(say("5"), signal)).toMatchObject({ kind: "failed" });
    expect(await store.remove(identity, signal)).toEqual({ kind: "saved" });
    expect(stored()).toBeUndefined();
  });

  test("and was overwritten by somebody else since is a conflict", async () => {
    const { faults, requests } = cluster().api;
    const { objects } = cluster();
    const store = newStore();
    await store.save(say("1"), signal);
    faults.add({ fault: { kind: "loseAnswer" }, when: ({ verb }) => verb === "update", times: 1 });
    faults.add({ fault: { kind: "latency", ms: 20 }, when: ({ verb }) => verb === "get", times: 1 });
    const answer = store.save(say("2"), signal);
    await until(() => requests.at(-1)?.verb === "get");
    const patch = { metadata: { annotations: { "signalman.dev/write": "theirs" } }, spec: say("theirs").spec };
    objects.patch(kinds.delivery, { ...identity, patch }, { nowMs: startMs });
    expect(await answer).toEqual({ kind: "conflict", stored: say("theirs") });
  });
});

describe("a server that does not store", () => {
  test("because it is busy, forbids it or finds it invalid: failed, with the server's reason, and nothing is read", async () => {
    const { faults, requests } = cluster().api;
    const store = newStore();
    for (const [code, reason] of [
      [429, "TooManyRequests"],
      [403, "Forbidden"],
      [422, "Invalid"],
    ] as const) {
      faults.add({ fault: { kind: "status", code, reason, message: `no ${code}` }, times: 1 });
      expect(await store.save(say("1"), signal)).toEqual({ kind: "failed", reason: `Kubernetes${reason}: no ${code}` });
    }
    expect(requests.map(({ verb }) => verb)).toEqual(["create", "create", "create"]);
  });

  test("because it does not answer: failed after 10 s each for the write and for reading it back", async () => {
    const { api, clock } = cluster();
    api.faults.add({ fault: { kind: "silence" } });
    const answer = newStore().save(say("1"), signal);
    for (const requests of [1, 2]) {
      await until(() => api.requests.length === requests);
      clock.moveTo(clock.now() + 10_000);
    }
    expect(await answer).toMatchObject({ kind: "failed", reason: expect.stringContaining("KubernetesTimeout") as string });
  });

  test("is no longer waited for once the signal is aborted", async () => {
    const { api } = cluster();
    api.faults.add({ fault: { kind: "silence" } });
    const controller = new AbortController();
    const answer = newStore().save(say("1"), controller.signal);
    await until(() => api.requests.length === 1);
    controller.abort();
    expect(await answer).toMatchObject({ kind: "failed", reason: expect.stringContaining("KubernetesAborted") as string });
  });
});

test("a Delivery that somebody edited into nonsense loads as an empty one", async () => {
  const metadata = { ...identity, labels: { "signalman.dev/shard": "" } };
  write(cluster().objects, kinds.delivery, { metadata, spec: { part: "three", streams: [7, "kept"], notification: null } });
  const [document] = await newStore().load(signal);
  expect(document).toMatchObject({ ...identity, spec: { part: 0, streams: ["kept"], destination: "" } });
});

test("loading throws where the server cannot be read: nothing is decided on a state that is not known", async () => {
  cluster().api.faults.add({ fault: { kind: "status", code: 500, reason: "InternalError", message: "broken" } });
  await expect(newStore().load(signal)).rejects.toThrow("broken");
});
