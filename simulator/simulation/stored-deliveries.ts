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

/** What one process knows of each Delivery's version: a write says which one it replaces. */
type Versions = Map<string, number>;

interface Write {
  readonly name: string;
  /** null: it is deleted. */
  readonly document: DeliveryDocument | null;
}

/** The Deliveries of a world. They outlive every process, and what left a process before its end may reach them afterwards. */
export class StoredDeliveries {
  readonly documents = new Map<string, DeliveryDocument>();
  /** Grow with every write, a deletion included. */
  readonly #versions: Versions = new Map();

  /** The store as one process sees it, from its start, when it loads them, on. */
  storeOf(options: StoreOptions): DeliveryStore {
    const known: Versions = new Map(this.#versions);
    const write = async (name: string, document: DeliveryDocument | null) =>
      await this.#write(options, known, { name, document });
    return {
      load: async () => [...this.documents.values()],
      save: async (document) => await write(`${document.namespace}/${document.name}`, document),
      remove: async ({ namespace, name }) => await write(`${namespace}/${name}`, null),
    };
  }

  async #write(options: StoreOptions, known: Versions, write: Write): Promise<SaveAnswer> {
    const { life, faults } = options;
    await life.goOn();
    const fault = faults.draw("save");
    switch (fault) {
      case "refused":
        return { kind: "failed", reason: "the API server answered 503" };
      case "conflict":
        return { kind: "conflict", stored: this.documents.get(write.name) ?? null };
      case "killBefore":
        return await life.dieHere("before a save");
      case "slow":
        return await this.#arriveLater(options, known, write);
      case "lost":
      case "killAfter":
      case null:
        break;
    }
    const answer = this.#put(options, known, write);
    if (fault === "killAfter") return await life.dieHere("after a save");
    // Who gets no answer reads what is there (kubernetes/delivery-store.ts).
    return fault === "lost" && answer.kind === "saved" ? { kind: "failed", reason: "no answer" } : answer;
  }

  /** It is on its way, and arrives though its process be dead or its lease gone by then. */
  async #arriveLater(options: StoreOptions, known: Versions, write: Write): Promise<SaveAnswer> {
    const { life, faults } = options;
    const answer = await new Promise<SaveAnswer>((resolve) =>
      life.onItsWay(faults.slownessMs(), () => resolve(this.#put(options, known, write))),
    );
    await life.goOn();
    return answer;
  }

  #put({ ledger, now }: StoreOptions, known: Versions, { name, document }: Write): SaveAnswer {
    const version = this.#versions.get(name) ?? 0;
    if ((known.get(name) ?? 0) !== version) {
      known.set(name, version);
      return { kind: "conflict", stored: this.documents.get(name) ?? null };
    }
    this.#versions.set(name, version + 1);
    known.set(name, version + 1);
    if (document === null) this.documents.delete(name);
    else this.documents.set(name, document);
    const streams = document?.spec.streams ?? [];
    ledger.add({ kind: "save", ms: now(), sinceMs: now(), name, bytes: Buffer.byteLength(streams.join("")), streams });
    return { kind: "saved" };
  }
}
