import type { DeliveryDocument } from "../../src/core/delivery/delivery-document.ts";
import type { DeliveryStore, SaveAnswer } from "../../src/engine/ports.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";

export interface StoreOptions {
  readonly life: Life;
  readonly faults: FaultPlan;
  readonly ledger: Ledger;
  readonly now: () => number;
}

/** The Deliveries of a world. They outlive every process. */
export class StoredDeliveries {
  readonly documents = new Map<string, DeliveryDocument>();

  /** The store as one process sees it. */
  storeOf(options: StoreOptions): DeliveryStore {
    return {
      load: async () => [...this.documents.values()],
      save: async (document) => await this.#write(options, `${document.namespace}/${document.name}`, document),
      remove: async ({ namespace, name }) => await this.#write(options, `${namespace}/${name}`, null),
    };
  }

  async #write(options: StoreOptions, name: string, document: DeliveryDocument | null): Promise<SaveAnswer> {
    const { life, faults } = options;
    await life.goOn();
    const fault = faults.draw("save");
    switch (fault) {
      case "refused":
        return { kind: "failed", reason: "the API server answered 503" };
      case "conflict":
        return { kind: "conflict", stored: this.documents.get(name) ?? null };
      case "killBefore":
        return await life.dieHere("before a save");
      case "slow":
        await life.sleep(faults.slownessMs());
        break;
      case "lost":
      case "killAfter":
      case null:
        break;
    }
    this.#put(options, name, document);
    if (fault === "killAfter") return await life.dieHere("after a save");
    return fault === "lost" ? { kind: "failed", reason: "no answer" } : { kind: "saved" };
  }

  #put({ ledger, now }: StoreOptions, name: string, document: DeliveryDocument | null): void {
    if (document === null) this.documents.delete(name);
    else this.documents.set(name, document);
    const streams = document?.spec.streams ?? [];
    ledger.add({ kind: "save", ms: now(), sinceMs: now(), name, bytes: Buffer.byteLength(streams.join("")), streams });
  }
}
