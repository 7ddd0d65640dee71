import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resources } from "../../src/kubernetes/resources.ts";
import { resourcePath } from "../../src/kubernetes/resource-path.ts";
import { ApiClient } from "../contract/api-client.ts";
import { apply, installCrds, readManifests } from "../control-plane/apply.ts";
import { startControlPlane } from "../control-plane/start.ts";
import type { ControlPlane } from "../control-plane/start.ts";

const deploy = join(import.meta.dirname, "../../deploy");
const fleetCrds = join(import.meta.dirname, "../control-plane/fleet-crds.yaml");

describe("deploy/ on a real API server", () => {
  let controlPlane: ControlPlane;
  let client: ApiClient;

  beforeAll(async () => {
    controlPlane = await startControlPlane();
    client = new ApiClient(controlPlane);
    const crds = (await readdir(join(deploy, "crds"))).map((file) => join(deploy, "crds", file));
    await installCrds(client, [fleetCrds, ...crds]);
    // For real, since a dry run leaves no namespace for the next one.
    const namespaces = (await readManifests(join(deploy, "signalman.yaml"))).filter(({ kind }) => kind === "Namespace");
    const fleet = { apiVersion: "v1", kind: "Namespace", metadata: { name: "fleet-default" } };
    for (const namespace of [...namespaces, fleet]) await apply(client, namespace, { dryRun: false });
  });

  afterAll(async () => {
    await client.close();
    await controlPlane.stop();
  });

  test("every manifest is accepted, with strict fields and the pod security that the namespace asks for", async () => {
    const files = (await readdir(deploy)).filter((file) => file.endsWith(".yaml") && file !== "kustomization.yaml");
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) {
      for (const manifest of await readManifests(join(deploy, file))) {
        const { code, headers, body } = await apply(client, manifest, { dryRun: true });
        expect({ file, kind: manifest.kind, code, body: code < 300 ? "" : body }).toEqual({
          file,
          kind: manifest.kind,
          code: code === 201 ? 201 : 200,
          body: "",
        });
        expect(headers["warning"], `${file} ${manifest.kind}`).toBeUndefined();
      }
    }
  });

  test("the ServiceAccount may do what the program does, and cannot list Secrets or read other things", async () => {
    for (const file of ["signalman.yaml", "secrets-all-namespaces.yaml"]) {
      for (const manifest of await readManifests(join(deploy, file))) {
        if (manifest.kind.startsWith("Cluster") || manifest.kind.startsWith("Role"))
          await apply(client, manifest, { dryRun: false });
      }
    }
    const token = controlPlane.serviceAccountToken;
    const code = async (path: string) => (await client.request("GET", path, { token })).code;
    const { gitRepos, bundles, bundleDeployments, clusters, jobs, notifications, clusterNotifications, deliveries } = resources;
    for (const resource of [
      gitRepos,
      bundles,
      bundleDeployments,
      clusters,
      jobs,
      notifications,
      clusterNotifications,
      deliveries,
    ]) {
      await expect.poll(() => code(resourcePath(resource)), { timeout: 10_000 }).toBe(200);
    }
    expect(await code(resourcePath(resources.namespaces, { name: "kube-system" }))).toBe(200);
    expect(await code(resourcePath(resources.namespaces, { name: "default" }))).toBe(403);
    expect(await code(resourcePath(resources.secrets, { namespace: "fleet-default", name: "none" }))).toBe(404);
    expect(await code(resourcePath(resources.secrets, { namespace: "fleet-default" }))).toBe(403);
    expect(await code(resourcePath(resources.leases, { namespace: "signalman", name: "none" }))).toBe(404);
    expect(await code(resourcePath(resources.leases, { namespace: "default", name: "none" }))).toBe(403);
    const body = { spec: { paused: true } };
    const path = resourcePath(gitRepos, { namespace: "fleet-default", name: "none" });
    expect((await client.request("PATCH", path, { token, body, contentType: "application/merge-patch+json" })).code).toBe(403);
  });
});
