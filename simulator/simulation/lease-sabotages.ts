import type { KubernetesObject } from "../../src/kubernetes/kubernetes-object.ts";
import { KubernetesError } from "../../src/kubernetes/kubernetes-error.ts";
import type { LeaseClient } from "../../src/kubernetes/lease.ts";
import { type Sabotage, sabotage } from "./sabotage.ts";

/** What is broken in the election. */
export const leaseSabotages: Readonly<Record<string, Sabotage>> = {
  "lease-taken-at-once": sabotage("a Lease that another one holds is taken for one that was given back", { lease: givenBack }),
  "deleted-lease-kept": sabotage("who finds the Lease gone that it holds goes on as if it held it", {
    lease: renewedAnyway,
  }),
  "no-fencing": sabotage("a process that has lost its lease goes on", { held: () => new AbortController().signal }),
};

function givenBack(client: LeaseClient): LeaseClient {
  return {
    ...client,
    get: async (...request) => {
      const stored = await client.get(...request);
      return { ...stored, spec: { ...(stored["spec"] as object), holderIdentity: "" } };
    },
  };
}

function renewedAnyway(client: LeaseClient): LeaseClient {
  let isGone = false;
  return {
    ...client,
    replace: async (path, object, options) => {
      if (isGone) return object as KubernetesObject;
      return await client.replace(path, object, options).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
        isGone = true;
        return object as KubernetesObject;
      });
    },
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 404;
}
