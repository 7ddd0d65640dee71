import type { AddressedInput, KubernetesApiAnswer } from "./kubernetes-api-call.ts";
import type { ObjectInput } from "../world/kubernetes-object.ts";
import { kinds } from "../world/kubernetes-kind.ts";
import { checkAddress } from "../world/kubernetes-admission.ts";
import { KubernetesProblem, badRequest } from "../world/kubernetes-problem.ts";

function parseJson({ body }: AddressedInput): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A body that is an object. A custom resource must say what it is; a built-in kind need not. */
function parseBody(input: AddressedInput): ObjectInput {
  const { kind } = input.request;
  const parsed = parseJson(input);
  const unrecognized = `the object provided is unrecognized (must be of type ${kind.kind})`;
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw badRequest(`${unrecognized}: it is not a JSON object`);
  const object = parsed as ObjectInput;
  if (object.kind === undefined && !kind.builtIn) throw badRequest(`${unrecognized}: Object 'Kind' is missing`);
  return object;
}

function parsePatch(input: AddressedInput): unknown {
  const parsed = parseJson(input);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  const found = Array.isArray(parsed) ? "array" : typeof parsed;
  throw badRequest(`error decoding patch: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`);
}

function options({ nowMs, request }: AddressedInput): { nowMs: number; subresource?: "status" } {
  if (request.query.has("dryRun")) throw badRequest("dryRun is not simulated; ask the real API server");
  return { nowMs, ...(request.subresource === "status" ? { subresource: "status" } : {}) };
}

/** POST: 201 with the object; with `dryRun=All` it is not kept. Other writes are not simulated dry. */
export function create(input: AddressedInput): KubernetesApiAnswer {
  const { world, request, nowMs } = input;
  const isDry = request.query.get("dryRun") === "All";
  const how = isDry ? { nowMs, isDry } : options(input);
  return { code: 201, body: world.create(request.kind, parseBody(input), { ...how, namespace: request.namespace }) };
}

/** PUT: 200, or 201 for the kinds that a PUT creates. */
export function update(input: AddressedInput): KubernetesApiAnswer {
  const { world, request } = input;
  const { kind, name, namespace } = request;
  const parsed = parseBody(input);
  if (parsed.metadata?.name !== name) {
    throw badRequest(`the name of the object (${parsed.metadata?.name ?? ""}) does not match the name on the URL (${name})`);
  }
  checkAddress(kind, parsed, namespace);
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
  return { code: 200, body: world.patch(request.kind, { ...request, patch: parsePatch(input) }, options(input)) };
}

interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: string;
}

/** What holds a deleted object until what depends on it is gone. Jobs orphan their Pods where nobody says otherwise. */
function propagationFinalizer({ request }: AddressedInput, { propagationPolicy }: DeleteOptions): { finalizer?: string } {
  const policy =
    request.query.get("propagationPolicy") ?? propagationPolicy ?? (request.kind === kinds.job ? "Orphan" : "Background");
  if (policy === "Orphan") return { finalizer: "orphan" };
  return policy === "Foreground" ? { finalizer: "foregroundDeletion" } : {};
}

/** DELETE: 200 with a Status, or with the object where finalizers hold it. */
export function remove(input: AddressedInput): KubernetesApiAnswer {
  const { world, request } = input;
  const { kind } = request;
  const asked = (parseJson(input) ?? {}) as DeleteOptions;
  const { metadata } = world.read(kind, request);
  const held = world.remove(kind, request, {
    ...options(input),
    ...(asked.preconditions === undefined ? {} : { preconditions: asked.preconditions }),
    ...propagationFinalizer(input, asked),
  });
  if (held !== null) return { code: 200, body: held };
  const details = {
    name: metadata.name,
    ...(kind.group === "" ? {} : { group: kind.group }),
    kind: kind.plural,
    uid: metadata.uid,
  };
  return { code: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details } };
}
