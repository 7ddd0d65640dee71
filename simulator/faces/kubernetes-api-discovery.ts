import type { KubernetesApiAnswer } from "./kubernetes-api-call.ts";
import { openapiIndex, openapiOf } from "./kubernetes-api-openapi.ts";
import type { KubernetesApiRequest } from "./kubernetes-api-request.ts";
import { apiVersionOf } from "../world/kubernetes-kind.ts";
import type { KubernetesKind } from "../world/kubernetes-kind.ts";
import type { KubernetesObjects } from "../world/kubernetes-objects.ts";

/** What the simulated server calls itself. */
const version = { major: "1", minor: "36", gitVersion: "v1.36.3+simulated", platform: "linux/amd64" };

function groupsOf(world: KubernetesObjects): readonly string[] {
  return [...new Set(world.kinds.map(({ group }) => group))].filter((group) => group !== "").sort();
}

function versionsOf(world: KubernetesObjects, group: string) {
  const versions = [...new Set(world.kinds.filter((kind) => kind.group === group).map((kind) => kind.version))];
  return versions.map((version) => ({ groupVersion: apiVersionOf({ group, version }), version }));
}

function groupOf(world: KubernetesObjects, name: string) {
  const versions = versionsOf(world, name);
  return { name, versions, preferredVersion: versions[0] };
}

const verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

function resourcesOf(kind: KubernetesKind) {
  const resource = {
    name: kind.plural,
    singularName: kind.kind.toLowerCase(),
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs,
  };
  const status = { ...resource, name: `${kind.plural}/status`, singularName: "", verbs: ["get", "patch", "update"] };
  return kind.statusSubresource ? [resource, status] : [resource];
}

function resourceList(world: KubernetesObjects, groupVersion: string): KubernetesApiAnswer | null {
  const own = world.kinds.filter((kind) => apiVersionOf(kind) === groupVersion);
  if (own.length === 0) return null;
  const resources = own.flatMap(resourcesOf);
  return { code: 200, body: { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources } };
}

/** Answers health, version, what kinds there are and what can be done with them; null for anything else. */
export function discover(world: KubernetesObjects, { method, path }: KubernetesApiRequest): KubernetesApiAnswer | null {
  if (method !== "GET") return null;
  const [pathname = ""] = path.split("?");
  if (["/healthz", "/livez", "/readyz"].includes(pathname)) return { code: 200, body: "ok" };
  if (pathname === "/version") return { code: 200, body: version };
  if (pathname === "/api") return { code: 200, body: { kind: "APIVersions", versions: ["v1"] } };
  if (pathname === "/apis") {
    const groups = groupsOf(world).map((group) => groupOf(world, group));
    return { code: 200, body: { kind: "APIGroupList", apiVersion: "v1", groups } };
  }
  if (pathname === "/openapi/v3") return { code: 200, body: openapiIndex(world) };
  if (pathname.startsWith("/openapi/v3/")) {
    const body = openapiOf(world, pathname.slice("/openapi/v3/".length));
    return body === null ? null : { code: 200, body };
  }
  const [, root, groupOrVersion = "", groupVersion, ...rest] = pathname.split("/");
  if (rest.length > 0) return null;
  if (root === "api" && groupVersion === undefined) return resourceList(world, groupOrVersion);
  if (root !== "apis") return null;
  if (groupVersion !== undefined) return resourceList(world, `${groupOrVersion}/${groupVersion}`);
  if (!groupsOf(world).includes(groupOrVersion)) return null;
  return { code: 200, body: { kind: "APIGroup", apiVersion: "v1", ...groupOf(world, groupOrVersion) } };
}
