import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiClient } from "../../test/contract/api-client.ts";
import type { WatchLine } from "../../test/contract/api-client.ts";
import { kinds } from "../world/kubernetes-kind.ts";
import { KubernetesObjects } from "../world/kubernetes-objects.ts";
import { startKubernetesApi } from "./kubernetes-api.ts";
import type { KubernetesApi } from "./kubernetes-api.ts";

const path = "/apis/fleet.cattle.io/v1alpha1/namespaces/default/bundles";
const nowMs = 0;

describe("KubernetesApi", () => {
  let objects: KubernetesObjects;
  let api: KubernetesApi;
  let client: ApiClient;

  beforeEach(async () => {
    objects = new KubernetesObjects({ nowMs });
    api = await startKubernetesApi(objects, { bookmarkMs: 20 });
    client = new ApiClient({ ...api, certificateAuthority: "" });
  });

  afterEach(async () => {
    await client.close();
    await api.close();
  });

  const create = (name: string) => objects.create(kinds.bundle, { metadata: { name, namespace: "default" } }, { nowMs });
  const post = (name: string) =>
    client.request("POST", path, { body: { apiVersion: "fleet.cattle.io/v1alpha1", kind: "Bundle", metadata: { name } } });

  /** Reads a watch to its end; how it ended is told with it. */
  function watch(query = ""): { lines: WatchLine[]; ended: Promise<"closed" | "broken"> } {
    const lines: WatchLine[] = [];
    const ended = (async () => {
      try {
        for await (const line of client.watch(`${path}?watch=1&resourceVersion=${objects.resourceVersion}${query}`))
          lines.push(line);
        return "closed" as const;
      } catch {
        return "broken" as const;
      }
    })();
    return { lines, ended };
  }

  const opened = (count = 1) => expect.poll(() => api.faults.openWatches).toBe(count);

  test("429 has Retry-After and no Status, as the server's own limits send it; then it is over", async () => {
    api.faults.add({ fault: { kind: "tooManyRequests", retryAfterSeconds: 7 }, times: 1 });
    const answer = await client.get(path);
    expect(answer).toMatchObject({ code: 429, headers: { "retry-after": "7" } });
    expect(answer.body).toMatch(/^Too many requests/);
    expect((await client.get(path)).code).toBe(200);
  });

  test("an answer that is swallowed has taken effect all the same", async () => {
    api.faults.add({ fault: { kind: "swallowAnswer" }, times: 1 });
    const signal = AbortSignal.timeout(100);
    const body = { apiVersion: "fleet.cattle.io/v1alpha1", kind: "Bundle", metadata: { name: "a" } };
    await expect(client.request("POST", path, { body, signal })).rejects.toThrow();
    expect((await client.get(`${path}/a`)).code).toBe(200);
  });

  test("a rule holds for the requests that it names, until it is taken away", async () => {
    const fault = { kind: "status", code: 503, reason: "ServiceUnavailable", message: "no" } as const;
    const remove = api.faults.add({ fault, when: ({ verb }) => verb === "create" });
    expect((await post("a")).body).toMatchObject({ kind: "Status", code: 503, reason: "ServiceUnavailable" });
    expect((await client.get(path)).body.items).toEqual([]);
    remove();
    expect((await post("a")).code).toBe(201);
  });

  test("a write whose answer is lost has taken effect, one that is cut has not", async () => {
    api.faults.add({ fault: { kind: "loseAnswer" }, when: ({ verb }) => verb === "create", times: 1 });
    await expect(post("lost")).rejects.toThrow();
    api.faults.add({ fault: { kind: "cut" }, when: ({ verb }) => verb === "create", times: 1 });
    await expect(post("cut")).rejects.toThrow();
    expect((await client.get(path)).body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      "lost",
    ]);
    expect(api.requests.map(({ verb, code }) => `${verb} ${code}`)).toEqual(["create 0", "create 0", "list 200"]);
  });

  test("410 at will is a Status for a list and an ERROR event for a watch", async () => {
    api.faults.add({ fault: { kind: "gone" }, times: 2 });
    expect(await client.get(path)).toMatchObject({ code: 410, body: { reason: "Expired" } });
    const { lines, ended } = watch();
    expect(await ended).toBe("closed");
    expect(lines).toMatchObject([{ type: "ERROR", object: { code: 410, reason: "Expired" } }]);
  });

  test("open watches can be cut, expired, and silenced", async () => {
    const cut = watch();
    await opened();
    api.faults.cutWatches();
    expect(await cut.ended).toBe("broken");

    const expiring = watch();
    await opened();
    api.faults.expireWatches();
    expect(await expiring.ended).toBe("closed");
    expect(expiring.lines).toMatchObject([{ type: "ERROR", object: { code: 410 } }]);

    const silent = watch("&allowWatchBookmarks=true");
    await opened();
    api.faults.silenceWatches();
    const speaking = watch("&allowWatchBookmarks=true");
    await opened(2);
    create("a");
    await expect.poll(() => speaking.lines.filter(({ type }) => type === "BOOKMARK").length).toBeGreaterThan(1);
    expect(speaking.lines[0]).toMatchObject({ type: "ADDED", object: { metadata: { name: "a" } } });
    expect(silent.lines).toEqual([]);
    api.faults.cutWatches();
    await Promise.all([silent.ended, speaking.ended]);
  });

  test("a silent request is taken and never answered", async () => {
    api.faults.add({ fault: { kind: "silence" }, times: 1 });
    const impatient = new AbortController();
    const answer = client.request("GET", path, { signal: impatient.signal });
    const given = expect(answer).rejects.toThrow();
    await expect.poll(() => api.requests.length).toBe(1);
    impatient.abort();
    await given;
    expect(api.requests[0]).toMatchObject({ verb: "list", plural: "bundles", code: 0 });
  });

  test("a late answer is carried out when it is given, not when it was asked", async () => {
    api.faults.add({ fault: { kind: "latency", ms: 50 }, times: 1 });
    const late = client.get(path);
    await expect.poll(() => api.requests.length).toBe(1);
    create("meanwhile");
    expect((await late).body.items).toHaveLength(1);
  });

  test("requests are recorded as RBAC would see them", async () => {
    await client.get("/api/v1/namespaces/kube-system");
    await client.patch(`${path}/a/status`, {});
    await client.get("/apis/fleet.cattle.io/v1alpha1");
    expect(
      api.requests.map(({ verb, plural, namespace, name, subresource, code }) => [
        verb,
        plural,
        namespace,
        name,
        subresource,
        code,
      ]),
    ).toEqual([
      ["get", "namespaces", "", "kube-system", "", 200],
      ["patch", "bundles", "default", "a", "status", 404],
      ["other", "", "", "", "", 200],
    ]);
  });

  test("discovery names the kinds of the world", async () => {
    expect((await client.get("/version")).body.gitVersion).toContain("simulated");
    const { body } = await client.get("/apis/signalman.dev/v1alpha1");
    expect(body.resources.map(({ name }: { name: string }) => name)).toEqual([
      "notifications",
      "notifications/status",
      "clusternotifications",
      "clusternotifications/status",
      "deliveries",
    ]);
    expect((await client.get("/apis")).body.groups.map(({ name }: { name: string }) => name)).toContain("fleet.cattle.io");
  });

  test("closing ends open watches and leaves no connection", async () => {
    const { ended } = watch();
    await opened();
    await api.close();
    expect(await ended).toBe("broken");
    await opened(0);
    await expect(client.get(path)).rejects.toThrow();
  });
});
