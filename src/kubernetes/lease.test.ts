import { describe, expect, test } from "vitest";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { startMs, until, useSimulatedCluster, write } from "../../test/kubernetes/simulated-cluster.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { Lease } from "./lease.ts";

const cluster = useSimulatedCluster();
const identity = { namespace: "default", name: "signalman" };

interface Taking {
  readonly lease: Lease;
  readonly held: AbortSignal[];
  readonly problems: { readonly code: string; readonly message: string }[];
  readonly clock: VirtualClock;
}

/** Takes part with the default durations (15 s, 10 s, 2 s) and a clock of its own; ends with `work`. */
async function taking(name: string, work: (it: Taking) => Promise<void>): Promise<void> {
  const clock = new VirtualClock(startMs);
  const client = await cluster().anotherClient(clock);
  const held: AbortSignal[] = [];
  const problems: Taking["problems"] = [];
  const lease = new Lease({
    ...identity,
    client,
    clock,
    random: () => 0,
    identity: name,
    onAcquired: (signal) => held.push(signal),
    onProblem: (problem) => problems.push(problem),
  });
  try {
    await work({ lease, held, problems, clock });
  } finally {
    cluster().api.faults.clear();
    await lease.stop();
  }
}

const stored = () => cluster().objects.find(kinds.lease, identity) as { spec?: { holderIdentity?: string } } | undefined;
const writes = () => cluster().api.requests.filter(({ verb }) => verb === "update" || verb === "create").length;

/** Lets rounds of two seconds pass, each with its requests. */
async function rounds(clock: VirtualClock, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    const before = cluster().api.requests.length;
    await until(() => clock.nextMs() <= clock.now() + 2_000);
    clock.moveTo(clock.now() + 2_000);
    await until(() => cluster().api.requests.length > before);
  }
}

const theirLease = (spec: object) => write(cluster().objects, kinds.lease, { metadata: identity, spec });

describe("who holds the lease", () => {
  test("has it for 10 s from before the request that renewed it was sent, and renews it with one write every 2 s", async () => {
    await taking("us", async ({ lease, held, clock }) => {
      expect(lease.isKnown).toBe(false);
      await until(() => lease.isHeld);
      expect(lease.heldUntilMs).toBe(startMs + 10_000);
      const before = cluster().api.requests.length;
      await rounds(clock, 3);
      await until(() => lease.heldUntilMs === startMs + 16_000);
      expect(
        cluster()
          .api.requests.slice(before)
          .map(({ verb }) => verb),
      ).toEqual(["update", "update", "update"]);
      expect(held).toHaveLength(1);
      expect(held[0]?.aborted).toBe(false);
    });
  });

  test("loses it when a renewal hangs past the deadline, and takes it again once that is over", async () => {
    await taking("us", async ({ lease, held, problems, clock }) => {
      await until(() => lease.isHeld);
      const takeAway = cluster().api.faults.add({ fault: { kind: "silence" } });
      await rounds(clock, 1);
      // The first try hangs for 5 s, the second one until the time is over.
      clock.moveTo(startMs + 7_000);
      await until(() => problems.length === 1);
      await rounds(clock, 1);
      clock.moveTo(startMs + 9_999);
      expect(held[0]?.aborted).toBe(false);
      clock.moveTo(startMs + 10_000);
      expect(held[0]?.aborted).toBe(true);
      expect(lease.isHeld).toBe(false);
      expect(problems).toEqual([{ code: "LeaseNotReached", message: "Lease default/signalman: no answer within 5000 ms" }]);
      takeAway();
      await rounds(clock, 1);
      await until(() => lease.isHeld);
      expect(held).toHaveLength(2);
      expect(held[1]?.aborted).toBe(false);
    });
  });

  test("keeps it through short failures, and loses it after 10 s of them", async () => {
    await taking("us", async ({ lease, held, clock }) => {
      await until(() => lease.isHeld);
      const refused = { kind: "status", code: 500, reason: "InternalError", message: "broken" } as const;
      const takeAway = cluster().api.faults.add({ fault: refused });
      await rounds(clock, 4);
      expect(lease.isHeld).toBe(true);
      takeAway();
      await rounds(clock, 1);
      // The 10 s run from the renewal that worked.
      await until(() => lease.heldUntilMs === startMs + 20_000);
      cluster().api.faults.add({ fault: refused });
      clock.moveTo(startMs + 20_000);
      expect(held[0]?.aborted).toBe(true);
    });
  });

  test("does not hold it after it was stopped for a while, also before its timer runs", async () => {
    await taking("us", async ({ lease, clock }) => {
      await until(() => lease.isHeld);
      const untilMs = lease.heldUntilMs;
      let wasHeld = true;
      clock.wakeAt(untilMs - 1, () => (wasHeld = lease.isHeld));
      // One jump over everything that is due: the first timer to run finds the time over.
      clock.moveTo(untilMs + 60_000);
      expect(wasHeld).toBe(false);
    });
  });

  test("whoever is about to send after a standstill finds it given up before its timer runs", async () => {
    await taking("us", async ({ lease, held, clock }) => {
      await until(() => lease.isHeld);
      const untilMs = lease.heldUntilMs;
      const aborted: (boolean | undefined)[] = [];
      clock.wakeAt(untilMs - 1, () => {
        aborted.push(held[0]?.aborted);
        lease.expire();
        aborted.push(held[0]?.aborted);
      });
      lease.expire();
      expect(held[0]?.aborted).toBe(false);
      clock.moveTo(untilMs + 60_000);
      expect(aborted).toEqual([false, true]);
    });
  });

  test("keeps it when one renewal hangs: there is time for another one", async () => {
    await taking("us", async ({ lease, held, clock }) => {
      await until(() => lease.isHeld);
      cluster().api.faults.add({ fault: { kind: "silence" }, times: 1 });
      await rounds(clock, 1);
      clock.moveTo(startMs + 7_000);
      await rounds(clock, 1);
      await until(() => lease.heldUntilMs === startMs + 19_000);
      expect(held[0]?.aborted).toBe(false);
      expect(held).toHaveLength(1);
    });
  });

  test("whose renewal took effect without an answer goes on", async () => {
    await taking("us", async ({ lease, held, clock }) => {
      await until(() => lease.isHeld);
      cluster().api.faults.add({ fault: { kind: "loseAnswer" }, when: ({ verb }) => verb === "update", times: 1 });
      await rounds(clock, 2);
      await until(() => lease.heldUntilMs === startMs + 14_000);
      expect(held).toHaveLength(1);
      expect(held[0]?.aborted).toBe(false);
    });
  });

  test("gives it back when it stops, after what it held is aborted", async () => {
    await taking("us", async ({ lease, held }) => {
      await until(() => lease.isHeld);
      await lease.stop();
      expect(held[0]?.aborted).toBe(true);
      expect(stored()?.spec?.holderIdentity).toBe("");
    });
  });
});

describe("who waits for the lease", () => {
  test("takes it once it saw it unchanged for its whole duration by its own clock", async () => {
    theirLease({ holderIdentity: "them", leaseDurationSeconds: 15, renewTime: "2020-01-01T00:00:00.000000Z" });
    await taking("us", async ({ lease, clock }) => {
      await until(() => lease.isKnown);
      await rounds(clock, 7);
      expect(lease.isHeld).toBe(false);
      expect(writes()).toBe(0);
      await rounds(clock, 1);
      await until(() => lease.isHeld);
      expect(stored()?.spec).toMatchObject({ holderIdentity: "us", leaseTransitions: 1 });
    });
  });

  test("leaves it alone for as long as it is renewed", async () => {
    theirLease({ holderIdentity: "them", leaseDurationSeconds: 15 });
    await taking("us", async ({ lease, clock }) => {
      await until(() => lease.isKnown);
      for (let round = 0; round < 20; round += 1) {
        const patch = { spec: { renewTime: new Date(startMs + round * 2_000).toISOString().replace("Z", "000Z") } };
        cluster().objects.patch(kinds.lease, { ...identity, patch }, { nowMs: startMs });
        await rounds(clock, 1);
      }
      expect(lease.isHeld).toBe(false);
      expect(lease.holder).toBe("them");
    });
  });

  test("does not take a lease that somebody deleted before its holder's time is over", async () => {
    theirLease({ holderIdentity: "them", leaseDurationSeconds: 15 });
    await taking("us", async ({ lease, clock }) => {
      await until(() => lease.isKnown);
      cluster().objects.remove(kinds.lease, identity, { nowMs: startMs });
      await rounds(clock, 8);
      expect(lease.isHeld).toBe(false);
      await rounds(clock, 1);
      await until(() => lease.isHeld);
    });
  });

  test("counts that time from when it is found gone: its holder may have renewed it since it was seen last", async () => {
    theirLease({ holderIdentity: "them", leaseDurationSeconds: 15 });
    await taking("us", async ({ lease, clock }) => {
      await until(() => lease.isKnown);
      await until(() => clock.nextMs() <= clock.now() + 2_000);
      cluster().objects.remove(kinds.lease, identity, { nowMs: startMs });
      const before = cluster().api.requests.length;
      clock.moveTo(clock.now() + 20_000);
      await until(() => cluster().api.requests.length > before);
      await rounds(clock, 1);
      expect(lease.isHeld).toBe(false);
    });
  });

  test("takes at once what was given back", async () => {
    theirLease({ holderIdentity: "", leaseDurationSeconds: 1 });
    await taking("us", async ({ lease }) => {
      await until(() => lease.isHeld);
    });
  });

  test("and comes second keeps waiting: of two that see it free, one has it", async () => {
    theirLease({ holderIdentity: "" });
    await taking("one", async (one) => {
      await taking("two", async (two) => {
        await until(() => one.lease.isHeld || two.lease.isHeld);
        await rounds(one.clock, 1);
        await rounds(two.clock, 1);
        expect([one.lease.isHeld, two.lease.isHeld].filter(Boolean)).toHaveLength(1);
      });
    });
  });
});
