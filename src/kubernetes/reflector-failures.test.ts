import { describe, expect, test } from "vitest";
import { bundlesPath, reflecting } from "../../test/kubernetes/reflecting.ts";
import { until, useSimulatedCluster, writeBundle } from "../../test/kubernetes/simulated-cluster.ts";

const cluster = useSimulatedCluster();
const requestsOf = (verb: string) => cluster().api.requests.filter((request) => request.verb === verb);
const watchIsOpen = () => until(() => cluster().api.faults.openWatches === 1);
const pass = (ms: number) => cluster().clock.moveTo(cluster().clock.now() + ms);

describe("a server that refuses", () => {
  const answer = (code: number) => ({ kind: "status", code, reason: "InternalError", message: "broken" }) as const;

  test("is asked again after doubling pauses of at most 30 s, for ever", async () => {
    const { api, clock } = cluster();
    const takeAway = api.faults.add({ fault: answer(500) });
    await reflecting(cluster(), async ({ reflector, problems, told }) => {
      const pauses: number[] = [];
      for (let failures = 1; failures <= 9; failures += 1) {
        await until(() => reflector.stats.failures === failures && clock.nextMs() < Infinity);
        pauses.push(clock.nextMs() - clock.now());
        clock.moveTo(clock.nextMs());
      }
      expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
      expect(problems).toEqual([{ code: "KubernetesInternalError", path: bundlesPath, message: "broken" }]);
      takeAway();
      writeBundle(cluster().objects, "a");
      await until(() => clock.nextMs() < Infinity);
      clock.moveTo(clock.nextMs());
      await reflector.synced;
      expect(told).toEqual(["put a"]);
    });
  });

  test("with 429 is left alone for as long as it says", async () => {
    const { api, clock } = cluster();
    api.faults.add({ fault: { kind: "tooManyRequests", retryAfterSeconds: 7 }, times: 1 });
    await reflecting(cluster(), async ({ reflector }) => {
      await until(() => reflector.stats.failures === 1);
      expect(clock.nextMs() - clock.now()).toBe(7_000);
      pass(7_000);
      expect(await reflector.synced).toBe(true);
    });
  });

  test("says once what is wrong and what to do, and once that it is over", async () => {
    const { api, clock, objects } = cluster();
    const takeAway = api.faults.add({ fault: { kind: "status", code: 403, reason: "Forbidden", message: "no list for you" } });
    await reflecting(cluster(), async (it) => {
      for (let failures = 1; failures <= 3; failures += 1) {
        await until(() => it.reflector.stats.failures === failures && clock.nextMs() < Infinity);
        clock.moveTo(clock.nextMs());
      }
      expect(it.problems).toHaveLength(1);
      expect(it.problems[0]?.message).toContain("Grant get, list and watch");
      takeAway();
      await watchIsOpen();
      expect(it.recovered).toBe(0);
      pass(10_000);
      writeBundle(objects, "a");
      await until(() => it.recovered === 1);
    });
  });

  test("forgets its failures once a watch was healthy for a minute", async () => {
    const { api, clock } = cluster();
    api.faults.add({ fault: answer(500), times: 4 });
    await reflecting(cluster(), async ({ reflector }) => {
      for (let failures = 1; failures <= 4; failures += 1) {
        await until(() => reflector.stats.failures === failures && clock.nextMs() < Infinity);
        clock.moveTo(clock.nextMs());
      }
      await watchIsOpen();
      pass(60_000);
      api.faults.add({ fault: answer(500), times: 2 });
      api.faults.cutWatches();
      await until(() => reflector.stats.failures === 5);
      expect(clock.nextMs() - clock.now()).toBe(250);
    });
  });

  test("and keeps refusing a watch is asked for a list: it may have gone back in time", async () => {
    const { api, clock } = cluster();
    api.faults.add({ fault: answer(504), when: ({ verb }) => verb === "watch", times: 3 });
    await reflecting(cluster(), async ({ reflector }) => {
      for (let failures = 1; failures <= 3; failures += 1) {
        await until(() => reflector.stats.failures === failures && clock.nextMs() < Infinity);
        expect(requestsOf("list")).toHaveLength(1);
        clock.moveTo(clock.nextMs());
      }
      await watchIsOpen();
      expect(requestsOf("list")).toHaveLength(2);
    });
  });
});

describe("a server that does harm to a watch", () => {
  const told = (count: number) => Array.from({ length: count }, (_, index) => `put bundle-${index}`);

  test("by being slow, and cutting it with events on the way, loses none of them and changes no order", async () => {
    const { api, objects } = cluster();
    api.faults.add({ fault: { kind: "slowEvents", ms: 30 }, when: ({ verb }) => verb === "watch" });
    await reflecting(cluster(), async (it) => {
      await watchIsOpen();
      for (let count = 0; count < 5; count += 1) writeBundle(objects, `bundle-${count}`);
      await until(() => it.told.length > 0);
      for (let count = 5; count < 10; count += 1) writeBundle(objects, `bundle-${count}`);
      pass(10_000);
      api.faults.cutWatches();
      await until(() => it.told.length === 10);
      expect(it.told).toEqual(told(10));
    });
  });

  test("by never saying where it stands, and forgetting what was, is asked for a list, which tells what the watch could not", async () => {
    const { api, objects } = cluster();
    api.faults.add({ fault: { kind: "noBookmarks" }, when: ({ verb }) => verb === "watch" });
    await reflecting(cluster(), async (it) => {
      await watchIsOpen();
      pass(10_000);
      api.faults.silenceWatches();
      writeBundle(objects, "bundle-0");
      objects.compact();
      api.faults.cutWatches();
      await until(() => it.reflector.stats.expirations === 1);
      pass(250);
      await until(() => it.told.length === 1);
      expect(it.told).toEqual(told(1));
      expect(it.reflector.stats).toMatchObject({ lists: 2 });
    });
  });

  test("by restarting is found again on its address, and nothing that it stored is missed", async () => {
    const { api, clock, objects } = cluster();
    await reflecting(cluster(), async (it) => {
      await watchIsOpen();
      pass(10_000);
      api.refuse();
      writeBundle(objects, "bundle-0");
      await until(() => it.reflector.stats.failures > 0 && clock.nextMs() < Infinity);
      api.accept();
      pass(1_000);
      await until(() => it.told.length === 1);
      expect(it.told).toEqual(told(1));
    });
  });
});
