import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/engine/system-clock.ts";
import { KubernetesClient, type ListOptions, type ListPage, type Query, type WatchOptions } from "../../src/kubernetes/client.ts";
import { loadCredentials } from "../../src/kubernetes/credentials.ts";
import type { KubernetesObject } from "../../src/kubernetes/kubernetes-object.ts";
import { Reflector, type ReflectorOptions } from "../../src/kubernetes/reflector.ts";
import type { ContractTargetSource } from "./contract-target.ts";
import { bundle, bundlesIn, useContractWorld } from "./contract-world.ts";

interface Told {
  readonly kind: "put" | "remove";
  readonly uid: string;
  readonly name: string;
  readonly version: string;
}

interface Interruptions {
  readonly beforeList?: (query: Query) => Promise<void>;
  readonly beforeWatch?: () => Promise<void>;
}

/** Lets the world move on between two requests of the reflector. */
class InterruptedClient extends KubernetesClient {
  interruptions: Interruptions = {};

  override async list(path: string, options: ListOptions): Promise<ListPage> {
    await this.interruptions.beforeList?.(options.query ?? {});
    return super.list(path, options);
  }

  override async watch(path: string, options: WatchOptions): Promise<void> {
    await this.interruptions.beforeWatch?.();
    return super.watch(path, options);
  }
}

/** The names of what is there now, as far as was told. */
function latest(told: readonly Told[]): ReadonlySet<string> {
  const names = new Map<string, string>();
  for (const { kind, uid, name } of told) {
    if (kind === "put") names.set(uid, name);
    else names.delete(uid);
  }
  return new Set([...names.values()].toSorted());
}

/** What the reflector needs of an API server: lists in pages, watches from there, and what a watch says when it was left behind. */
export function kubernetesReflectorContract(source: ContractTargetSource): void {
  const world = useContractWorld(source);

  /** Runs `work` beside a reflector of the Bundles in a namespace, and ends both. */
  async function reflecting(
    { home, ...options }: { home: string } & Interruptions & Partial<ReflectorOptions<KubernetesObject>>,
    work: (reflector: Reflector<KubernetesObject>, told: readonly Told[]) => Promise<void>,
  ): Promise<void> {
    const credentials = await loadCredentials({ kind: "text", kubeconfig: world().target.kubeconfig }, systemClock);
    const client = new InterruptedClient({ credentials, clock: systemClock });
    client.interruptions = options;
    const told: Told[] = [];
    const names = new Map<string, string>();
    const reflector = new Reflector<KubernetesObject>({
      client,
      clock: systemClock,
      random: () => 0,
      path: bundlesIn(home),
      project: (object) => object as KubernetesObject,
      onChange: (change) => {
        if (change.kind === "put") names.set(change.uid, change.record.metadata.name);
        const version = change.kind === "put" ? change.record.metadata.resourceVersion : "";
        told.push({ kind: change.kind, uid: change.uid, name: names.get(change.uid) ?? "", version });
      },
      onProblem: () => {},
      onRecovered: () => {},
      ...options,
    });
    try {
      await work(reflector, told);
    } finally {
      await reflector.stop();
      await client.close();
    }
  }

  const brief = (told: readonly Told[]) => told.map(({ kind, name }) => `${kind} ${name}`);
  const patch = (home: string, name: string, size: number) => world().client.patch(bundlesIn(home, name), { spec: { size } });
  const create = (home: string, name: string, labels = {}) =>
    world().client.request("POST", bundlesIn(home), { body: bundle({ name, labels }) });
  const remove = (home: string, name: string) => world().client.request("DELETE", bundlesIn(home, name));

  describe("reflector", () => {
    test("what is there is told once, page by page, in the order of names", async () => {
      const home = await world().namespace();
      for (const name of ["e", "a", "d", "b", "c"]) await create(home, name);
      await reflecting({ home, pageItemsMax: 2 }, async (reflector, told) => {
        expect(await reflector.synced).toBe(true);
        expect(brief(told)).toEqual(["put a", "put b", "put c", "put d", "put e"]);
        expect(reflector.size).toBe(5);
      });
    });

    test("an empty collection is synced too, and what comes later is told", async () => {
      const home = await world().namespace();
      await reflecting({ home }, async (reflector, told) => {
        expect(await reflector.synced).toBe(true);
        expect(told).toEqual([]);
        await create(home, "a");
        await expect.poll(() => brief(told)).toEqual(["put a"]);
      });
    });

    test("every change is told in order, a deletion with the uid of what was there", async () => {
      const home = await world().namespace();
      await create(home, "a");
      await reflecting({ home }, async (reflector, told) => {
        await reflector.synced;
        const { body } = await patch(home, "a", 2);
        await remove(home, "a");
        await create(home, "a");
        await expect.poll(() => brief(told)).toEqual(["put a", "put a", "remove a", "put a"]);
        expect(told[1]?.version).toBe(body.metadata.resourceVersion);
        expect(told[2]?.uid).toBe(told[0]?.uid);
        expect(told[3]?.uid).not.toBe(told[0]?.uid);
      });
    });

    test("an object that ceases to match the selector is removed, one that begins to is put", async () => {
      const home = await world().namespace();
      await create(home, "in", { "fleet.cattle.io/shard-ref": "s1" });
      await create(home, "out");
      await reflecting({ home, labelSelector: "fleet.cattle.io/shard-ref=s1" }, async (reflector, told) => {
        await reflector.synced;
        expect(brief(told)).toEqual(["put in"]);
        await world().client.patch(bundlesIn(home, "in"), { metadata: { labels: { "fleet.cattle.io/shard-ref": null } } });
        await expect.poll(() => brief(told)).toEqual(["put in", "remove in"]);
        await world().client.patch(bundlesIn(home, "out"), { metadata: { labels: { "fleet.cattle.io/shard-ref": "s1" } } });
        await expect.poll(() => brief(told)).toEqual(["put in", "remove in", "put out"]);
      });
    });

    test("the empty shard sees what has no shard label, and nothing else", async () => {
      const home = await world().namespace();
      await create(home, "other", { "fleet.cattle.io/shard-ref": "s1" });
      await create(home, "own", { team: "x" });
      await reflecting({ home, labelSelector: "!fleet.cattle.io/shard-ref" }, async (reflector, told) => {
        await reflector.synced;
        expect(brief(told)).toEqual(["put own"]);
      });
    });

    test("an object that is being deleted is put until its finalizers are gone", async () => {
      const home = await world().namespace();
      await world().client.request("POST", bundlesIn(home), { body: bundle({ name: "a", finalizers: ["signalman.dev/test"] }) });
      await reflecting({ home }, async (reflector, told) => {
        await reflector.synced;
        await remove(home, "a");
        await expect.poll(() => brief(told)).toEqual(["put a", "put a"]);
        await world().client.patch(bundlesIn(home, "a"), { metadata: { finalizers: null } });
        await expect.poll(() => brief(told)).toEqual(["put a", "put a", "remove a"]);
      });
    });

    test("a continue token that expired makes the list begin again", async () => {
      const home = await world().namespace();
      for (const name of ["a", "b", "c"]) await create(home, name);
      let wasInterrupted = false;
      const beforeList = async (query: Query) => {
        if (query["continue"] === undefined || wasInterrupted) return;
        wasInterrupted = true;
        await remove(home, "b");
        await world().target.compact();
      };
      await reflecting({ home, pageItemsMax: 1, beforeList }, async (reflector, told) => {
        expect(await reflector.synced).toBe(true);
        await expect.poll(() => [...latest(told)]).toEqual(["a", "c"]);
        expect(wasInterrupted).toBe(true);
      });
    });

    test("what happens between the list and the watch is told, also where the history of it is gone", async () => {
      const home = await world().namespace();
      for (const name of ["a", "b"]) await create(home, name);
      let wasInterrupted = false;
      const beforeWatch = async () => {
        if (wasInterrupted) return;
        wasInterrupted = true;
        await remove(home, "b");
        await remove(home, "a");
        await create(home, "a");
        await world().target.compact();
      };
      await reflecting({ home, beforeWatch }, async (reflector, told) => {
        await reflector.synced;
        await expect.poll(() => brief(told).slice(2).toSorted()).toEqual(["put a", "remove a", "remove b"]);
        expect(brief(told).indexOf("remove a")).toBeLessThan(brief(told).lastIndexOf("put a"));
        expect([...latest(told)]).toEqual(["a"]);
        await create(home, "c");
        await expect.poll(() => [...latest(told)]).toEqual(["a", "c"]);
      });
    });

    test("stop during a list ends it, tells nothing more and says so", async () => {
      const home = await world().namespace();
      for (const name of ["a", "b", "c"]) await create(home, name);
      let count = 0;
      const onChange = () => void (count += 1);
      await reflecting({ home, pageItemsMax: 1, onChange }, async (reflector) => {
        await expect.poll(() => count).toBeGreaterThan(0);
        await reflector.stop();
        const atStop = count;
        await reflector.synced;
        await patch(home, "a", 2);
        expect(count).toBe(atStop);
      });
    });
  });
}
