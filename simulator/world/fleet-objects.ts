import type { KubernetesKind } from "./kubernetes-kind.ts";
import { kinds } from "./kubernetes-kind.ts";
import type { KubernetesObject, ObjectInput } from "./kubernetes-object.ts";
import type { KubernetesObjects, ObjectIdentity } from "./kubernetes-objects.ts";

/** The kinds that Fleet's model writes. */
export const fleetKinds = {
  GitRepo: kinds.gitRepo,
  Bundle: kinds.bundle,
  BundleDeployment: kinds.bundleDeployment,
  Cluster: kinds.cluster,
  Job: kinds.job,
  Namespace: kinds.namespace,
} as const satisfies Readonly<Record<string, KubernetesKind>>;

export type FleetObjectKind = keyof typeof fleetKinds;

/** What Fleet's model writes of an object; the rest (uid, generation, times) is the API server's. */
export interface WrittenObject extends ObjectIdentity {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly owner?: KubernetesObject;
  readonly spec?: unknown;
}

/** Where Fleet's model keeps its objects. A write that changes nothing makes no event, as at an API server. */
export interface FleetObjects {
  /** Creates the object, or writes its labels, annotations, finalizers and spec anew, each where it is given; the rest stays. */
  put(kind: FleetObjectKind, object: WrittenObject): KubernetesObject;
  putStatus(kind: FleetObjectKind, identity: ObjectIdentity, status: unknown): KubernetesObject;
  /** DELETE: with finalizers it is only marked, and goes when `put` takes the last one away. No error where there is none. */
  remove(kind: FleetObjectKind, identity: ObjectIdentity): void;
}

/** Fleet's objects in a simulated API server. */
export function fleetObjectsIn(world: KubernetesObjects, now: () => number): FleetObjects {
  const options = () => ({ nowMs: now() });
  return {
    put(kindName, object) {
      const kind = fleetKinds[kindName];
      const current = world.find(kind, object);
      const input = inputOf(object);
      if (current === undefined) return world.create(kind, input, { ...options(), namespace: object.namespace });
      const metadata = { ...current.metadata, ...input.metadata };
      return world.replace(kind, { ...current, ...input, metadata }, options());
    },
    putStatus(kindName, identity, status) {
      const kind = fleetKinds[kindName];
      const current = world.read(kind, identity);
      return world.replace(kind, { ...current, status }, { ...options(), subresource: "status" });
    },
    remove(kindName, identity) {
      const kind = fleetKinds[kindName];
      if (world.find(kind, identity) !== undefined) world.remove(kind, identity, options());
    },
  };
}

function inputOf({ namespace, name, labels, annotations, finalizers, owner, spec }: WrittenObject): ObjectInput {
  return {
    metadata: {
      name,
      ...(namespace === "" ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ...(owner === undefined ? {} : { ownerReferences: [ownerReference(owner)] }),
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

function ownerReference({ apiVersion, kind, metadata: { name, uid } }: KubernetesObject) {
  return { apiVersion, blockOwnerDeletion: true, controller: true, kind, name, uid };
}
