import { afterEach, beforeEach, expect } from "vitest";
import { type KubernetesApi, startKubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import { kinds, type KubernetesKind } from "../../simulator/world/kubernetes-kind.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import { KubernetesClient } from "../../src/kubernetes/client.ts";
import { loadCredentials } from "../../src/kubernetes/credentials.ts";

/** An API server of one test, and a client on a clock that stands still until the test moves it. */
export interface SimulatedCluster {
  readonly objects: KubernetesObjects;
  readonly api: KubernetesApi;
  readonly clock: VirtualClock;
  readonly client: KubernetesClient;
  /** Another client with connections and a clock of its own, closed after the test. */
  readonly anotherClient: (clock?: VirtualClock) => Promise<KubernetesClient>;
}

export const startMs = Date.UTC(2026, 10, 23, 12);

/** Starts a cluster before each test and ends it after. Read the result inside of tests only. */
export function useSimulatedCluster(): () => SimulatedCluster {
  let cluster: SimulatedCluster | null = null;
  const clients: KubernetesClient[] = [];
  beforeEach(async () => {
    const objects = new KubernetesObjects({ nowMs: startMs });
    const api = await startKubernetesApi(objects, { now: () => startMs });
    const clock = new VirtualClock(startMs);
    const anotherClient = async (itsClock = clock) => {
      const credentials = await loadCredentials({ kind: "text", kubeconfig: api.kubeconfig }, itsClock);
      const client = new KubernetesClient({ credentials, clock: itsClock });
      clients.push(client);
      return client;
    };
    cluster = { objects, api, clock, client: await anotherClient(), anotherClient };
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await cluster?.api.close();
  });
  return () => {
    if (cluster === null) throw new Error("the cluster has not been started: read it inside of a test");
    return cluster;
  };
}

/** Writes an object as somebody else would. */
export function write(
  objects: KubernetesObjects,
  kind: KubernetesKind,
  object: Parameters<KubernetesObjects["create"]>[1],
): void {
  objects.create(kind, object, { nowMs: startMs });
}

/** A Bundle in the namespace "default". */
export function writeBundle(objects: KubernetesObjects, name: string): void {
  write(objects, kinds.bundle, { metadata: { name, namespace: "default" }, spec: {} });
}

/** Waits until something that only the event loop brings is so; as long as a machine that is busy with other suites may need. */
export async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 2, timeout: 15_000 }).toBe(true);
}
