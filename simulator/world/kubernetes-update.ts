import { isDeepStrictEqual } from "node:util";
import { admit } from "./kubernetes-admission.ts";
import type { KubernetesKind } from "./kubernetes-kind.ts";
import type { KubernetesObject, ObjectInput } from "./kubernetes-object.ts";
import { badRequest, conflict, invalid, objectModified, unexpected } from "./kubernetes-problem.ts";

export function withoutStatus(object: KubernetesObject): KubernetesObject {
  const { status: _status, ...rest } = object;
  return rest;
}

function withStatus(object: KubernetesObject, { status }: { readonly [field: string]: unknown }): KubernetesObject {
  return status === undefined ? withoutStatus(object) : { ...object, status };
}

/** The part of an object whose change makes a new generation: all but metadata and, where it has its own address, status. */
function specOf(object: KubernetesObject, kind: KubernetesKind): unknown {
  const { metadata: _metadata, status, ...rest } = object;
  return kind.statusSubresource ? rest : { ...rest, status };
}

/** `desired` with what only the server may set, and with the status that is there where status has its own address. */
function withSpec(kind: KubernetesKind, current: KubernetesObject, desired: ObjectInput): KubernetesObject {
  const { uid, resourceVersion, creationTimestamp, name, namespace, generation, deletionTimestamp } = current.metadata;
  const {
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    ...asked
  } = desired.metadata ?? {};
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...rest } = desired;
  const base: KubernetesObject = {
    apiVersion: current.apiVersion,
    kind: current.kind,
    metadata: {
      ...asked,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
      creationTimestamp,
      ...(generation === undefined ? {} : { generation }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp, deletionGracePeriodSeconds: 0 }),
    },
    ...rest,
  };
  const kept = admit(kind, kind.statusSubresource ? withStatus(base, current) : base);
  if (generation === undefined || isDeepStrictEqual(specOf(kept, kind), specOf(current, kind))) return kept;
  return { ...kept, metadata: { ...kept.metadata, generation: generation + 1 } };
}

/** Refuses an update whose resourceVersion or uid is not that of the object (409), or that adds a finalizer too late (422). */
export function checkPreconditions(kind: KubernetesKind, { metadata }: KubernetesObject, desired: ObjectInput): void {
  const { uid, resourceVersion, finalizers = [] } = desired.metadata ?? {};
  const named = { kind, name: metadata.name };
  if (resourceVersion && !/^\d+$/.test(resourceVersion)) {
    throw unexpected(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  }
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(named, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) throw conflict(named, objectModified);
  const added = finalizers.filter((finalizer) => !(metadata.finalizers ?? []).includes(finalizer));
  if (metadata.deletionTimestamp !== undefined && added.length > 0) {
    const found = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(", ")}}`;
    const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${found}`;
    throw invalid(named, { field: "metadata.finalizers", reason: "FieldValueForbidden", message });
  }
}

/** Refuses a patch that changes who the object is: its name (400) or its uid (422). */
export function checkPatched(kind: KubernetesKind, { metadata }: KubernetesObject, desired: ObjectInput): void {
  const { name, uid } = desired.metadata ?? {};
  if (name !== metadata.name) {
    throw badRequest(`the name of the object (${name ?? ""}) does not match the name on the URL (${metadata.name})`);
  }
  if (uid !== undefined && uid !== metadata.uid) {
    const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
    throw invalid({ kind, name }, { field: "metadata.uid", reason: "FieldValueInvalid", message });
  }
}

/** Refuses (409) a deletion whose preconditions do not hold. Here the API server names the kind and not the resource. */
export function checkDeletePreconditions(
  kind: KubernetesKind,
  { metadata }: KubernetesObject,
  { uid, resourceVersion }: { readonly uid?: string; readonly resourceVersion?: string },
): void {
  const named = { kind: { ...kind, plural: kind.kind }, name: metadata.name };
  if (uid !== undefined && uid !== metadata.uid) {
    const because = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid})`;
    throw conflict(named, `${because}. The object might have been deleted and then recreated`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const because =
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
      `(${metadata.resourceVersion})`;
    throw conflict(named, `${because}. The object might have been modified`);
  }
}

/** For the kinds that a PUT creates: the API server then ignores which version was meant. */
export function withoutVersion(input: ObjectInput): ObjectInput {
  const { resourceVersion: _resourceVersion, uid: _uid, ...metadata } = input.metadata ?? {};
  return { ...input, metadata };
}

/** What `current` becomes when `desired` is put in its place; the resourceVersion stays for whoever stores it. */
export function updatedObject(
  kind: KubernetesKind,
  { current, desired }: { current: KubernetesObject; desired: ObjectInput },
  subresource: "status" | "",
): KubernetesObject {
  return subresource === "status" ? withStatus(current, desired) : withSpec(kind, current, desired);
}
