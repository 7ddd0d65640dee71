import type { KubernetesKind } from "../world/kubernetes-kind.ts";
import type { KubernetesObjects } from "../world/kubernetes-objects.ts";

export type KubernetesVerb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "other";

/** A request as RBAC would see it. */
export interface KubernetesApiRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly verb: KubernetesVerb;
  /** Null for what is no resource of this world: discovery, health, unknown groups. */
  readonly kind: KubernetesKind | null;
  /** "" where the request is for all namespaces or a cluster-scoped kind. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** `/api/v1/…` and `/apis/<group>/<version>/…` split into who is meant. */
const address = /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)\/(?:namespaces\/(?<namespace>[^/]+)\/)?(?<rest>[^/].*)$/;

const verbs: Readonly<Record<string, KubernetesVerb>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

function verbOf(method: string, name: string, query: URLSearchParams): KubernetesVerb {
  if (method !== "GET") return verbs[method] ?? "other";
  if (["1", "true"].includes(query.get("watch") ?? "")) return "watch";
  return name === "" ? "list" : "get";
}

/** Reads method and address. `/api/v1/namespaces/x` is the Namespace x, `/api/v1/namespaces/x/secrets` are the Secrets in it. */
export function readRequest(world: KubernetesObjects, method: string, path: string): KubernetesApiRequest {
  const { pathname, searchParams: query } = new URL(path, "http://kubernetes.invalid");
  const other: KubernetesApiRequest = {
    method,
    path,
    query,
    verb: "other",
    kind: null,
    namespace: "",
    name: "",
    subresource: "",
  };
  const found = address.exec(pathname)?.groups;
  if (found === undefined) return other;
  const { group = "", version = "", rest = "" } = found;
  const parts = rest.split("/").map(decodeURIComponent);
  const [plural = "", name = "", subresource = ""] = parts;
  const kind = world.kindAt({ group, version, plural });
  const namespace = decodeURIComponent(found["namespace"] ?? "");
  if (kind !== null && parts.length <= 3 && (namespace === "" || kind.namespaced)) {
    return { ...other, verb: verbOf(method, name, query), kind, namespace, name, subresource };
  }
  return other;
}
