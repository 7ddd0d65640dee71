import { expect, onTestFinished, test } from "vitest";
import { bundlesPath, reflecting } from "../../test/kubernetes/reflecting.ts";
import { listOf, type ScriptedAnswer, startScriptedServer, watchOf } from "../../test/kubernetes/scripted-server.ts";
import { startMs, until } from "../../test/kubernetes/simulated-cluster.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { KubernetesClient } from "./client.ts";
import { loadCredentials } from "./credentials.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { Reflector } from "./reflector.ts";

interface Script {
  readonly lists: readonly ScriptedAnswer[];
  readonly watches: readonly ScriptedAnswer[];
}

async function serving(script: Script) {
  const clock = new VirtualClock(startMs);
  const { kubeconfig, requests } = await startScriptedServer(script);
  const credentials = await loadCredentials({ kind: "text", kubeconfig }, clock);
  const client = new KubernetesClient({ credentials, clock });
  onTestFinished(() => client.close());
  return { clock, client, requests, watches: () => requests.filter((url) => url.includes("watch=true")) };
}

const object = (name: string, version: number, uid = `uid-${name}`) => ({
  metadata: { name, uid, resourceVersion: String(version) },
});
const event = (type: string, name: string, version: number) => ({ type, object: object(name, version) });
const bookmark = (version: number) => ({ type: "BOOKMARK", object: { metadata: { resourceVersion: String(version) } } });

test("a line that is no JSON ends the watch, and a list makes up for it", async () => {
  const server = await serving({
    lists: [listOf("10", []), listOf("20", [object("a", 11), object("b", 12)])],
    watches: [watchOf(event("ADDED", "a", 11), '{"type":"ADDED","object":{"meta'), watchOf()],
  });
  await reflecting(server, async ({ reflector, told, problems }) => {
    await until(() => reflector.stats.failures === 1 && server.clock.nextMs() < Infinity);
    server.clock.moveTo(server.clock.nextMs());
    await until(() => reflector.stats.lists === 2);
    expect(told).toEqual(["put a", "put b"]);
    expect(problems.map(({ code }) => code)).toEqual(["KubernetesInvalidAnswer"]);
  });
});

test("a line that was cut in its midst is no event: the next watch brings it whole", async () => {
  const server = await serving({
    lists: [listOf("10", [])],
    watches: [
      (response) => {
        watchOf(event("ADDED", "a", 11))(response);
        response.end('{"type":"ADDED","object":{"metadata":{"name":"b"');
      },
      watchOf(event("ADDED", "b", 12)),
    ],
  });
  await reflecting(server, async ({ reflector, told }) => {
    await until(() => reflector.stats.watches === 1 && server.clock.nextMs() === startMs + 250);
    server.clock.moveTo(startMs + 250);
    await until(() => told.length === 2);
    expect(told).toEqual(["put a", "put b"]);
    expect(server.watches()[1]).toContain("resourceVersion=11");
  });
});

test("a watch that never says a thing and ends at once is opened again after growing pauses", async () => {
  const server = await serving({ lists: [listOf("10", [])], watches: [(response) => response.writeHead(200).end()] });
  await reflecting(server, async ({ reflector }) => {
    const pauses: number[] = [];
    for (let watches = 1; watches <= 4; watches += 1) {
      await until(() => reflector.stats.watches === watches && server.clock.nextMs() - server.clock.now() < 60_000);
      pauses.push(server.clock.nextMs() - server.clock.now());
      server.clock.moveTo(server.clock.nextMs());
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000]);
  });
});

test("events that tell what is known are left out, and bookmarks move the place from which the next watch begins", async () => {
  const server = await serving({
    lists: [listOf("10", [object("a", 5)])],
    watches: [
      (response) => {
        watchOf(event("ADDED", "a", 5), event("MODIFIED", "a", 11), event("MODIFIED", "a", 11), bookmark(99))(response);
        response.end();
      },
      watchOf(event("DELETED", "a", 100), event("DELETED", "a", 100), event("DELETED", "unknown", 101)),
    ],
  });
  await reflecting(server, async ({ reflector, told }) => {
    await until(() => reflector.stats.watches === 1 && server.clock.nextMs() === startMs + 250);
    server.clock.moveTo(startMs + 250);
    await until(() => reflector.stats.events === 6);
    expect(told).toEqual(["put a", "put a", "remove a"]);
    expect(reflector.stats).toMatchObject({ duplicates: 2, bookmarks: 1, lists: 1 });
    expect(server.watches()[1]).toContain("resourceVersion=99");
    expect(server.watches()[0]).toContain("allowWatchBookmarks=true");
    expect(server.watches()[0]).toContain("timeoutSeconds=240");
  });
});

test("a periodic list counts and tells what a healthy watch has missed, and not what happened since", async () => {
  const server = await serving({
    lists: [
      listOf("10", [object("kept", 5), object("gone", 6)]),
      // "new" (50) and "kept" (60) were before the bookmark at 99; "late" (120) came after it.
      listOf("130", [object("kept", 60), object("new", 50), object("late", 120)]),
    ],
    watches: [watchOf(bookmark(99)), watchOf()],
  });
  await reflecting(server, async ({ reflector, told }) => {
    await until(() => reflector.stats.bookmarks === 1);
    // The watch is not taken for dead on the way: it was heard just before.
    server.clock.moveTo(startMs + 12 * 60_000 - 1);
    await until(() => {
      server.clock.moveTo(server.clock.now() + 1);
      return reflector.stats.lists === 2;
    });
    expect(told).toEqual(["put kept", "put gone", "remove gone", "put kept", "put new", "put late"]);
    expect(reflector.stats).toMatchObject({ checks: 1, missed: 3 });
  });
});

test("what no API server should send is counted and left out", async () => {
  const server = await serving({
    lists: [listOf("10", [{}, { metadata: null }, { metadata: { uid: 7, resourceVersion: "1" } }, object("a", 5)])],
    watches: [watchOf({ type: "PUZZLING", object: object("x", 11) }, { type: "ADDED" }, event("ADDED", "b", 12))],
  });
  await reflecting(server, async ({ reflector, told }) => {
    await until(() => told.length === 2);
    expect(told).toEqual(["put a", "put b"]);
    expect(reflector.stats).toMatchObject({ unreadable: 5, failures: 0 });
  });
});

test("an object of more than 8 MiB is left out with one report, in a list and in a watch", async () => {
  const large = { ...object("large", 6), spec: "x".repeat(9_000_000) };
  const server = await serving({
    lists: [listOf("10", [object("a", 5), large, object("b", 7)])],
    watches: [watchOf({ type: "MODIFIED", object: large }, event("ADDED", "c", 12))],
  });
  await reflecting(server, async ({ reflector, told, problems }) => {
    await until(() => told.length === 3);
    expect(told).toEqual(["put a", "put b", "put c"]);
    expect(reflector.stats.oversized).toBe(2);
    expect(problems).toEqual([
      { code: "ObjectTooLarge", path: bundlesPath, message: "an object has more than 8388608 bytes; it is left out" },
    ]);
  });
});

test("events that came together with the one at which the reflector was stopped are not told", async () => {
  const server = await serving({
    lists: [listOf("10", [])],
    watches: [watchOf(event("ADDED", "a", 11), event("ADDED", "b", 12))],
  });
  const told: string[] = [];
  const stopped = Promise.withResolvers<void>();
  const reflector: Reflector<string> = new Reflector<string>({
    ...server,
    random: () => 0,
    path: bundlesPath,
    project: (it) => (it as KubernetesObject).metadata.name,
    onChange: ({ uid }) => {
      told.push(uid);
      void reflector.stop().then(stopped.resolve);
    },
    onProblem: () => {},
    onRecovered: () => {},
  });
  await stopped.promise;
  expect(told).toEqual(["uid-a"]);
});

test("names that are no ASCII come through whole, however the bytes are cut", async () => {
  const name = "größe-日本-🚢";
  const bytes = Buffer.from(`${JSON.stringify(event("ADDED", name, 11))}\n`);
  const server = await serving({
    lists: [listOf("10", [])],
    watches: [
      (response) => {
        response.writeHead(200).flushHeaders();
        for (const byte of bytes) response.write(Buffer.from([byte]));
      },
    ],
  });
  await reflecting(server, async ({ told }) => {
    await until(() => told.length === 1);
    expect(told).toEqual([`put ${name}`]);
  });
});
