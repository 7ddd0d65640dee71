import { isDeepStrictEqual } from "node:util";
import { admit } from "./kubernetes-admission.ts";
import type { KubernetesKind } from "./kubernetes-kind.ts";
import type { KubernetesObject, ObjectInput } from "./kubernetes-object.ts";
import { conflict, objectModified } from "./kubernetes-problem.ts";

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

/** Refuses (409) an update whose resourceVersion or uid is not that of the object. */
export function checkPreconditions(kind: KubernetesKind, { metadata }: KubernetesObject, desired: ObjectInput): void {
  const { uid, resourceVersion } = desired.metadata ?? {};
  if (uid !== undefined && uid !== metadata.uid) {
    const because = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw conflict({ kind, name: metadata.name }, because);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw conflict({ kind, name: metadata.name }, objectModified);
  }
}

/** Refuses (409) a deletion whose preconditions do not hold. */
export function checkDeletePreconditions(
  kind: KubernetesKind,
  { metadata }: KubernetesObject,
  { uid, resourceVersion }: { readonly uid?: string; readonly resourceVersion?: string },
): void {
  const named = { kind, name: metadata.name };
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(named, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const because = `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(named, `Precondition failed: ${because}`);
  }
}

/** What `current` becomes when `desired` is put in its place; the resourceVersion stays for whoever stores it. */
export function updatedObject(
  kind: KubernetesKind,
  { current, desired }: { current: KubernetesObject; desired: ObjectInput },
  subresource: "status" | "",
): KubernetesObject {
  return subresource === "status" ? withStatus(current, desired) : withSpec(kind, current, desired);
}
