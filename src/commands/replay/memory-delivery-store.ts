import type { DeliveryDocument } from "../../core/delivery/delivery-document.ts";
import type { DeliveryStore, SaveAnswer } from "../../engine/ports.ts";

/** Deliveries for a process that keeps nothing: `replay` writes to no cluster. */
export class MemoryDeliveryStore implements DeliveryStore {
  readonly #documents = new Map<string, DeliveryDocument>();

  async load(): Promise<readonly DeliveryDocument[]> {
    return [...this.#documents.values()];
  }

  async save(document: DeliveryDocument): Promise<SaveAnswer> {
    this.#documents.set(`${document.namespace}/${document.name}`, document);
    return { kind: "saved" };
  }

  async remove({ namespace, name }: { namespace: string; name: string }): Promise<SaveAnswer> {
    this.#documents.delete(`${namespace}/${name}`);
    return { kind: "saved" };
  }
}
