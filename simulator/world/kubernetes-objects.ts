import { isDeepStrictEqual } from "node:util";
import { admit, checkAddress, checkGenerateName, checkName } from "./kubernetes-admission.ts";
import { KubernetesCollection, keyFor, keyOf } from "./kubernetes-collection.ts";
import type { KubernetesChange } from "./kubernetes-collection.ts";
import { allKinds, apiVersionOf, kinds } from "./kubernetes-kind.ts";
import type { KubernetesKind } from "./kubernetes-kind.ts";
import { listPage } from "./kubernetes-list.ts";
import type { ListPage, ListQuery } from "./kubernetes-list.ts";
import { mergePatch } from "./kubernetes-merge-patch.ts";
import type { KubernetesObject, ObjectInput, ObjectMetadata } from "./kubernetes-object.ts";
import { alreadyExists, invalid, notFound, unexpected } from "./kubernetes-problem.ts";
import {
  checkDeletePreconditions,
  checkPatched,
  checkPreconditions,
  updatedObject,
  withoutStatus,
  withoutVersion,
} from "./kubernetes-update.ts";

export interface ObjectIdentity {
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

export interface WriteOptions {
  readonly nowMs: number;
  /** Writes the status alone, as `/status` does. */
  readonly subresource?: "status";
}

export interface RemoveOptions {
  readonly nowMs: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  /** `orphan` or `foregroundDeletion`, where what depends on the object goes first; it holds the object as any finalizer does. */
  readonly finalizer?: string;
}

export interface KubernetesObjectsOptions {
  /** When the namespaces that every cluster has were made, in ms since the epoch. */
  readonly nowMs: number;
  readonly kinds?: readonly KubernetesKind[];
  /** Changes that are remembered for each kind; older ones are compacted away. */
  readonly changesMax?: number;
}

/** A young cluster has written some hundreds of objects before anybody looks, and no watch can start before them. */
const firstResourceVersion = 200;
const changesMaxDefault = 20_000;

function timestamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}

/**
 * The objects of one cluster, as an API server keeps them: resourceVersions, generations, finalizers, optimistic concurrency, and a
 * history for watches that is compacted in time. Values in, values out: the time is given, and uids follow from the order of writes.
 * Every refusal is thrown as a `KubernetesProblem` that carries the Status of the real one. `managedFields` are not kept.
 */
export class KubernetesObjects {
  readonly #collections = new Map<string, KubernetesCollection>();
  readonly #listeners = new Set<(change: KubernetesChange) => void>();
  readonly #untold: KubernetesChange[] = [];
  #resourceVersion = firstResourceVersion;
  #created = 0;

  constructor(options: KubernetesObjectsOptions) {
    for (const kind of options.kinds ?? allKinds) {
      const collection = new KubernetesCollection(kind, {
        horizon: firstResourceVersion,
        changesMax: options.changesMax ?? changesMaxDefault,
      });
      this.#collections.set(`${apiVersionOf(kind)}/${kind.plural}`, collection);
    }
    for (const name of ["default", "kube-system", "kube-public", "kube-node-lease"]) {
      this.create(kinds.namespace, { metadata: { name } }, { nowMs: options.nowMs });
    }
    this.compact();
  }

  get kinds(): readonly KubernetesKind[] {
    return [...this.#collections.values()].map(({ kind }) => kind);
  }

  /** The resourceVersion of the latest write. */
  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  /** The resourceVersion of the latest write to one kind; 0 where there was none. */
  lastChangeOf(kind: KubernetesKind): number {
    return this.#collection(kind).lastChanged;
  }

  kindAt(address: { group: string; version: string; plural: string }): KubernetesKind | null {
    return this.#collections.get(`${apiVersionOf(address)}/${address.plural}`)?.kind ?? null;
  }

  find(kind: KubernetesKind, { namespace, name }: ObjectIdentity): KubernetesObject | undefined {
    return this.#collection(kind).get(keyFor(namespace, name));
  }

  /** Throws 404. */
  read(kind: KubernetesKind, identity: ObjectIdentity): KubernetesObject {
    const object = this.find(kind, identity);
    if (object === undefined) throw notFound({ kind, name: identity.name });
    return object;
  }

  list(kind: KubernetesKind, query: ListQuery = {}): ListPage {
    return listPage(this.#collection(kind), { ...query, resourceVersion: this.#resourceVersion });
  }

  /** Changes of one kind later than `resourceVersion`. Throws 410 where they have been compacted. */
  changesSince(kind: KubernetesKind, resourceVersion: number): readonly KubernetesChange[] {
    return this.#collection(kind).changesSince(resourceVersion);
  }

  /** Calls for every change, at once and in order, until the returned function is called. */
  subscribe(listener: (change: KubernetesChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets history up to now: older watches and continue tokens get 410. */
  compact(): void {
    for (const collection of this.#collections.values()) collection.compact(this.#resourceVersion);
  }

  /** `namespace` may be given with the object; what is dry is checked and not kept. Throws 400, 404 (namespace), 409, 422. */
  create(
    kind: KubernetesKind,
    input: ObjectInput,
    options: WriteOptions & { namespace?: string; isDry?: boolean },
  ): KubernetesObject {
    const namespace = kind.namespaced ? (options.namespace ?? input.metadata?.namespace ?? "") : "";
    checkAddress(kind, input, namespace);
    const name = input.metadata?.name ?? this.#generatedName(kind, input.metadata?.generateName);
    checkName(kind, name);
    if (input.metadata?.resourceVersion !== undefined && input.metadata.resourceVersion !== "") {
      throw unexpected("resourceVersion should not be set on objects to be created");
    }
    if (kind.namespaced) this.read(kinds.namespace, { namespace: "", name: namespace });
    const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = structuredClone(input);
    const object: KubernetesObject = {
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: {
        ...metadata,
        name,
        ...(kind.namespaced ? { namespace } : {}),
        uid: this.#nextUid(),
        resourceVersion: "",
        creationTimestamp: timestamp(options.nowMs),
        ...(kind.generation ? { generation: 1 } : {}),
      },
      ...rest,
    };
    const admitted = admit(kind, kind.statusSubresource ? withoutStatus(object) : object);
    if (this.find(kind, { namespace, name }) !== undefined) throw alreadyExists({ kind, name });
    return options.isDry === true ? admitted : this.#commit({ type: "ADDED", kind, previous: null, object: admitted });
  }

  /** PUT. Throws 400, 404, 409, 422. */
  replace(kind: KubernetesKind, input: ObjectInput, options: WriteOptions): KubernetesObject {
    const identity = { namespace: input.metadata?.namespace ?? "", name: input.metadata?.name ?? "" };
    checkAddress(kind, input, identity.namespace);
    const current = this.find(kind, identity);
    if (current === undefined) {
      if (kind.createOnUpdate) return this.create(kind, withoutVersion(input), options);
      throw notFound({ kind, name: identity.name });
    }
    if (!kind.unconditionalUpdate && !input.metadata?.resourceVersion) {
      const field = "metadata.resourceVersion";
      const message = "Invalid value: 0: must be specified for an update";
      throw invalid({ kind, name: identity.name }, { field, reason: "FieldValueInvalid", message }, "resource");
    }
    return this.#update(kind, { current, desired: structuredClone(input) }, options);
  }

  /** JSON merge patch. Throws 400, 404, 409, 422. */
  patch(
    kind: KubernetesKind,
    { patch, ...identity }: ObjectIdentity & { patch: unknown },
    options: WriteOptions,
  ): KubernetesObject {
    const current = this.read(kind, identity);
    const desired = mergePatch(current, structuredClone(patch)) as ObjectInput;
    checkAddress(kind, desired, identity.namespace);
    checkPatched(kind, current, desired);
    return this.#update(kind, { current, desired }, options);
  }

  /**
   * DELETE. An object with finalizers is marked and stays until the last one is taken away; then the marked object is returned, else
   * null. Throws 404, 409.
   */
  remove(kind: KubernetesKind, identity: ObjectIdentity, options: RemoveOptions): KubernetesObject | null {
    const current = this.read(kind, identity);
    const { metadata } = current;
    checkDeletePreconditions(kind, current, options.preconditions ?? {});
    const finalizers = [...(metadata.finalizers ?? []), ...(options.finalizer === undefined ? [] : [options.finalizer])];
    if (finalizers.length === 0) {
      this.#commit({ type: "DELETED", kind, previous: current, object: current });
      return null;
    }
    if (metadata.deletionTimestamp !== undefined) return current;
    const marked: ObjectMetadata = {
      ...metadata,
      finalizers,
      deletionTimestamp: timestamp(options.nowMs),
      deletionGracePeriodSeconds: 0,
      ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
    };
    return this.#commit({ type: "MODIFIED", kind, previous: current, object: { ...current, metadata: marked } });
  }

  #update(
    kind: KubernetesKind,
    { current, desired }: { current: KubernetesObject; desired: ObjectInput },
    options: WriteOptions,
  ): KubernetesObject {
    checkPreconditions(kind, current, desired);
    const next = updatedObject(kind, { current, desired }, options.subresource ?? "");
    if (isDeepStrictEqual(next, current)) return current;
    if (next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0) {
      return this.#commit({ type: "DELETED", kind, previous: current, object: next });
    }
    return this.#commit({ type: "MODIFIED", kind, previous: current, object: next });
  }

  #commit(write: Omit<KubernetesChange, "resourceVersion">): KubernetesObject {
    this.#resourceVersion += 1;
    const metadata = { ...write.object.metadata, resourceVersion: String(this.#resourceVersion) };
    const object: KubernetesObject = { ...write.object, metadata };
    const change: KubernetesChange = { ...write, object, resourceVersion: this.#resourceVersion };
    this.#collection(write.kind).apply(keyOf(object), change);
    this.#tell(change);
    return object;
  }

  /** A listener may write: what it writes is told after the change that it was told of, to everybody. */
  #tell(change: KubernetesChange): void {
    this.#untold.push(change);
    if (this.#untold.length > 1) return;
    try {
      for (const next of this.#untold) for (const listener of this.#listeners) listener(next);
    } finally {
      this.#untold.length = 0;
    }
  }

  #collection(kind: KubernetesKind): KubernetesCollection {
    const collection = this.#collections.get(`${apiVersionOf(kind)}/${kind.plural}`);
    if (collection === undefined)
      throw new RangeError(`this world has no ${kind.plural}.${kind.group}; give it the kind when it is made`);
    return collection;
  }

  #generatedName(kind: KubernetesKind, prefix = ""): string {
    if (prefix === "") return "";
    checkGenerateName(kind, prefix);
    return `${prefix}${(this.#created + 1).toString(36).padStart(5, "0")}`;
  }

  #nextUid(): string {
    this.#created += 1;
    return `5157a1aa-0000-4000-8000-${this.#created.toString(16).padStart(12, "0")}`;
  }
}
