import type { KubernetesObject } from "./kubernetes-object.ts";

/** coordination.k8s.io/v1 Lease, as far as the election reads it. */
export interface LeaseObject extends KubernetesObject {
  readonly apiVersion?: "coordination.k8s.io/v1";
  readonly spec?: LeaseSpec;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  /** RFC 3339 with microseconds: when it was taken, and when renewed last, by the holder's clock. Never compared with ours. */
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** A lease as we saw it, and when we saw it change last, by our own clock. */
export interface ObservedLease {
  readonly resourceVersion: string;
  readonly holder: string;
  readonly durationMs: number;
  readonly sinceMs: number;
}

/** In place of a version, of a lease that was there and was deleted. */
const gone = "";

/**
 * What is known after `stored` was read at `nowMs`; null: there is none. A lease that somebody deletes is still its holder's until its time
 * is over, counted from when it was found gone: the holder does not know yet, and may have renewed it since we looked last.
 */
export function observe(before: ObservedLease | null, stored: LeaseObject | null, nowMs: number): ObservedLease | null {
  if (stored === null)
    return before === null || before.resourceVersion === gone ? before : { ...before, resourceVersion: gone, sinceMs: nowMs };
  const { resourceVersion } = stored.metadata;
  if (before?.resourceVersion === resourceVersion) return before;
  const { holderIdentity: holder = "", leaseDurationSeconds = 0 } = stored.spec ?? {};
  return { resourceVersion, holder, durationMs: leaseDurationSeconds * 1_000, sinceMs: nowMs };
}

/** True where nobody holds it: given back, or not renewed for its whole duration while we looked. */
export function isFree(observed: ObservedLease | null, nowMs: number): boolean {
  return observed === null || observed.holder === "" || nowMs - observed.sinceMs >= observed.durationMs;
}

interface Holding {
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly durationMs: number;
  readonly nowMs: number;
}

/** The lease as we want it: taken or renewed by us. Replaces exactly what was read. */
export function leaseObject(stored: LeaseObject | null, { namespace, name, identity, durationMs, nowMs }: Holding): unknown {
  // MicroTime: six digits.
  const renewTime = new Date(nowMs).toISOString().replace("Z", "000Z");
  const before = stored?.spec ?? {};
  const isRenewal = before.holderIdentity === identity;
  const spec: LeaseSpec = {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / 1_000),
    acquireTime: isRenewal ? (before.acquireTime ?? renewTime) : renewTime,
    renewTime,
    leaseTransitions: (before.leaseTransitions ?? 0) + (isRenewal || stored === null ? 0 : 1),
  };
  const metadata = stored?.metadata ?? { namespace, name };
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
}
