import type { DeliveryDocument } from "../core/delivery/delivery-document.ts";
import type { DeliveryStore, SaveAnswer } from "../engine/ports.ts";
import type { KubernetesClient } from "./client.ts";
import { deliverySelector, fromDeliveryObject, nonceOf, toDeliveryObject } from "./delivery-object.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { listEach } from "./list-each.ts";
import { resourcePath } from "./resource-path.ts";
import { resources } from "./resources.ts";

export interface KubernetesDeliveryStoreOptions {
  readonly client: KubernetesClient;
  readonly shard: string;
  /** Never the same twice: `crypto.randomUUID`. */
  readonly nonce: () => string;
}

interface Identity {
  readonly namespace: string;
  readonly name: string;
}

/** What this process knows of one stored Delivery. */
interface Known {
  /** "": it is not there, as far as we know. */
  resourceVersion: string;
  /** Writes of ours whose fate could not be found out: they may still take effect, and are not somebody else's then. */
  readonly open: Set<string>;
}

/** More than one at a time comes only of an API server that is down; the oldest are forgotten. */
const openWritesMax = 10;

/**
 * Deliveries as objects of `deliveries.signalman.dev`. Writes say which version they replace, so that nobody's write is lost; each carries a
 * nonce, so that a write whose answer was lost is recognised when it is read back. One write at a time for each Delivery, as core/delivery
 * hands them out.
 */
export class KubernetesDeliveryStore implements DeliveryStore {
  readonly #options: KubernetesDeliveryStoreOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: KubernetesDeliveryStoreOptions) {
    this.#options = options;
  }

  /** All Deliveries of the shard. Throws KubernetesError. */
  async load(signal: AbortSignal): Promise<readonly DeliveryDocument[]> {
    const { client, shard } = this.#options;
    const objects: KubernetesObject[] = [];
    const onItem = (object: unknown) => objects.push(object as KubernetesObject);
    await listEach(client, { resource: resources.deliveries, labelSelector: deliverySelector(shard), onItem }, signal);
    this.#known.clear();
    return objects.map((object) => this.#learn(object));
  }

  async save(document: DeliveryDocument, signal: AbortSignal): Promise<SaveAnswer> {
    const known = this.#knownOf(document);
    const nonce = this.#options.nonce();
    try {
      this.#learn(await this.#write(document, { nonce, resourceVersion: known.resourceVersion }, signal));
      return { kind: "saved" };
    } catch (error) {
      const refusal = asKubernetesError(error);
      if (refusal.status === 409) return this.#settleConflict(document, refusal, signal);
      if (refusal.status === 404) return this.#gone(document, known, refusal);
      if (!refusal.isUnknown) return failed(refusal);
      this.#leaveOpen(known, nonce);
      return this.#settleUnknown(document, { nonce, refusal }, signal);
    }
  }

  async remove(identity: Identity, signal: AbortSignal): Promise<SaveAnswer> {
    const { resourceVersion } = this.#knownOf(identity);
    try {
      const preconditions = resourceVersion === "" ? {} : { preconditions: { resourceVersion } };
      await this.#options.client.delete(resourcePath(resources.deliveries, identity), { signal, ...preconditions });
      this.#known.delete(keyOf(identity));
      return { kind: "saved" };
    } catch (error) {
      const refusal = asKubernetesError(error);
      if (refusal.status !== 404 && refusal.status !== 409 && !refusal.isUnknown) return failed(refusal);
      const stored = await this.#read(identity, signal);
      if (stored === "gone") return { kind: "saved" };
      if (stored instanceof KubernetesError) return failed(stored);
      if (refusal.status !== 409) return failed(refusal);
      const isOurs = this.#isOurs(stored);
      const found = this.#learn(stored);
      return isOurs ? this.remove(identity, signal) : { kind: "conflict", stored: found };
    }
  }

  #write(
    document: DeliveryDocument,
    write: { readonly nonce: string; readonly resourceVersion: string },
    signal: AbortSignal,
  ): Promise<KubernetesObject> {
    const { client } = this.#options;
    const { namespace, name } = document;
    const object = toDeliveryObject(document, write);
    if (write.resourceVersion === "") return client.create(resourcePath(resources.deliveries, { namespace }), object, { signal });
    return client.replace(resourcePath(resources.deliveries, { namespace, name }), object, { signal });
  }

  /**
   * Somebody wrote since. Where that was a write of ours whose answer was lost, this one goes on top of it; once, for between the two
   * nobody else can have written.
   */
  async #settleConflict(document: DeliveryDocument, refusal: KubernetesError, signal: AbortSignal): Promise<SaveAnswer> {
    const stored = await this.#read(document, signal);
    if (stored === "gone") return { kind: "conflict", stored: null };
    if (stored instanceof KubernetesError) return failed(refusal);
    const isOurs = this.#isOurs(stored);
    const found = this.#learn(stored);
    return isOurs ? this.save(document, signal) : { kind: "conflict", stored: found };
  }

  /** A replace finds nothing: deleted. A create finds no namespace: there is no place to store it in. */
  #gone(document: DeliveryDocument, known: Known, refusal: KubernetesError): SaveAnswer {
    const wasThere = known.resourceVersion !== "";
    this.#known.delete(keyOf(document));
    if (wasThere) return { kind: "conflict", stored: null };
    return {
      kind: "failed",
      reason: `Delivery ${keyOf(document)} cannot be created: ${refusal.message}. The namespace is gone, or deploy/crds is not installed.`,
    };
  }

  async #settleUnknown(
    document: DeliveryDocument,
    { nonce, refusal }: { nonce: string; refusal: KubernetesError },
    signal: AbortSignal,
  ): Promise<SaveAnswer> {
    const stored = await this.#read(document, signal);
    if (typeof stored === "string" || stored instanceof KubernetesError) return failed(refusal);
    const known = this.#knownOf(document);
    if (nonceOf(stored) === nonce) {
      this.#learn(stored);
      return { kind: "saved" };
    }
    const isUnchanged = stored.metadata.resourceVersion === known.resourceVersion;
    if (isUnchanged || this.#isOurs(stored)) return failed(refusal);
    return { kind: "conflict", stored: this.#learn(stored) };
  }

  /** What is there; "gone" forgets what we knew of it. */
  async #read(identity: Identity, signal: AbortSignal): Promise<KubernetesObject | "gone" | KubernetesError> {
    try {
      return await this.#options.client.get(resourcePath(resources.deliveries, identity), { signal });
    } catch (error) {
      const refusal = asKubernetesError(error);
      if (refusal.status !== 404) return refusal;
      this.#knownOf(identity).resourceVersion = "";
      return "gone";
    }
  }

  /** True where a write of ours took effect after we had given up on it. */
  #isOurs(stored: KubernetesObject): boolean {
    const { open } = this.#knownOf({ namespace: stored.metadata.namespace ?? "", name: stored.metadata.name });
    return open.has(nonceOf(stored));
  }

  #learn(object: KubernetesObject): DeliveryDocument {
    const document = fromDeliveryObject(object);
    this.#known.set(keyOf(document), { resourceVersion: object.metadata.resourceVersion, open: new Set() });
    return document;
  }

  #knownOf(identity: Identity): Known {
    const key = keyOf(identity);
    const known = this.#known.get(key) ?? { resourceVersion: "", open: new Set<string>() };
    this.#known.set(key, known);
    return known;
  }

  #leaveOpen({ open }: Known, nonce: string): void {
    open.add(nonce);
    const [oldest] = open;
    if (open.size > openWritesMax && oldest !== undefined) open.delete(oldest);
  }
}

function keyOf({ namespace, name }: Identity): string {
  return `${namespace}/${name}`;
}

function failed({ code, message }: KubernetesError): SaveAnswer {
  return { kind: "failed", reason: `${code}: ${message}` };
}

function asKubernetesError(error: unknown): KubernetesError {
  if (error instanceof KubernetesError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new KubernetesError({ status: 0, reason: "Defect", message });
}
