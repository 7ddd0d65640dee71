import type { KubernetesClient } from "./client.ts";
import { resourcePath } from "./resource-path.ts";
import { resources } from "./resources.ts";

/**
 * What tells this cluster from every other: the uid of its namespace kube-system, which lives as long as the cluster. Throws
 * KubernetesError; 403 means that Signalman's role lacks `get` on that namespace.
 */
export async function clusterUid(client: KubernetesClient, signal: AbortSignal): Promise<string> {
  const { metadata } = await client.get(resourcePath(resources.namespaces, { name: "kube-system" }), { signal });
  return metadata.uid;
}
