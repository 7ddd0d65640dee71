import { describe, expect, test } from "vitest";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { bundlesPath, reflecting } from "../../test/kubernetes/reflecting.ts";
import { startMs, until, useSimulatedCluster, writeBundle } from "../../test/kubernetes/simulated-cluster.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { Reflector } from "./reflector.ts";

const cluster = useSimulatedCluster();

const remove = (name: string) => void cluster().objects.remove(kinds.bundle, { namespace: "default", name }, { nowMs: startMs });
const requestsOf = (verb: string) => cluster().api.requests.filter((request) => request.verb === verb);
const watchIsOpen = () => until(() => cluster().api.faults.openWatches === 1);
const pass = (ms: number) => cluster().clock.moveTo(cluster().clock.now() + ms);

describe("a watch that ends", () => {
  test("is opened again where it stood, without another list", async () => {
    const { objects, api, clock } = cluster();
    await reflecting(cluster(), async ({ reflector, told, problems }) => {
      await reflector.synced;
      await watchIsOpen();
      pass(20_000);
      api.faults.cutWatches();
      writeBundle(objects, "a");
      await until(() => told.length === 1);
      expect(told).toEqual(["put a"]);
      expect(reflector.stats).toMatchObject({ lists: 1, watches: 2, failures: 0 });
      expect(clock.now()).toBe(startMs + 20_000);
      expect(problems).toEqual([]);
    });
  });

  test("is opened again after a pause where it was cut at once", async () => {
    const { api, clock } = cluster();
    await reflecting(cluster(), async ({ reflector }) => {
      await watchIsOpen();
      api.faults.cutWatches();
      await until(() => reflector.stats.failures === 1);
      expect(clock.nextMs() - clock.now()).toBe(250);
      pass(250);
      await watchIsOpen();
      expect(requestsOf("list")).toHaveLength(1);
    });
  });

  test("because it fell silent (half-open) is given up within two minutes, and nothing is lost", async () => {
    const { objects, api } = cluster();
    await reflecting(cluster(), async ({ reflector, told }) => {
      await reflector.synced;
      await watchIsOpen();
      // What it was told last is when its silence begins.
      writeBundle(objects, "heard");
      await until(() => told.length === 1);
      api.faults.silenceWatches();
      writeBundle(objects, "a");
      pass(89_999);
      await new Promise((resolve) => setImmediate(resolve));
      expect(reflector.stats.silences).toBe(0);
      pass(1);
      await until(() => told.length === 2);
      expect(reflector.stats).toMatchObject({ lists: 1, watches: 2, silences: 1 });
    });
  });

  test("because its history expired is followed by a list that tells what is gone before what is new", async () => {
    const { objects, api } = cluster();
    for (const name of ["a", "b"]) writeBundle(objects, name);
    await reflecting(cluster(), async ({ reflector, told, problems }) => {
      await reflector.synced;
      await watchIsOpen();
      pass(20_000);
      api.faults.silenceWatches();
      remove("a");
      remove("b");
      writeBundle(objects, "b");
      writeBundle(objects, "c");
      objects.compact();
      api.faults.cutWatches();
      await until(() => reflector.stats.expirations === 1);
      pass(250);
      await until(() => reflector.stats.lists === 2);
      expect(told.slice(2)).toEqual(["remove a", "remove b", "put b", "put c"]);
      expect(reflector.stats).toMatchObject({ expirations: 1, missed: 0 });
      expect(problems).toEqual([]);
    });
  });

  test("with an ERROR event of 410 in its midst is followed by a list", async () => {
    const { objects, api } = cluster();
    await reflecting(cluster(), async ({ reflector, told, problems }) => {
      await watchIsOpen();
      pass(20_000);
      api.faults.expireWatches();
      await until(() => reflector.stats.lists === 2);
      expect(reflector.stats.expirations).toBe(1);
      await watchIsOpen();
      writeBundle(objects, "a");
      await until(() => told.length === 1);
      expect(problems).toEqual([]);
    });
  });
});

describe("a list", () => {
  test("that is not answered is given up after a minute and tried again", async () => {
    const { api, clock } = cluster();
    api.faults.add({ fault: { kind: "silence" }, times: 1 });
    await reflecting(cluster(), async ({ reflector, problems }) => {
      await until(() => requestsOf("list").length === 1);
      clock.moveTo(startMs + 60_000);
      await until(() => reflector.stats.failures === 1);
      expect(await reflector.synced).toBe(true);
      expect(problems[0]?.code).toBe("KubernetesTimeout");
    });
  });

  test("that is out when the reflector is stopped ends with it; nothing is told, and no watch is opened", async () => {
    const { api, objects } = cluster();
    for (const name of ["a", "b"]) writeBundle(objects, name);
    api.faults.add({ fault: { kind: "silence" }, when: ({ query }) => query.has("continue") });
    await reflecting(
      cluster(),
      async ({ reflector, told }) => {
        await until(() => requestsOf("list").length === 2);
        await reflector.stop();
        expect(await reflector.synced).toBe(false);
        expect(told).toEqual(["put a"]);
        expect(requestsOf("watch")).toEqual([]);
      },
      { pageItemsMax: 1 },
    );
  });

  test("tells nothing more once a callback has stopped the reflector", async () => {
    for (const name of ["a", "b", "c"]) writeBundle(cluster().objects, name);
    const { client, clock } = cluster();
    const told: string[] = [];
    const stopped = Promise.withResolvers<void>();
    const reflector: Reflector<string> = new Reflector<string>({
      client,
      clock,
      random: () => 0,
      path: bundlesPath,
      project: (object) => (object as KubernetesObject).metadata.name,
      onChange: (change) => {
        if (change.kind === "put") told.push(change.record);
        void reflector.stop().then(stopped.resolve);
      },
      onProblem: () => {},
      onRecovered: () => {},
    });
    await stopped.promise;
    expect(await reflector.synced).toBe(false);
    expect(told).toEqual(["a"]);
    expect(requestsOf("watch")).toEqual([]);
  });

  test("is made anew every quarter of an hour, and tells nothing where the watch has missed nothing", async () => {
    const { objects, clock } = cluster();
    writeBundle(objects, "a");
    await reflecting(cluster(), async ({ reflector, told }) => {
      await watchIsOpen();
      clock.moveTo(startMs + 12 * 60_000 - 1);
      expect(reflector.stats.lists).toBe(1);
      await until(() => {
        pass(1);
        return reflector.stats.lists === 2;
      });
      expect(reflector.stats).toMatchObject({ checks: 1, missed: 0 });
      expect(told).toEqual(["put a"]);
    });
  });
});

describe("a callback that throws", () => {
  test("kills nothing: the others are told, and the next list tells what was refused again", async () => {
    const { objects, clock, api } = cluster();
    for (const name of ["a", "b"]) writeBundle(objects, name);
    let refusals = 1;
    const told: string[] = [];
    await reflecting(
      cluster(),
      async ({ reflector, problems }) => {
        await watchIsOpen();
        expect(told).toEqual(["b"]);
        expect(problems).toEqual([{ code: "ChangeRefused", path: bundlesPath, message: "not now" }]);
        pass(20_000);
        api.faults.add({ fault: { kind: "gone" }, when: ({ verb }) => verb === "watch", times: 1 });
        api.faults.cutWatches();
        await until(() => reflector.stats.expirations === 1 && clock.nextMs() < Infinity);
        clock.moveTo(clock.nextMs());
        await until(() => told.length === 2);
        expect(told).toEqual(["b", "a"]);
      },
      {
        onChange: (change) => {
          if (change.kind === "put" && refusals-- > 0) throw new Error("not now");
          if (change.kind === "put") told.push(change.record);
        },
      },
    );
  });

  test("in a projection leaves out that one object", async () => {
    const { objects } = cluster();
    for (const name of ["a", "bad", "c"]) writeBundle(objects, name);
    await reflecting(
      cluster(),
      async ({ reflector, told, problems }) => {
        await reflector.synced;
        expect(told).toEqual(["put a", "put c"]);
        expect(problems.map(({ code }) => code)).toEqual(["ProjectionFailed"]);
        writeBundle(objects, "d");
        await until(() => told.length === 3);
      },
      {
        project: (object) => {
          const { name } = (object as KubernetesObject).metadata;
          if (name === "bad") throw new Error("cannot be read");
          return name;
        },
      },
    );
  });
});

test("an object that a new version makes of no concern is removed, and put again when it concerns us again", async () => {
  const { objects } = cluster();
  writeBundle(objects, "a");
  const mark = (value: boolean) =>
    objects.patch(
      kinds.bundle,
      { namespace: "default", name: "a", patch: { metadata: { labels: { ours: String(value) } } } },
      { nowMs: startMs },
    );
  await reflecting(
    cluster(),
    async ({ reflector, told }) => {
      await reflector.synced;
      await watchIsOpen();
      expect(told).toEqual([]);
      mark(true);
      mark(false);
      mark(true);
      await until(() => told.length === 3);
      expect(told).toEqual(["put a", "remove a", "put a"]);
    },
    {
      project: (object) => {
        const { name, labels } = (object as KubernetesObject).metadata;
        return labels?.["ours"] === "true" ? name : null;
      },
    },
  );
});
