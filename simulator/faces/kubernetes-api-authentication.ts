import type { KubernetesApiAnswer } from "./kubernetes-api-call.ts";
import type { KubernetesApiRequest } from "./kubernetes-api-request.ts";
import { KubernetesProblem } from "../world/kubernetes-problem.ts";

/** Answered without a token, as by Kubernetes' default role for discovery. */
const publicPaths = new Set(["/healthz", "/livez", "/readyz", "/version"]);

function forbidden({ kind, name, namespace, verb, path, method }: KubernetesApiRequest): KubernetesProblem {
  if (kind === null) {
    const message = `forbidden: User "system:anonymous" cannot ${method.toLowerCase()} path "${path.split("?")[0]}"`;
    return new KubernetesProblem({ code: 403, reason: "Forbidden", message, details: {} });
  }
  const resource = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const who = `User "system:anonymous" cannot ${verb} resource "${kind.plural}" in API group "${kind.group}" ${where}`;
  return new KubernetesProblem({
    code: 403,
    reason: "Forbidden",
    message: `${resource}${name === "" ? "" : ` "${name}"`} is forbidden: ${who}`,
    details: { ...(name === "" ? {} : { name }), ...(kind.group === "" ? {} : { group: kind.group }), kind: kind.plural },
  });
}

/** 401 for a wrong token, 403 for none; null where the request may go on. */
export function refusal(
  request: KubernetesApiRequest,
  authorization: string | undefined,
  token: string,
): KubernetesApiAnswer | null {
  if (authorization === `Bearer ${token}` || publicPaths.has(request.path)) return null;
  const problem =
    authorization === undefined
      ? forbidden(request)
      : new KubernetesProblem({ code: 401, reason: "Unauthorized", message: "Unauthorized" });
  return { code: problem.status.code, body: problem.status };
}
