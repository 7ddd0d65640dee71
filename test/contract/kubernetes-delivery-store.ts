import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { DeliveryDocument } from "../../src/core/delivery/delivery-document.ts";
import { systemClock } from "../../src/engine/system-clock.ts";
import { KubernetesClient } from "../../src/kubernetes/client.ts";
import { loadCredentials } from "../../src/kubernetes/credentials.ts";
import { KubernetesDeliveryStore } from "../../src/kubernetes/delivery-store.ts";
import type { ContractTargetSource } from "./contract-target.ts";
import { useContractWorld } from "./contract-world.ts";

const { signal } = new AbortController();

export function deliveryDocument(namespace: string, { name = "status-1", shard = "", streams = ["{}"] } = {}): DeliveryDocument {
  return {
    namespace,
    name,
    spec: {
      notification: { kind: "Notification", namespace, name: "deployments" },
      destination: "status",
      shard,
      part: 0,
      pending: 1,
      failing: 0,
      streamCount: streams.length,
      lastSentTime: "2026-11-23T12:00:00Z",
      lastError: "",
      streams,
    },
  };
}

/** What the Delivery store promises of an API server that answers. */
export function kubernetesDeliveryStoreContract(source: ContractTargetSource): void {
  const world = useContractWorld(source);
  const path = (home: string, name = "status-1") => `/apis/signalman.dev/v1alpha1/namespaces/${home}/deliveries/${name}`;

  async function storing(shard: string, work: (store: KubernetesDeliveryStore) => Promise<void>): Promise<void> {
    const credentials = await loadCredentials({ kind: "text", kubeconfig: world().target.kubeconfig }, systemClock);
    const client = new KubernetesClient({ credentials, clock: systemClock });
    try {
      await work(new KubernetesDeliveryStore({ client, shard, nonce: randomUUID }));
    } finally {
      await client.close();
    }
  }

  describe("delivery store", () => {
    test("what is saved is loaded again, by its own shard only", async () => {
      const home = await world().namespace();
      const shard = `shard-${home}`;
      await storing(shard, async (store) => {
        const first = deliveryDocument(home, { shard });
        const second = deliveryDocument(home, { shard, name: "status-2", streams: ['{"commit":"1"}', '{"commit":"2"}'] });
        expect(await store.save(first, signal)).toEqual({ kind: "saved" });
        expect(await store.save(second, signal)).toEqual({ kind: "saved" });
        await storing(shard, async (other) => {
          expect(await other.load(signal)).toEqual([first, second]);
        });
        await storing("", async (other) => {
          expect((await other.load(signal)).filter(({ namespace }) => namespace === home)).toEqual([]);
        });
      });
    });

    test("the empty shard loads what it saved", async () => {
      const home = await world().namespace();
      await storing("", async (store) => {
        await store.save(deliveryDocument(home), signal);
        expect((await store.load(signal)).filter(({ namespace }) => namespace === home)).toEqual([deliveryDocument(home)]);
      });
    });

    test("a document is replaced as often as it is saved", async () => {
      const home = await world().namespace();
      await storing("", async (store) => {
        for (const streams of [["{}"], ['{"n":1}'], []]) {
          const document = deliveryDocument(home, { streams });
          expect(await store.save(document, signal)).toEqual({ kind: "saved" });
          expect((await world().client.get(path(home))).body.spec).toEqual(document.spec);
        }
      });
    });

    test("what somebody else wrote since is not overwritten: conflict, with what is there; then the write goes on top of it", async () => {
      const home = await world().namespace();
      const theirs = deliveryDocument(home, { streams: ["theirs"] });
      const ours = deliveryDocument(home, { streams: ["ours"] });
      await storing("", async (store) => {
        await storing("", async (other) => {
          await other.save(theirs, signal);
        });
        expect(await store.save(ours, signal)).toEqual({ kind: "conflict", stored: theirs });
        expect(await store.save(ours, signal)).toEqual({ kind: "saved" });
        await storing("", async (other) => {
          await other.load(signal);
          await other.save(theirs, signal);
        });
        expect(await store.save(ours, signal)).toEqual({ kind: "conflict", stored: theirs });
        expect((await world().client.get(path(home))).body.spec.streams).toEqual(["theirs"]);
      });
    });

    test("what somebody deleted is a conflict with nothing, and can be saved anew", async () => {
      const home = await world().namespace();
      await storing("", async (store) => {
        await store.save(deliveryDocument(home), signal);
        await world().client.request("DELETE", path(home));
        expect(await store.save(deliveryDocument(home), signal)).toEqual({ kind: "conflict", stored: null });
        expect(await store.save(deliveryDocument(home), signal)).toEqual({ kind: "saved" });
      });
    });

    test("a namespace that is not there is a failure that says so", async () => {
      await storing("", async (store) => {
        const answer = await store.save(deliveryDocument("nowhere"), signal);
        expect(answer).toMatchObject({
          kind: "failed",
          reason: expect.stringContaining('namespaces "nowhere" not found') as string,
        });
      });
    });

    test("remove takes away what it knows, is content with what is gone, and refuses what was written since", async () => {
      const home = await world().namespace();
      const identity = { namespace: home, name: "status-1" };
      const theirs = deliveryDocument(home, { streams: ["theirs"] });
      await storing("", async (store) => {
        await store.save(deliveryDocument(home), signal);
        expect(await store.remove(identity, signal)).toEqual({ kind: "saved" });
        expect((await world().client.get(path(home))).code).toBe(404);
        expect(await store.remove(identity, signal)).toEqual({ kind: "saved" });
        await store.save(deliveryDocument(home), signal);
        await storing("", async (other) => {
          await other.load(signal);
          await other.save(theirs, signal);
        });
        expect(await store.remove(identity, signal)).toEqual({ kind: "conflict", stored: theirs });
        expect((await world().client.get(path(home))).code).toBe(200);
      });
    });

    test("after the signal nothing is written", async () => {
      const home = await world().namespace();
      await storing("", async (store) => {
        expect(await store.save(deliveryDocument(home), AbortSignal.abort())).toMatchObject({ kind: "failed" });
        expect((await world().client.get(path(home))).code).toBe(404);
      });
    });
  });
}
