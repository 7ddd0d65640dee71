import { limits } from "../core/limits.ts";
import type { KubernetesClient } from "./client.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** Every object of a collection, page by page; those above `limits.kubernetesObjectBytesMax` are left out. Throws KubernetesError. */
export async function listAll(
  client: KubernetesClient,
  { path, labelSelector }: { readonly path: string; readonly labelSelector?: string },
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  const onItem = (object: unknown) => objects.push(object as KubernetesObject);
  let continueToken = "";
  do {
    const query = {
      limit: limits.kubernetesPageItemsMax,
      ...(labelSelector !== undefined && { labelSelector }),
      ...(continueToken !== "" && { continue: continueToken }),
    };
    ({ continueToken } = await client.list(path, { signal, query, onItem, onOversized: () => {} }));
  } while (continueToken !== "");
  return objects;
}
