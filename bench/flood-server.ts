import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKubernetesApi } from "../simulator/faces/kubernetes-api.ts";
import { KubernetesObjects } from "../simulator/world/kubernetes-objects.ts";
import { ApiClient } from "../test/contract/api-client.ts";

const path = "/apis/fleet.cattle.io/v1alpha1/bundledeployments";
const firstVersion = 1_000_000;
/** As many as a socket takes at once: what waits behind it shows as a product that is slower than this server. */
const eventsInWrite = 50;

/** A BundleDeployment as `rollout-objects` makes it; the server adds what is the server's. */
interface Unversioned {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/**
 * A simulated API server that can say a hundred thousand changes in some seconds: BundleDeployments come from a function, not from a store,
 * and a watch gets them as fast as it reads. Everything else is the simulated server's own.
 */
export interface FloodServer {
  readonly kubeconfigPath: string;
  readonly client: ApiClient;
  /** What a list shows, by place. */
  show(count: number, objectAt: (index: number) => Unversioned): void;
  /** Tells every open watch of so many changes, then a bookmark; resolves when they are written. Throws where no watch is open. */
  flood(changes: number, objectAt: (index: number) => { readonly place: number; readonly object: Unversioned }): Promise<void>;
  stop(): Promise<void>;
}

export async function startFloodServer(): Promise<FloodServer> {
  const api = await startKubernetesApi(new KubernetesObjects({ nowMs: Date.now() }), { now: () => Date.now() });
  const watches = new Set<ServerResponse>();
  let shown = { count: 0, objectAt: (_index: number): Unversioned => ({ metadata: { name: "", namespace: "" } }) };
  let version = firstVersion;
  const front = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? "", "http://localhost");
    if (url.pathname !== path) forward(api.url, incoming, response);
    else if (url.searchParams.get("watch") === "true") {
      watches.add(response);
      response.once("close", () => watches.delete(response));
      response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    } else response.writeHead(200, { "content-type": "application/json" }).end(pageOf(shown, url.searchParams, version));
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const folder = await mkdtemp(join(tmpdir(), "signalman-bench-"));
  const kubeconfigPath = join(folder, "kubeconfig");
  await writeFile(kubeconfigPath, api.kubeconfig.replaceAll(api.url, url), { mode: 0o600 });
  const client = new ApiClient({ url, token: api.token, certificateAuthority: "" });
  return {
    kubeconfigPath,
    client,
    show(count, objectAt) {
      shown = { count, objectAt };
    },
    async flood(changes, objectAt) {
      if (watches.size === 0) throw new Error("nobody watches BundleDeployments");
      for (let from = 0; from < changes; from += eventsInWrite) {
        let text = "";
        for (let index = from; index < Math.min(changes, from + eventsInWrite); index += 1) {
          const { place, object } = objectAt(index);
          version += 1;
          text += `${JSON.stringify({ type: "MODIFIED", object: versioned(object, place, version) })}\n`;
        }
        await writeTo(watches, text);
      }
      const object = { kind: "BundleDeployment", metadata: { resourceVersion: String(version) } };
      await writeTo(watches, `${JSON.stringify({ type: "BOOKMARK", object })}\n`);
    },
    async stop() {
      await client.close();
      front.closeAllConnections();
      front.close();
      await once(front, "close");
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function pageOf(
  { count, objectAt }: { count: number; objectAt: (index: number) => Unversioned },
  query: URLSearchParams,
  version: number,
): string {
  const from = Number(query.get("continue") ?? 0);
  const to = Math.min(count, from + Number(query.get("limit") ?? count));
  const items = Array.from({ length: to - from }, (_, index) => versioned(objectAt(from + index), from + index, firstVersion));
  const metadata = { resourceVersion: String(version), ...(to < count ? { continue: String(to) } : {}) };
  return JSON.stringify({ apiVersion: "fleet.cattle.io/v1alpha1", kind: "BundleDeploymentList", metadata, items });
}

function versioned(object: Unversioned, place: number, version: number): unknown {
  const metadata = { ...object.metadata, uid: `00000000-0000-4000-8000-${String(place).padStart(12, "0")}` };
  return { ...object, metadata: { ...metadata, generation: 1, resourceVersion: String(version) } };
}

async function writeTo(watches: ReadonlySet<ServerResponse>, text: string): Promise<void> {
  for (const watch of watches) if (!watch.write(text) && !watch.destroyed) await once(watch, "drain");
}

function forward(server: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = incoming;
  const onward = request(`${server}${url ?? ""}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.once("close", () => onward.destroy());
  incoming.pipe(onward);
}
