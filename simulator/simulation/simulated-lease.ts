import { limits } from "../../src/core/limits.ts";
import { KubernetesError } from "../../src/kubernetes/kubernetes-error.ts";
import type { KubernetesObject } from "../../src/kubernetes/kubernetes-object.ts";
import type { LeaseClient } from "../../src/kubernetes/lease.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Life } from "./life.ts";

export interface LeaseWay {
  readonly life: Life;
  readonly faults: FaultPlan;
  readonly now: () => number;
}

/** The Lease of a world as the API server keeps it, and each replica's way to it. It outlives every replica. */
export class SimulatedLease {
  #stored: KubernetesObject | null = null;
  #revision = 0;
  #removedMs = -Infinity;

  /** The way of one replica, from its start until it is killed; now and then it is cut for longer than a lease lasts. */
  clientOf({ life, faults, now }: LeaseWay): LeaseClient {
    let cutUntilMs = 0;
    let hasLooked = false;
    const call = async (signal: AbortSignal, work: () => KubernetesObject): Promise<KubernetesObject> => {
      await life.goOn();
      const fault = faults.draw("lease");
      if (fault === "cut") cutUntilMs = now() + faults.outageMs();
      if (now() < cutUntilMs) return await life.hang(signal);
      if (fault === "unavailable") throw new KubernetesError({ status: 503, reason: "ServiceUnavailable", message: "503" });
      if (fault === "slow") await life.sleep(faults.slownessMs());
      // Who has given up meanwhile does not hear of it; what was asked for is done all the same.
      const answer = work();
      if (fault === "lost" || signal.aborted) return await life.hang(signal);
      return answer;
    };
    const read = () => {
      const isExcepted = !hasLooked && now() < this.#removedMs + limits.leaseRenewDeadlineMs;
      if (isExcepted) throw new KubernetesError({ status: 503, reason: "ServiceUnavailable", message: "503" });
      return this.#read();
    };
    return {
      get: async (_, { signal }) => {
        const stored = await call(signal, read);
        hasLooked = true;
        return stored;
      },
      create: async (_, object, { signal }) => await call(signal, () => this.#write(object as KubernetesObject, null)),
      replace: async (_, object, { signal }) => await call(signal, () => this.#write(object as KubernetesObject, this.#read())),
    };
  }

  /**
   * Deleted by hand; false where there is none. No replica begins to look until its holder must have noticed: what that would do is no promise
   * (docs/guarantees.md).
   */
  remove(nowMs: number): boolean {
    const wasThere = this.#stored !== null;
    this.#stored = null;
    this.#removedMs = nowMs;
    return wasThere;
  }

  /** Edited by hand, so that it names another holder, who never renews it; false where there is none. */
  nameHolder(holderIdentity: string): boolean {
    if (this.#stored === null) return false;
    const spec = { ...(this.#stored["spec"] as object), holderIdentity };
    const edited: KubernetesObject = { ...this.#stored, spec };
    this.#write(edited, this.#stored);
    return true;
  }

  #read(): KubernetesObject {
    if (this.#stored === null) throw new KubernetesError({ status: 404, reason: "NotFound", message: "not found" });
    return this.#stored;
  }

  /** Replaces exactly what was read (`before`), or makes what is not there. */
  #write(object: KubernetesObject, before: KubernetesObject | null): KubernetesObject {
    const isCurrent =
      before === null ? this.#stored === null : object.metadata.resourceVersion === before.metadata.resourceVersion;
    if (!isCurrent) throw new KubernetesError({ status: 409, reason: "Conflict", message: "written by another" });
    this.#revision += 1;
    this.#stored = { ...object, metadata: { ...object.metadata, uid: "lease", resourceVersion: String(this.#revision) } };
    return this.#stored;
  }
}
