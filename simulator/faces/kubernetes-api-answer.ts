import type { AddressedInput, AnswerInput, KubernetesApiAnswer } from "./kubernetes-api-call.ts";
import { discover } from "./kubernetes-api-discovery.ts";
import { create, patch, remove, update } from "./kubernetes-api-write.ts";
import { apiVersionOf } from "../world/kubernetes-kind.ts";
import { parseLabelSelector } from "../world/kubernetes-label-selector.ts";
import type { KubernetesObject } from "../world/kubernetes-object.ts";
import { KubernetesProblem, badRequest, notFound } from "../world/kubernetes-problem.ts";

const pageNotFound: KubernetesApiAnswer = { code: 404, body: "404 page not found\n" };

/**
 * `labelSelector` and `fieldSelector` (names and namespaces only) as one test; undefined where there is neither. Throws 400.
 */
export function selectorOf(query: URLSearchParams): ((object: KubernetesObject) => boolean) | undefined {
  const labels = query.get("labelSelector") ?? "";
  const fields = (query.get("fieldSelector") ?? "").split(",").filter((field) => field !== "");
  if (labels === "" && fields.length === 0) return undefined;
  const matchesLabels = parseLabelSelector(labels);
  const wanted = fields.map((field) => {
    const [, name, value] = /^metadata\.(name|namespace)==?(.*)$/.exec(field) ?? [];
    if (name === undefined) throw badRequest(`field label not supported: ${field.split(/[!=]/)[0]}`);
    return { name, value };
  });
  return ({ metadata }) => matchesLabels(metadata.labels) && wanted.every(({ name, value }) => metadata[name] === value);
}

/** What the API server says of a resourceVersion in a query that is none. */
export function notANumber(version: string): string {
  const quoted = JSON.stringify(version);
  return `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
}

function list({ world, request: { kind, namespace, query } }: AddressedInput): KubernetesApiAnswer {
  const version = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(version)) throw badRequest(`invalid resource version: ${notANumber(version)}`);
  const matches = selectorOf(query);
  const page = world.list(kind, {
    namespace,
    limit: Number(query.get("limit") ?? 0),
    continueToken: query.get("continue") ?? "",
    ...(matches === undefined ? {} : { matches }),
  });
  const metadata = {
    // Lists of custom resources say so where nothing follows, those of built-in kinds keep silent.
    ...(page.continueToken === "" && kind.builtIn ? {} : { continue: page.continueToken }),
    ...(page.remainingItemCount === null ? {} : { remainingItemCount: page.remainingItemCount }),
    resourceVersion: String(page.resourceVersion),
  };
  const items = kind.builtIn ? page.items.map(({ apiVersion: _apiVersion, kind: _kind, ...item }) => item) : page.items;
  return { code: 200, body: { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items } };
}

function answerAddressed(input: AddressedInput): KubernetesApiAnswer {
  const { world, request } = input;
  const { kind, verb, name, subresource } = request;
  if (subresource !== "" && !(subresource === "status" && kind.statusSubresource)) throw notFound({ kind, name });
  if (name !== "") {
    if (verb === "get") return { code: 200, body: world.read(kind, request) };
    if (verb === "update") return update(input);
    if (verb === "patch") return patch(input);
    if (verb === "delete" && subresource === "") return remove(input);
  } else {
    if (verb === "list") return list(input);
    if (verb === "create") return request.namespace !== "" || !kind.namespaced ? create(input) : pageNotFound;
    if (!kind.builtIn && (verb === "update" || verb === "patch")) throw badRequest("name must be provided");
  }
  throw new KubernetesProblem({
    code: 405,
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
  });
}

function isAddressed(input: AnswerInput): input is AddressedInput {
  return input.request.kind !== null;
}

/** Carries out everything but a watch, and says what the API server would. Never throws a KubernetesProblem: that is an answer. */
export function answer(input: AnswerInput): KubernetesApiAnswer {
  try {
    if (isAddressed(input)) return answerAddressed(input);
    return discover(input.world, input.request) ?? pageNotFound;
  } catch (error) {
    if (error instanceof KubernetesProblem) return { code: error.status.code, body: error.status };
    throw error;
  }
}
