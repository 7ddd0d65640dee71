import type { KubernetesKind } from "./kubernetes-kind.ts";
import { kinds, apiVersionOf } from "./kubernetes-kind.ts";
import type { KubernetesObject, ObjectInput } from "./kubernetes-object.ts";
import { badRequest, invalid } from "./kubernetes-problem.ts";
import type { FieldProblem } from "./kubernetes-problem.ts";

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*" +
  "[a-z0-9])?)*')";

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses a body whose kind or namespace is not that of the address (400, 422). */
export function checkAddress(kind: KubernetesKind, input: ObjectInput, namespace: string): void {
  const apiVersion = apiVersionOf(kind);
  const named = { kind: { ...kind, kind: input.kind ?? "" }, name: input.metadata?.name ?? "" };
  if (input.apiVersion !== undefined && input.apiVersion !== apiVersion) {
    throw badRequest(`the API version in the data (${input.apiVersion}) does not match the expected API version (${apiVersion})`);
  }
  if (input.kind !== undefined && input.kind !== kind.kind) {
    const message = `Invalid value: ${JSON.stringify(input.kind)}: must be ${kind.kind}`;
    throw invalid(named, { field: "kind", reason: "FieldValueInvalid", message });
  }
  const own = input.metadata?.namespace;
  if (own !== undefined && own !== "" && own !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
}

/** Refuses names that are no DNS subdomain (422). */
export function checkName(kind: KubernetesKind, name: string): void {
  if (name === "") {
    throw invalid(
      { kind, name },
      { field: "metadata.name", reason: "FieldValueRequired", message: "Required value: name or generateName is required" },
    );
  }
  if (!subdomain.test(name) || name.length > 253) {
    throw invalid(
      { kind, name },
      {
        field: "metadata.name",
        reason: "FieldValueInvalid",
        message: `Invalid value: ${JSON.stringify(name)}: ${subdomainMessage}`,
      },
    );
  }
}

/** Refuses a `generateName` that makes no good name (422); it may end in a dash, and not in a dot. */
export function checkGenerateName(kind: KubernetesKind, prefix: string): void {
  if (subdomain.test(prefix.replace(/-$/, "a"))) return;
  const message = `Invalid value: ${JSON.stringify(prefix)}: ${subdomainMessage}`;
  throw invalid({ kind, name: prefix }, { field: "metadata.generateName", reason: "FieldValueInvalid", message });
}

/** Go's `metav1.MicroTime` is strict: exactly six digits of a second, or the whole body is refused. */
const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

function checkMicroTime(kind: KubernetesKind, value: unknown): void {
  if (value === undefined || value === null || (typeof value === "string" && microTime.test(value))) return;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  throw badRequest(
    `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: parsing time "${text}" as ` +
      `"2006-01-02T15:04:05.000000Z07:00": cannot parse "${text.slice(19)}" as ".000000"`,
  );
}

function admitLease(object: KubernetesObject): void {
  const spec = isObject(object.spec) ? object.spec : {};
  checkMicroTime(kinds.lease, spec["acquireTime"]);
  checkMicroTime(kinds.lease, spec["renewTime"]);
  const seconds = spec["leaseDurationSeconds"];
  if (typeof seconds === "number" && seconds <= 0) {
    throw invalid(
      { kind: kinds.lease, name: object.metadata.name },
      {
        field: "spec.leaseDurationSeconds",
        reason: "FieldValueInvalid",
        message: `Invalid value: ${seconds}: must be greater than 0`,
      },
    );
  }
}

/** The required fields of events.k8s.io/v1, in the order in which the API server looks at them. */
const eventFields = ["reportingController", "reportingInstance", "action", "reason"] as const;
const eventNoteMax = 1_024;

function admitEvent(object: KubernetesObject): void {
  const refuse = (field: string, reason: FieldProblem["reason"], message: string) =>
    invalid({ kind: kinds.kubernetesEvent, name: object.metadata.name }, { field, reason, message });
  checkMicroTime(kinds.kubernetesEvent, object["eventTime"]);
  const regarding = isObject(object["regarding"]) ? object["regarding"] : {};
  const home = object.metadata.namespace ?? "";
  // What is cluster-scoped is told of in `default` or `kube-system`.
  const homes =
    regarding["namespace"] === undefined || regarding["namespace"] === "" ? ["default", "kube-system"] : [regarding["namespace"]];
  if (!homes.includes(home)) {
    throw refuse("involvedObject.namespace", "FieldValueInvalid", 'Invalid value: "": does not match event.namespace');
  }
  if (object["eventTime"] === undefined || object["eventTime"] === null)
    throw refuse("eventTime", "FieldValueRequired", "Required value");
  for (const field of eventFields) {
    if (object[field] === undefined || object[field] === "") throw refuse(field, "FieldValueRequired", "Required value");
  }
  const { type, note } = object;
  if (type !== "Normal" && type !== "Warning") {
    throw refuse("type", "FieldValueInvalid", `Invalid value: "": has invalid value: ${typeof type === "string" ? type : ""}`);
  }
  if (typeof note === "string" && Buffer.byteLength(note) > eventNoteMax) {
    throw refuse("message", "FieldValueInvalid", `Invalid value: "": can have at most ${eventNoteMax} characters`);
  }
}

function withEventDefaults(object: KubernetesObject): KubernetesObject {
  return { ...object, deprecatedSource: {}, deprecatedFirstTimestamp: null, deprecatedLastTimestamp: null };
}

function withSecretDefaults(object: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = object;
  const data: Record<string, unknown> = isObject(object["data"]) ? { ...object["data"] } : {};
  if (isObject(stringData)) {
    for (const [key, value] of Object.entries(stringData)) data[key] = Buffer.from(String(value)).toString("base64");
  }
  return { ...rest, ...(Object.keys(data).length === 0 ? {} : { data }), type: object["type"] ?? "Opaque" };
}

function withNamespaceDefaults(object: KubernetesObject): KubernetesObject {
  const labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
  return {
    ...object,
    metadata: { ...object.metadata, labels },
    spec: { finalizers: ["kubernetes"] },
    status: object.status ?? { phase: "Active" },
  };
}

/** What the API server adds to an object of a built-in kind, or refuses in it. Custom resources pass as they are. */
export function admit(kind: KubernetesKind, object: KubernetesObject): KubernetesObject {
  switch (kind) {
    case kinds.lease:
      admitLease(object);
      return object;
    case kinds.kubernetesEvent:
      admitEvent(object);
      return withEventDefaults(object);
    case kinds.secret:
      return withSecretDefaults(object);
    case kinds.namespace:
      return withNamespaceDefaults(object);
    default:
      return object;
  }
}
