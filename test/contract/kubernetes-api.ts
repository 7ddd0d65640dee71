import { describe, expect, test } from "vitest";
import { bundle, bundlesIn, groups, useContractWorld } from "./contract-world.ts";
import type { ContractTargetSource } from "./contract-target.ts";

/** What Signalman relies on in an API server's answers to reads and writes. One text for the simulated and the real one. */
export function kubernetesApiContract(source: ContractTargetSource): void {
  const world = useContractWorld(source);
  const rejected = (code: number, reason: string) => ({ code, body: { kind: "Status", status: "Failure", code, reason } });

  describe("objects", () => {
    test("a created object gets uid, resourceVersion, generation 1 and creationTimestamp, and no status", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const { code, body } = await client.request("POST", bundlesIn(home), {
        body: bundle({ name: "a", status: { told: "early" } }),
      });
      expect(code).toBe(201);
      expect(body).toMatchObject({
        apiVersion: "fleet.cattle.io/v1alpha1",
        kind: "Bundle",
        metadata: { name: "a", namespace: home },
      });
      expect(body.metadata.generation).toBe(1);
      expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(body.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(body.status).toBeUndefined();
    });

    test("generation moves with the spec, and neither with the status nor with labels", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const path = bundlesIn(home, "a");
      await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      expect((await client.patch(path, { metadata: { labels: { team: "x" } } })).body.metadata.generation).toBe(1);
      const status = await client.patch(`${path}/status`, { status: { ready: true }, spec: { size: 9 } });
      expect(status.body).toMatchObject({ metadata: { generation: 1 }, spec: { size: 1 }, status: { ready: true } });
      const spec = await client.patch(path, { spec: { size: 2 }, status: { ready: false } });
      expect(spec.body).toMatchObject({ metadata: { generation: 2 }, spec: { size: 2 }, status: { ready: true } });
    });

    test("a write that changes nothing keeps the resourceVersion", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const { body: before } = await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      const { code, body: after } = await client.patch(bundlesIn(home, "a"), { spec: { size: 1 } });
      expect(code).toBe(200);
      expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    });

    test("a merge patch removes what is null and merges the rest", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await client.request("POST", bundlesIn(home), { body: bundle({ name: "a", spec: { keep: 1, drop: 2, list: [1, 2] } }) });
      const { body } = await client.patch(bundlesIn(home, "a"), { spec: { drop: null, list: [3], added: { deep: true } } });
      expect(body.spec).toEqual({ keep: 1, list: [3], added: { deep: true } });
    });

    test("what is created dry is checked and not kept", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const path = `${bundlesIn(home)}?dryRun=All`;
      expect((await client.request("POST", path, { body: bundle({ name: "a" }) })).code).toBe(201);
      expect((await client.request("GET", bundlesIn(home, "a"))).code).toBe(404);
      await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      expect((await client.request("POST", path, { body: bundle({ name: "a" }) })).body.reason).toBe("AlreadyExists");
      const nowhere = bundlesIn("nowhere");
      expect((await client.request("POST", `${nowhere}?dryRun=All`, { body: bundle({ name: "a" }) })).body.reason).toBe(
        "NotFound",
      );
    });

    test("a second object of a name is refused with AlreadyExists", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      const again = await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      expect(again).toMatchObject(rejected(409, "AlreadyExists"));
      expect(again.body.message).toBe('bundles.fleet.cattle.io "a" already exists');
    });

    test("a write with an old resourceVersion is refused with Conflict, a PUT without one with Invalid", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const { body: first } = await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      await client.patch(bundlesIn(home, "a"), { spec: { size: 2 } });
      const stale = { ...first, spec: { size: 3 } };
      const conflict = await client.request("PUT", bundlesIn(home, "a"), { body: stale });
      expect(conflict).toMatchObject(rejected(409, "Conflict"));
      expect(conflict.body.details).toEqual({ name: "a", group: "fleet.cattle.io", kind: "bundles" });
      const { resourceVersion } = first.metadata;
      const patched = await client.patch(bundlesIn(home, "a"), { metadata: { resourceVersion }, spec: { size: 3 } });
      expect(patched).toMatchObject(rejected(409, "Conflict"));
      const unconditional = await client.request("PUT", bundlesIn(home, "a"), { body: bundle({ name: "a", spec: { size: 3 } }) });
      expect(unconditional).toMatchObject(rejected(422, "Invalid"));
      expect((await client.get(bundlesIn(home, "a"))).body.spec).toEqual({ size: 2 });
    });

    test("what is not there is NotFound, to be read, patched, replaced or deleted", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const path = bundlesIn(home, "none");
      const answers = [
        await client.get(path),
        await client.patch(path, { spec: {} }),
        await client.request("PUT", path, { body: bundle({ name: "none", resourceVersion: "1" }) }),
        await client.request("DELETE", path),
      ];
      for (const answer of answers) expect(answer).toMatchObject(rejected(404, "NotFound"));
      const elsewhere = await client.request("POST", bundlesIn("nowhere"), { body: bundle({ name: "a", namespace: "nowhere" }) });
      expect(elsewhere).toMatchObject(rejected(404, "NotFound"));
      expect(elsewhere.body.message).toBe('namespaces "nowhere" not found');
    });

    test("a kind that the server does not know is a plain 404", async () => {
      const answer = await world().client.get("/apis/nobody.example/v1/things");
      expect(answer).toMatchObject({ code: 404, body: "404 page not found\n" });
    });

    test("a deleted object is gone, one with finalizers when the last of them is", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      const { body: deleted } = await client.request("DELETE", bundlesIn(home, "a"));
      expect(deleted).toMatchObject({ kind: "Status", status: "Success", details: { name: "a", kind: "bundles" } });
      expect((await client.get(bundlesIn(home, "a"))).code).toBe(404);

      await client.request("POST", bundlesIn(home), { body: bundle({ name: "held", finalizers: ["example.com/hold"] }) });
      const { body: held } = await client.request("DELETE", bundlesIn(home, "held"));
      expect(held.metadata.deletionTimestamp).toMatch(/Z$/);
      expect(held.metadata.generation).toBe(2);
      expect((await client.get(bundlesIn(home, "held"))).code).toBe(200);
      await client.patch(bundlesIn(home, "held"), { metadata: { finalizers: null } });
      expect((await client.get(bundlesIn(home, "held"))).code).toBe(404);
    });

    test("a deletion with the uid of another object is refused with Conflict", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      const body = { preconditions: { uid: "00000000-0000-4000-8000-000000000000" } };
      expect(await client.request("DELETE", bundlesIn(home, "a"), { body })).toMatchObject(rejected(409, "Conflict"));
    });

    test("a patch of another form than the server takes is UnsupportedMediaType", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      await client.request("POST", bundlesIn(home), { body: bundle({ name: "a" }) });
      const options = { body: {}, contentType: "application/strategic-merge-patch+json" };
      expect(await client.request("PATCH", bundlesIn(home, "a"), options)).toMatchObject(rejected(415, "UnsupportedMediaType"));
    });

    test("no token is Forbidden, a wrong one Unauthorized", async () => {
      const { client } = world();
      const path = `${groups.fleet}/bundles`;
      const anonymous = await client.request("GET", path, { token: "" });
      expect(anonymous).toMatchObject(rejected(403, "Forbidden"));
      expect(anonymous.body.message).toBe(
        'bundles.fleet.cattle.io is forbidden: User "system:anonymous" cannot list resource "bundles" in API group "fleet.cattle.io" at the cluster scope',
      );
      expect(await client.request("GET", path, { token: "wrong" })).toMatchObject(rejected(401, "Unauthorized"));
    });
  });

  describe("built-in kinds", () => {
    const lease = (name: string, spec: unknown, metadata = {}) => ({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, ...metadata },
      spec,
    });
    const leasesIn = (namespace: string) => `${groups.leases}/namespaces/${namespace}/leases`;

    test("a Lease is taken by whoever writes over the version that he read", async () => {
      const { client, namespace } = world();
      const path = leasesIn(await namespace());
      const spec = { holderIdentity: "a", leaseDurationSeconds: 15, renewTime: "2026-11-23T12:00:00.123000Z" };
      const { code, body: mine } = await client.request("POST", path, { body: lease("shard", spec) });
      expect(code).toBe(201);
      expect(mine.spec.renewTime).toBe("2026-11-23T12:00:00.123000Z");
      const body = lease("shard", { ...spec, holderIdentity: "b" }, { resourceVersion: mine.metadata.resourceVersion });
      expect((await client.request("PUT", `${path}/shard`, { body })).code).toBe(200);
      expect(await client.request("PUT", `${path}/shard`, { body })).toMatchObject(rejected(409, "Conflict"));
    });

    test("a Lease's times have six digits of a second, or the whole Lease is refused", async () => {
      const { client, namespace } = world();
      const body = lease("shard", { leaseDurationSeconds: 15, renewTime: "2026-11-23T12:00:00.123Z" });
      const answer = await client.request("POST", leasesIn(await namespace()), { body });
      expect(answer).toMatchObject(rejected(400, "BadRequest"));
      expect(answer.body.message).toContain("2006-01-02T15:04:05.000000Z07:00");
    });

    test("a PUT of a Lease that was deleted makes it again, whatever version was meant", async () => {
      const { client, namespace } = world();
      const path = leasesIn(await namespace());
      const { body: made } = await client.request("POST", path, { body: lease("shard", { leaseDurationSeconds: 15 }) });
      await client.request("DELETE", `${path}/shard`);
      const again = await client.request("PUT", `${path}/shard`, {
        body: lease("shard", { leaseDurationSeconds: 15 }, { resourceVersion: made.metadata.resourceVersion }),
      });
      expect(again.code).toBe(201);
      expect(again.body.metadata.uid).not.toBe(made.metadata.uid);
    });

    test("a Kubernetes event lies in the namespace of what it is about, or in default", async () => {
      const { client, namespace } = world();
      const home = await namespace();
      const event = (own: object, regarding: object) => ({
        apiVersion: "events.k8s.io/v1",
        kind: "Event",
        metadata: own,
        eventTime: "2026-11-23T12:00:00.000000Z",
        reportingController: "signalman.dev/signalman",
        reportingInstance: "signalman-0",
        action: "Check",
        reason: "Invalid",
        type: "Warning",
        regarding,
      });
      const path = (where: string) => `${groups.events}/namespaces/${where}/events`;
      const own = event({ name: "a" }, { kind: "Notification", name: "n", namespace: home });
      expect((await client.request("POST", path(home), { body: own })).code).toBe(201);
      const about = { kind: "ClusterNotification", name: "n" };
      expect(await client.request("POST", path(home), { body: event({ name: "b" }, about) })).toMatchObject(
        rejected(422, "Invalid"),
      );
      expect((await client.request("POST", path("default"), { body: event({ name: `c-${home}` }, about) })).code).toBe(201);
      const { action: _action, ...incomplete } = own;
      const missing = await client.request("POST", path(home), { body: { ...incomplete, metadata: { name: "d" } } });
      expect(missing).toMatchObject(rejected(422, "Invalid"));
      expect(missing.body.message).toBe('Event "d" is invalid: action: Required value');
    });

    test("a Secret answers base64 to whoever wrote text", async () => {
      const { client, namespace } = world();
      const path = `${groups.core}/namespaces/${await namespace()}/secrets`;
      await client.request("POST", path, { body: { metadata: { name: "hook" }, stringData: { token: "secret" } } });
      const { body } = await client.get(`${path}/hook`);
      expect(body).toMatchObject({ apiVersion: "v1", kind: "Secret", type: "Opaque", data: { token: "c2VjcmV0" } });
    });
  });
}
