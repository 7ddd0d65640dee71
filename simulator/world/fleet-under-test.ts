import { Fleet } from "./fleet.ts";
import { MemoryGit, type BundleOutcome, type FleetTree } from "./fleet-content.ts";
import { fleetKinds, fleetObjectsIn, type FleetObjectKind } from "./fleet-objects.ts";
import { recordedTimings, type FleetTimings } from "./fleet-timings.ts";
import { kinds } from "./kubernetes-kind.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { KubernetesObjects } from "./kubernetes-objects.ts";
import { seededRandom } from "./seeded-random.ts";

/** A Fleet with an in-memory git server and its own API server's objects, on virtual time. */
export interface FleetUnderTest {
  readonly fleet: Fleet;
  readonly git: MemoryGit;
  readonly world: KubernetesObjects;
  /** Moves time on. */
  pass(ms: number): void;
  /** Moves time on until `holds`, in steps of 5 ms; throws after `mostMs`. Returns the ms since the start. */
  until(holds: () => boolean, mostMs?: number): number;
  find(kind: FleetObjectKind, name: string, namespace?: string): KubernetesObject | undefined;
}

export const fleetStartMs = Date.UTC(2026, 10, 23, 12);
export const repo = "https://github.com/acme/shop.git";

export function fleetUnderTest(
  options: { seed?: number; timings?: FleetTimings; clusters?: readonly string[] } = {},
): FleetUnderTest {
  const { seed = 1, timings = recordedTimings, clusters = ["c1", "c2"] } = options;
  const git = new MemoryGit();
  const world = new KubernetesObjects({ nowMs: fleetStartMs });
  world.create(kinds.namespace, { metadata: { name: "fleet-default" } }, { nowMs: fleetStartMs });
  let nowMs = fleetStartMs;
  const objects = fleetObjectsIn(world, () => nowMs);
  const fleet = new Fleet({ startMs: fleetStartMs, git, objects, timings, random: seededRandom(seed) });
  for (const name of clusters) fleet.addCluster({ name, labels: { name } });
  const pass = (ms: number) => {
    nowMs += ms;
    fleet.advance(nowMs);
  };
  return {
    fleet,
    git,
    world,
    pass,
    until(holds, mostMs = 60_000) {
      for (let waited = 0; waited <= mostMs; waited += 5) {
        if (holds()) return nowMs - fleetStartMs;
        pass(5);
      }
      throw new Error(`Not so after ${mostMs} ms.`);
    },
    find: (kind, name, namespace = "fleet-default") => world.find(fleetKinds[kind], { namespace, name }),
  };
}

/** Bundles with the given contents, all of which go well, or as `outcome` says. */
export function treeOf(contents: Readonly<Record<string, string>>, outcome: BundleOutcome = { kind: "ok" }): FleetTree {
  return new Map(Object.entries(contents).map(([path, manifest]) => [path, { manifest, outcome }]));
}

/** `a` → a SHA of forty a. */
export function sha(letter: string): string {
  return letter.repeat(40);
}
