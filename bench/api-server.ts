import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startKubernetesApi } from "../simulator/faces/kubernetes-api.ts";
import { KubernetesObjects } from "../simulator/world/kubernetes-objects.ts";
import { ApiClient } from "../test/contract/api-client.ts";
import { installCrds } from "../test/control-plane/apply.ts";
import { startControlPlane } from "../test/control-plane/start.ts";

const root = resolve(import.meta.dirname, "..");

/** Where a figure's objects live. */
export interface ApiServer {
  readonly kind: "real" | "simulated";
  readonly kubeconfigPath: string;
  readonly client: ApiClient;
  stop(): Promise<void>;
}

/** True where the real server's binaries are: test/control-plane/build.sh makes them, KUBEBUILDER_ASSETS names them. */
export function hasRealServer(): boolean {
  const folder = process.env["KUBEBUILDER_ASSETS"] ?? join(root, "test/control-plane/bin");
  return existsSync(join(folder, "kube-apiserver")) && existsSync(join(folder, "etcd"));
}

export function startApiServer(kind: ApiServer["kind"]): Promise<ApiServer> {
  return kind === "real" ? startReal() : startSimulated();
}

async function startReal(): Promise<ApiServer> {
  const controlPlane = await startControlPlane();
  const client = new ApiClient(controlPlane);
  const crds = (await readdir(join(root, "deploy/crds"))).map((file) => join(root, "deploy/crds", file));
  await installCrds(client, [join(root, "test/control-plane/fleet-crds.yaml"), ...crds]);
  return {
    kind: "real",
    kubeconfigPath: controlPlane.kubeconfigPath,
    client,
    stop: async () => {
      await client.close();
      await controlPlane.stop();
    },
  };
}

async function startSimulated(): Promise<ApiServer> {
  const api = await startKubernetesApi(new KubernetesObjects({ nowMs: Date.now() }), { now: () => Date.now() });
  const folder = await mkdtemp(join(tmpdir(), "signalman-bench-"));
  const kubeconfigPath = join(folder, "kubeconfig");
  await writeFile(kubeconfigPath, api.kubeconfig, { mode: 0o600 });
  const client = new ApiClient({ url: api.url, token: api.token, certificateAuthority: "" });
  return {
    kind: "simulated",
    kubeconfigPath,
    client,
    stop: async () => {
      await client.close();
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
