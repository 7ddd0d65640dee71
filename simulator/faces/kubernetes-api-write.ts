import type { AddressedInput, KubernetesApiAnswer } from "./kubernetes-api-answer.ts";
import type { ObjectInput } from "../world/kubernetes-object.ts";
import { KubernetesProblem, badRequest } from "../world/kubernetes-problem.ts";

function parseBody({ body, request }: AddressedInput): ObjectInput {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as ObjectInput;
  } catch {
    // Refused below.
  }
  throw badRequest(`the object provided is unrecognized (must be of type ${request.kind.kind}): it is not a JSON object`);
}

function options({ nowMs, request }: AddressedInput): { nowMs: number; subresource?: "status" } {
  if (request.query.has("dryRun")) throw badRequest("dryRun is not simulated; ask the real API server");
  return { nowMs, ...(request.subresource === "status" ? { subresource: "status" } : {}) };
}

/** POST: 201 with the object. */
export function create(input: AddressedInput): KubernetesApiAnswer {
  const { world, request } = input;
  return { code: 201, body: world.create(request.kind, parseBody(input), { ...options(input), namespace: request.namespace }) };
}

/** PUT: 200, or 201 for the kinds that a PUT creates. */
export function update(input: AddressedInput): KubernetesApiAnswer {
  const { world, request } = input;
  const { kind, name, namespace } = request;
  const parsed = parseBody(input);
  if (parsed.metadata?.name !== name) {
    throw badRequest(`the name of the object (${parsed.metadata?.name ?? ""}) does not match the name on the URL (${name})`);
  }
  const own = parsed.metadata.namespace ?? "";
  if (kind.namespaced && own !== "" && own !== namespace) {
    throw badRequest(`the namespace of the object (${own}) does not match the namespace on the URL (${namespace})`);
  }
  const desired = { ...parsed, metadata: { ...parsed.metadata, ...(kind.namespaced ? { namespace } : {}) } };
  const code = world.find(kind, request) === undefined ? 201 : 200;
  return { code, body: world.replace(kind, desired, options(input)) };
}

const patchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

/** PATCH with a JSON merge patch: 200. Other forms of patch are not simulated. */
export function patch(input: AddressedInput): KubernetesApiAnswer {
  const { world, request, contentType } = input;
  if (!contentType.startsWith("application/merge-patch+json")) {
    throw new KubernetesProblem({
      code: 415,
      reason: "UnsupportedMediaType",
      message: `the body of the request was in an unknown format - accepted media types include: ${patchTypes.join(", ")}`,
    });
  }
  return { code: 200, body: world.patch(request.kind, { ...request, patch: parseBody(input) }, options(input)) };
}

/** DELETE: 200 with a Status, or with the object where finalizers hold it. */
export function remove(input: AddressedInput): KubernetesApiAnswer {
  const { world, request } = input;
  const { kind } = request;
  const { preconditions } = (input.body === "" ? {} : parseBody(input)) as {
    preconditions?: { uid?: string; resourceVersion?: string };
  };
  const { metadata } = world.read(kind, request);
  const held = world.remove(kind, request, { ...options(input), ...(preconditions === undefined ? {} : { preconditions }) });
  if (held !== null) return { code: 200, body: held };
  const details = {
    name: metadata.name,
    ...(kind.group === "" ? {} : { group: kind.group }),
    kind: kind.plural,
    uid: metadata.uid,
  };
  return { code: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details } };
}
