import { describe, expect, test } from "vitest";
import type { WatchLine } from "./api-client.ts";
import { bundle, bundlesIn, groups, useContractWorld } from "./contract-world.ts";
import type { ContractTargetSource } from "./contract-target.ts";

/** What a reflector relies on: pages of one snapshot, watches that miss nothing, and 410 where history is gone. */
export function kubernetesApiListContract(source: ContractTargetSource): void {
  const world = useContractWorld(source);

  async function makeBundles(home: string, names: readonly string[]): Promise<void> {
    for (const name of names) await world().client.request("POST", bundlesIn(home), { body: bundle({ name }) });
  }

  const namesOf = (list: { items: readonly { metadata: { name: string } }[] }) => list.items.map(({ metadata }) => metadata.name);

  describe("lists", () => {
    test("pages are in the order of names and show the snapshot of the first page", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await makeBundles(home, ["d", "a", "c", "b"]);
      const { body: first } = await client.get(`${bundlesIn(home)}?limit=3`);
      expect(namesOf(first)).toEqual(["a", "b", "c"]);
      expect(first).toMatchObject({ kind: "BundleList", metadata: { remainingItemCount: 1 } });
      await makeBundles(home, ["e"]);
      await client.request("DELETE", bundlesIn(home, "d"));
      const token = encodeURIComponent(first.metadata.continue);
      const { body: second } = await client.get(`${bundlesIn(home)}?limit=3&continue=${token}`);
      expect(namesOf(second)).toEqual(["d"]);
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      expect(second.metadata.continue ?? "").toBe("");
      expect(namesOf((await client.get(bundlesIn(home))).body)).toEqual(["a", "b", "c", "e"]);
    });

    test("a continue token whose snapshot is gone is Expired, and the answer's own token goes on", async () => {
      const { client, namespace, target } = world();
      const home = await namespace();
      await makeBundles(home, ["a", "b"]);
      const { body: first } = await client.get(`${bundlesIn(home)}?limit=1`);
      await makeBundles(home, ["c"]);
      await target.compact();
      const page = (token: string) => client.get(`${bundlesIn(home)}?limit=1&continue=${encodeURIComponent(token)}`);
      await expect.poll(async () => (await page(first.metadata.continue)).code, { timeout: 20_000 }).toBe(410);
      const expired = await page(first.metadata.continue);
      expect(expired.body).toMatchObject({ kind: "Status", reason: "Expired", code: 410 });
      const { body: rest } = await client.get(
        `${bundlesIn(home)}?continue=${encodeURIComponent(expired.body.metadata.continue)}`,
      );
      expect(namesOf(rest)).toEqual(["b", "c"]);
    });

    test("a list over all namespaces goes by namespace and name", async () => {
      const { client, namespace } = world();
      const [one, other] = [await namespace(), await namespace()];
      await makeBundles(other, ["a"]);
      await makeBundles(one, ["b"]);
      const { body } = await client.get(`${groups.fleet}/bundles`);
      const places = body.items.map(
        (item: { metadata: { namespace: string; name: string } }) => `${item.metadata.namespace}/${item.metadata.name}`,
      );
      expect(places.indexOf(`${one}/b`)).toBeLessThan(places.indexOf(`${other}/a`));
    });

    test("label selectors know equality, sets, presence and absence", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const labelled = [
        { name: "a", labels: { shard: "1", team: "x" } },
        { name: "b", labels: { shard: "2" } },
        { name: "c", labels: {} },
      ];
      for (const fields of labelled) await client.request("POST", bundlesIn(home), { body: bundle(fields) });
      const select = async (selector: string) =>
        namesOf((await client.get(`${bundlesIn(home)}?labelSelector=${encodeURIComponent(selector)}`)).body);
      expect(await select("shard=1")).toEqual(["a"]);
      expect(await select("shard==2")).toEqual(["b"]);
      expect(await select("shard!=1")).toEqual(["b", "c"]);
      expect(await select("shard in (1, 2),!team")).toEqual(["b"]);
      expect(await select("shard notin (2)")).toEqual(["a", "c"]);
      expect(await select("shard")).toEqual(["a", "b"]);
      expect(await select("!shard")).toEqual(["c"]);
      expect((await client.get(`${bundlesIn(home)}?labelSelector=${encodeURIComponent("a ~ b")}`)).code).toBe(400);
    });
  });

  describe("watches", () => {
    /** Reads a watch while `act` works, until `count` changes were told; ends it then. */
    async function watched(query: string, count: number, act: () => Promise<unknown>): Promise<readonly WatchLine[]> {
      const lines: WatchLine[] = [];
      const ending = new AbortController();
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(20_000)]);
      const reading = (async () => {
        for await (const line of world().client.watch(query, { signal })) {
          lines.push(line);
          if (lines.filter(({ type }) => type !== "BOOKMARK").length >= count) break;
        }
      })();
      await act();
      await reading;
      ending.abort();
      return lines;
    }

    const told = (lines: readonly WatchLine[]) =>
      lines.filter(({ type }) => type !== "BOOKMARK").map(({ type, object }) => `${type} ${object.metadata.name}`);

    test("a watch from a list's resourceVersion tells every later change once and in order", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await makeBundles(home, ["old"]);
      const { body: list } = await client.get(bundlesIn(home));
      await makeBundles(home, ["between"]);
      const path = `${bundlesIn(home)}?watch=1&timeoutSeconds=10&resourceVersion=${list.metadata.resourceVersion}`;
      const lines = await watched(path, 5, async () => {
        await makeBundles(home, ["late"]);
        await client.patch(bundlesIn(home, "old"), { spec: { size: 2 } });
        await client.patch(`${bundlesIn(home, "old")}/status`, { status: { ready: true } });
        await client.request("DELETE", bundlesIn(home, "old"));
      });
      expect(told(lines)).toEqual(["ADDED between", "ADDED late", "MODIFIED old", "MODIFIED old", "DELETED old"]);
      const versions = lines.map(({ object }) => Number(object.metadata.resourceVersion));
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      expect(new Set(versions).size).toBe(versions.length);
    });

    test("a watch without a resourceVersion, or from 0, begins with everything that is there", async () => {
      const { namespace } = world();
      const home = await namespace();
      await makeBundles(home, ["a", "b"]);
      for (const query of ["", "&resourceVersion=0"]) {
        const lines = await watched(`${bundlesIn(home)}?watch=1&timeoutSeconds=5${query}`, 2, async () => {});
        expect(told(lines).toSorted()).toEqual(["ADDED a", "ADDED b"]);
      }
    });

    test("through a selector, what begins to match is ADDED and what ceases to match is DELETED", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await makeBundles(home, ["a"]);
      const { body: list } = await client.get(bundlesIn(home));
      const query = `watch=1&timeoutSeconds=10&labelSelector=in&resourceVersion=${list.metadata.resourceVersion}`;
      const lines = await watched(`${bundlesIn(home)}?${query}`, 3, async () => {
        await makeBundles(home, ["unseen"]);
        for (const label of ["yes", "still", null])
          await client.patch(bundlesIn(home, "a"), { metadata: { labels: { in: label } } });
      });
      expect(told(lines)).toEqual(["ADDED a", "MODIFIED a", "DELETED a"]);
      const now = await client.get(bundlesIn(home, "a"));
      expect(lines.at(-1)?.object.metadata).toMatchObject({
        labels: { in: "still" },
        resourceVersion: now.body.metadata.resourceVersion,
      });
    });

    test("an object with finalizers is MODIFIED when it is deleted, and DELETED when it is gone", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await client.request("POST", bundlesIn(home), { body: bundle({ name: "held", finalizers: ["example.com/hold"] }) });
      const { body: list } = await client.get(bundlesIn(home));
      const query = `watch=1&timeoutSeconds=10&resourceVersion=${list.metadata.resourceVersion}`;
      const lines = await watched(`${bundlesIn(home)}?${query}`, 2, async () => {
        await client.request("DELETE", bundlesIn(home, "held"));
        await client.patch(bundlesIn(home, "held"), { metadata: { finalizers: null } });
      });
      expect(told(lines)).toEqual(["MODIFIED held", "DELETED held"]);
      expect(lines[0]?.object.metadata.deletionTimestamp).toBeDefined();
    });

    test("a watch from a resourceVersion that is forgotten answers 200 and one ERROR event 410, and ends", async () => {
      const lines: WatchLine[] = [];
      for await (const line of world().client.watch(`${groups.fleet}/bundles?watch=1&timeoutSeconds=5&resourceVersion=1`))
        lines.push(line);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
      expect(lines[0]?.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/);
    });

    test("a watch that allows bookmarks is told where it stands, once anything of its kind happened elsewhere", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const { body: list } = await client.get(bundlesIn(home));
      const query = `watch=1&timeoutSeconds=10&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`;
      const watch = client.watch(`${bundlesIn(home)}?${query}`);
      let bookmark: WatchLine | null = null;
      void watch.next().then(({ value }) => {
        bookmark = value ?? null;
        return bookmark;
      });
      const elsewhere = await namespace();
      await makeBundles(elsewhere, ["a"]);
      let size = 1;
      // Written until it is told: one write might come before the watch.
      const told = async () => {
        size += 1;
        await client.patch(bundlesIn(elsewhere, "a"), { spec: { size } });
        return bookmark;
      };
      const expected = { type: "BOOKMARK", object: { apiVersion: "fleet.cattle.io/v1alpha1", kind: "Bundle" } };
      await expect.poll(told, { timeout: 15_000, interval: 100 }).toMatchObject(expected);
      await watch.return(undefined);
      const { resourceVersion } = (bookmark as WatchLine | null)?.object.metadata ?? {};
      expect(Number(resourceVersion)).toBeGreaterThan(Number(list.metadata.resourceVersion));
    });

    test("a watch ends by itself after timeoutSeconds", async () => {
      const lines: WatchLine[] = [];
      const home = await world().namespace();
      for await (const line of world().client.watch(`${bundlesIn(home)}?watch=1&timeoutSeconds=1`)) lines.push(line);
      expect(lines).toEqual([]);
    });
  });
}
