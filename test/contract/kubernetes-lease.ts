import { describe, expect, test } from "vitest";
import { steadyClock } from "../../src/engine/steady-clock.ts";
import { systemClock } from "../../src/engine/system-clock.ts";
import { KubernetesClient } from "../../src/kubernetes/client.ts";
import { loadCredentials } from "../../src/kubernetes/credentials.ts";
import { Lease } from "../../src/kubernetes/lease.ts";
import type { ContractTargetSource } from "./contract-target.ts";
import { groups, useContractWorld } from "./contract-world.ts";

/** Short, so that a suite on a real clock does not take long; their order is that of `limits`. */
const durations = { durationMs: 1_000, renewDeadlineMs: 600, retryMs: 100 };

/** What the election needs of an API server. */
export function kubernetesLeaseContract(source: ContractTargetSource): void {
  const world = useContractWorld(source);
  const read = async (namespace: string) =>
    (await world().client.get(`${groups.leases}/namespaces/${namespace}/leases/signalman`)).body;

  interface Candidate {
    readonly lease: Lease;
    /** One for each time that it took the lease. */
    readonly held: AbortSignal[];
    readonly end: () => Promise<void>;
  }

  async function candidate(namespace: string, identity: string): Promise<Candidate> {
    const credentials = await loadCredentials({ kind: "text", kubeconfig: world().target.kubeconfig }, systemClock);
    const client = new KubernetesClient({ credentials, clock: systemClock });
    const held: AbortSignal[] = [];
    const lease = new Lease({
      client,
      clock: steadyClock,
      dateMs: () => Date.now(),
      random: () => 0,
      namespace,
      name: "signalman",
      identity,
      durations,
      onAcquired: (signal) => held.push(signal),
      onProblem: () => {},
    });
    return {
      lease,
      held,
      async end() {
        await lease.stop();
        await client.close();
      },
    };
  }

  describe("lease", () => {
    test("the first takes it, renews it, and the second waits until it is given back", async () => {
      const home = await world().namespace();
      const first = await candidate(home, "first");
      await expect.poll(() => first.lease.isHeld).toBe(true);
      const second = await candidate(home, "second");
      try {
        await expect.poll(() => second.lease.isKnown).toBe(true);
        expect(second.lease.holder).toBe("first");
        const { spec } = await read(home);
        expect(spec).toMatchObject({ holderIdentity: "first", leaseDurationSeconds: 1, leaseTransitions: 0 });
        expect(Math.abs(Date.parse(spec.renewTime) - Date.now()), "renewTime is a date").toBeLessThan(60_000);
        await expect.poll(async () => (await read(home)).spec.renewTime > spec.renewTime).toBe(true);
        expect((await read(home)).spec.acquireTime).toBe(spec.acquireTime);
        expect(second.held).toEqual([]);
        await first.end();
        expect(first.held.map(({ aborted }) => aborted)).toEqual([true]);
        await expect.poll(() => second.lease.isHeld).toBe(true);
        expect((await read(home)).spec).toMatchObject({ holderIdentity: "second", leaseTransitions: 1 });
      } finally {
        await first.end();
        await second.end();
      }
    });

    test("a holder that somebody takes it from lets go at once", async () => {
      const home = await world().namespace();
      const first = await candidate(home, "first");
      try {
        await expect.poll(() => first.lease.isHeld).toBe(true);
        await world().client.patch(`${groups.leases}/namespaces/${home}/leases/signalman`, {
          spec: { holderIdentity: "thief", leaseDurationSeconds: 60 },
        });
        await expect.poll(() => first.held.map(({ aborted }) => aborted)).toEqual([true]);
        expect(first.lease.isHeld).toBe(false);
        await expect.poll(() => first.lease.holder).toBe("thief");
      } finally {
        await first.end();
      }
      expect((await read(home)).spec.holderIdentity).toBe("thief");
    });

    test("a lease that nobody renews is taken after its whole duration, however old its renewTime is", async () => {
      const home = await world().namespace();
      await world().client.request("POST", `${groups.leases}/namespaces/${home}/leases`, {
        body: {
          metadata: { name: "signalman" },
          spec: { holderIdentity: "dead", leaseDurationSeconds: 1, renewTime: "2020-01-01T00:00:00.000000Z" },
        },
      });
      const beganMs = Date.now();
      const first = await candidate(home, "first");
      try {
        await expect.poll(() => first.lease.isHeld, { timeout: 5_000 }).toBe(true);
        expect(Date.now() - beganMs).toBeGreaterThanOrEqual(1_000);
        expect((await read(home)).spec.leaseTransitions).toBe(1);
      } finally {
        await first.end();
      }
    });
  });
}
