import { limits } from "../core/limits.ts";
import type { KubernetesClient } from "./client.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { type KubernetesResource, resourcePath } from "./resource-path.ts";

interface Collection {
  readonly resource: KubernetesResource;
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** Each object as soon as it is there; those above `limits.kubernetesObjectBytesMax` are left out. */
  readonly onItem: (object: unknown) => void;
}

/** Reads a collection once, page by page. Throws KubernetesError; its reason is "KindMissing" where the cluster does not know the kind. */
export async function listEach(
  client: KubernetesClient,
  { resource, namespace = "", labelSelector, onItem }: Collection,
  signal: AbortSignal,
): Promise<void> {
  let continueToken = "";
  try {
    do {
      const query = {
        limit: limits.kubernetesPageItemsMax,
        ...(labelSelector !== undefined && { labelSelector }),
        ...(continueToken !== "" && { continue: continueToken }),
      };
      const path = resourcePath(resource, { namespace });
      ({ continueToken } = await client.list(path, { signal, query, onItem, onOversized: () => {} }));
    } while (continueToken !== "");
  } catch (error) {
    // A namespace that is not there has an empty list: it is the kind that is not found.
    if (!(error instanceof KubernetesError) || error.status !== 404) throw error;
    const { plural, group } = resource;
    throw new KubernetesError({ status: 404, reason: "KindMissing", message: `the cluster has no ${plural}.${group}` });
  }
}
