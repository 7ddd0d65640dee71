import { Agent } from "undici";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { startScriptedServer } from "../../test/kubernetes/scripted-server.ts";
import { startMs, until, useSimulatedCluster, write } from "../../test/kubernetes/simulated-cluster.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { KubernetesClient } from "./client.ts";
import { clusterUid } from "./cluster-uid.ts";
import { loadCredentials } from "./credentials.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { readSecret } from "./read-secret.ts";
import { resourcePath } from "./resource-path.ts";
import { resources } from "./resources.ts";

const cluster = useSimulatedCluster();
const { signal } = new AbortController();
const bundles = resourcePath(resources.bundles, { namespace: "default" });
const bundle = (name: string) => resourcePath(resources.bundles, { namespace: "default", name });
const object = (name: string) => ({
  apiVersion: "fleet.cattle.io/v1alpha1",
  kind: "Bundle",
  metadata: { name },
  spec: { size: 1 },
});

async function failureOf(work: Promise<unknown>): Promise<KubernetesError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KubernetesError);
  return error as KubernetesError;
}

describe("the client", () => {
  test("creates, reads, replaces, patches and deletes", async () => {
    const { client } = cluster();
    const created = await client.create(bundles, object("a"), { signal });
    expect(created.spec).toEqual({ size: 1 });
    const replaced = await client.replace(bundle("a"), { ...created, spec: { size: 2 } }, { signal });
    expect(replaced.spec).toEqual({ size: 2 });
    expect((await client.patch(bundle("a"), { spec: { size: null, more: 1 } }, { signal })).spec).toEqual({ more: 1 });
    expect((await client.get(bundle("a"), { signal })).spec).toEqual({ more: 1 });
    const { resourceVersion } = replaced.metadata;
    expect(await failureOf(client.delete(bundle("a"), { signal, preconditions: { resourceVersion } }))).toMatchObject({
      status: 409,
    });
    await client.delete(bundle("a"), { signal });
    expect(await failureOf(client.get(bundle("a"), { signal }))).toMatchObject({
      status: 404,
      reason: "NotFound",
      code: "KubernetesNotFound",
      message: 'bundles.fleet.cattle.io "a" not found',
      isUnknown: false,
    });
  });

  test("says of each failure what is known: refused, unanswered, given up", async () => {
    const { client, api, clock } = cluster();
    api.faults.add({ fault: { kind: "tooManyRequests", retryAfterSeconds: 3 }, times: 1 });
    expect(await failureOf(client.get(bundle("a"), { signal }))).toMatchObject({
      status: 429,
      retryAfterMs: 3_000,
      isUnknown: false,
    });
    api.faults.add({ fault: { kind: "cut" }, times: 1 });
    expect(await failureOf(client.get(bundle("a"), { signal }))).toMatchObject({
      status: 0,
      reason: "Disconnected",
      isUnknown: true,
    });
    api.faults.add({ fault: { kind: "silence" }, times: 2 });
    const slow = failureOf(client.get(bundle("a"), { signal }));
    await until(() => api.requests.length === 3);
    clock.moveTo(startMs + 10_000);
    expect(await slow).toMatchObject({ status: 0, reason: "Timeout", isUnknown: true });
    const controller = new AbortController();
    const abandoned = failureOf(client.get(bundle("a"), { signal: controller.signal }));
    await until(() => api.requests.length === 4);
    controller.abort();
    expect(await abandoned).toMatchObject({ status: 0, reason: "Aborted", isUnknown: true });
  });

  test("leaves no timer behind", async () => {
    const { client, clock } = cluster();
    await client.get(resourcePath(resources.namespaces), { signal });
    await failureOf(client.get(bundle("none"), { signal }));
    expect(clock.nextMs()).toBe(Infinity);
  });

  test("does nothing after its signal", async () => {
    const { client, api } = cluster();
    expect(await failureOf(client.get(bundle("a"), { signal: AbortSignal.abort() }))).toMatchObject({ reason: "Aborted" });
    expect(api.requests).toEqual([]);
  });

  test("does not repeat in an error what a broken answer holds: it may be a Secret", async () => {
    const clock = new VirtualClock(startMs);
    const { kubeconfig } = await startScriptedServer({ lists: [(response) => response.end('{"data":"c2VjcmV0"')], watches: [] });
    const client = new KubernetesClient({ credentials: await loadCredentials({ kind: "text", kubeconfig }, clock), clock });
    onTestFinished(() => client.close());
    const failure = await failureOf(client.get("/api/v1/namespaces/a/secrets/b", { signal }));
    expect(failure).toMatchObject({ reason: "InvalidAnswer", isUnknown: true });
    expect(failure.message).not.toContain("c2VjcmV0");
  });

  test("gives up on an answer without end", async () => {
    const clock = new VirtualClock(startMs);
    const { kubeconfig } = await startScriptedServer({
      lists: [
        (response) => {
          const more = () => response.write("x".repeat(1_000_000), () => response.destroyed || more());
          more();
        },
      ],
      watches: [],
    });
    const client = new KubernetesClient({ credentials: await loadCredentials({ kind: "text", kubeconfig }, clock), clock });
    onTestFinished(() => client.close());
    expect(await failureOf(client.get("/api/v1/x", { signal }))).toMatchObject({ reason: "InvalidAnswer" });
  });

  test("escapes names, whatever is in them", () => {
    expect(bundle("../../secrets/x?y#z")).toBe(
      "/apis/fleet.cattle.io/v1alpha1/namespaces/default/bundles/..%2F..%2Fsecrets%2Fx%3Fy%23z",
    );
    expect(resourcePath(resources.namespaces, { name: "kube-system" })).toBe("/api/v1/namespaces/kube-system");
  });
});

test("the cluster is known by the uid of kube-system", async () => {
  const { objects, client } = cluster();
  const found = objects.find(kinds.namespace, { namespace: "", name: "kube-system" });
  expect(await clusterUid(client, signal)).toBe(found?.metadata.uid);
});

test("a token that is refused is read anew for the next request", async () => {
  const { api, clock } = cluster();
  const token = (value: string) => ({ headers: { authorization: `Bearer ${value}` }, dispatcher: new Agent() });
  let current = token("old");
  let reads = 0;
  const client = new KubernetesClient({
    clock,
    credentials: {
      server: api.url,
      namespace: "default",
      authorize: () => Promise.resolve(current),
      invalidate() {
        reads += 1;
        current = token(api.token);
      },
      close: () => current.dispatcher.destroy(),
    },
  });
  onTestFinished(() => client.close());
  expect(await failureOf(client.get(bundles, { signal }))).toMatchObject({ status: 401 });
  await client.get(bundles, { signal });
  await failureOf(client.get(bundle("none"), { signal }));
  expect(reads).toBe(1);
});

describe("a Secret", () => {
  const reference = { namespace: "default", name: "hook", key: "token" };

  test("is read each time that it is used: a rotated one is used from the next time on", async () => {
    const { objects, client } = cluster();
    const data = (text: string) => ({ data: { token: Buffer.from(text).toString("base64") } });
    write(objects, kinds.secret, { metadata: { namespace: "default", name: "hook" }, ...data("größer") });
    expect(await readSecret(client, reference, signal)).toBe("größer");
    objects.patch(kinds.secret, { namespace: "default", name: "hook", patch: data("new") }, { nowMs: startMs });
    expect(await readSecret(client, reference, signal)).toBe("new");
  });

  test("that is not there, or has no such key, says so", async () => {
    const { objects, client } = cluster();
    await expect(readSecret(client, reference, signal)).rejects.toThrow("Secret default/hook does not exist");
    write(objects, kinds.secret, { metadata: { namespace: "default", name: "hook" } });
    await expect(readSecret(client, reference, signal)).rejects.toThrow('Secret default/hook has no key "token"');
    const inherited = { ...reference, key: "constructor" };
    await expect(readSecret(client, inherited, signal)).rejects.toThrow('has no key "constructor"');
  });

  test("that may not be read names the right that is missing", async () => {
    cluster().api.faults.add({ fault: { kind: "status", code: 403, reason: "Forbidden", message: "no" } });
    await expect(readSecret(cluster().client, reference, signal)).rejects.toThrow('Grant "get" on it');
  });
});

describe("credentials", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("keep one dispatcher, and with it the connections, for as long as nothing changes", async () => {
    const { api, clock } = cluster();
    const credentials = await loadCredentials({ kind: "text", kubeconfig: api.kubeconfig }, clock);
    const first = await credentials.authorize();
    clock.moveTo(startMs + 60_000);
    const second = await credentials.authorize();
    expect(second).not.toBe(first);
    expect(second.dispatcher).toBe(first.dispatcher);
    expect(first.dispatcher).toBeInstanceOf(Agent);
    expect(second.headers).toEqual({ authorization: `Bearer ${api.token}` });
    await credentials.close();
  });

  test("that nobody gave say what to do", async () => {
    vi.stubEnv("KUBECONFIG", "");
    vi.stubEnv("HOME", "/nonexistent");
    const failure = await failureOf(loadCredentials({ kind: "default" }, cluster().clock));
    expect(failure).toMatchObject({ code: "KubernetesNoCredentials", isUnknown: false });
    expect(failure.message).toContain("Set KUBECONFIG to a file that kubectl can use");
  });

  test("that are no kubeconfig say where they fail", async () => {
    for (const kubeconfig of ["{", "[]", '{"clusters":[]}', "42", ""]) {
      const failure = await failureOf(loadCredentials({ kind: "text", kubeconfig }, cluster().clock));
      expect(failure.code).toBe("KubernetesNoCredentials");
    }
    const missing = await failureOf(loadCredentials({ kind: "file", path: "/nonexistent/config" }, cluster().clock));
    expect(missing.message).toContain("/nonexistent/config");
  });

  test("go over plain HTTP to this machine only", async () => {
    const kubeconfig = cluster().api.kubeconfig.replace(',"insecure-skip-tls-verify":true', "");
    const local = await loadCredentials({ kind: "text", kubeconfig }, cluster().clock);
    expect((await local.authorize()).headers).toHaveProperty("authorization");
    await local.close();
    const remote = await loadCredentials(
      { kind: "text", kubeconfig: kubeconfig.replace("127.0.0.1", "api.example.com") },
      cluster().clock,
    );
    expect(await failureOf(remote.authorize())).toMatchObject({ code: "KubernetesNoCredentials" });
    await remote.close();
  });
});
