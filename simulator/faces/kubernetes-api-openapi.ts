import { apiVersionOf } from "../world/kubernetes-kind.ts";
import type { KubernetesKind } from "../world/kubernetes-kind.ts";
import type { KubernetesObjects } from "../world/kubernetes-objects.ts";

/** `/openapi/v3`: where the description of each group is. */
export function openapiIndex(world: KubernetesObjects): unknown {
  const roots = new Set(world.kinds.map(rootOf));
  return { paths: Object.fromEntries([...roots].map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }])) };
}

/**
 * What kubectl looks for before it applies something: that the server checks fields by itself (`fieldValidation`), so that kubectl need not.
 * Nothing is said of the objects' fields. Null where there is no such group.
 */
export function openapiOf(world: KubernetesObjects, root: string): unknown {
  const own = world.kinds.filter((kind) => rootOf(kind) === root);
  if (own.length === 0) return null;
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "simulated" },
    paths: Object.fromEntries(own.map((kind) => [addressOf(kind), { patch: patchOf(kind) }])),
  };
}

/** `apis/fleet.cattle.io/v1alpha1`, `api/v1`. */
function rootOf(kind: KubernetesKind): string {
  return `${kind.group === "" ? "api" : "apis"}/${apiVersionOf(kind)}`;
}

function addressOf(kind: KubernetesKind): string {
  return `/${rootOf(kind)}/${kind.namespaced ? "namespaces/{namespace}/" : ""}${kind.plural}/{name}`;
}

function patchOf({ group, version, kind }: KubernetesKind): unknown {
  return {
    parameters: [{ name: "fieldValidation", in: "query", schema: { type: "string" } }],
    responses: { 200: { description: "OK" } },
    "x-kubernetes-action": "patch",
    "x-kubernetes-group-version-kind": { group, version, kind },
  };
}
