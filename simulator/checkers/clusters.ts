import { limits } from "../../src/core/limits.ts";
import type { Hook } from "../simulation/ledger.ts";
import { receivers } from "../simulation/simulated-notification.ts";
import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { Checker, Violation } from "./violation.ts";

/** As in truth.ts: so old may be what a message was made from. */
const staleMaxMs = 21_000;
/** So much later is told what becomes so when everything works. */
const soonMs = 60_000;

interface Told {
  readonly hook: Hook;
  readonly cluster: string;
  readonly isOffline: boolean;
  readonly timestampMs: number;
}

/**
 * What is told of a cluster is so: its agent was silent for that long, or was heard of. Nobody is told the same twice unless it was otherwise between,
 * and at first all are online. Where it is so for long enough after the faults have ended, the last word says so.
 */
export const clusters: Checker<SimulatedWorld> = (world) => {
  const told = world.ledger.of("hook").flatMap((hook) => (hook.receiver === receivers.clusters ? [toldCluster(hook)] : []));
  const taken = Map.groupBy(
    told.filter((it) => it.hook.isTaken),
    (it) => it.cluster,
  );
  const lies = told.flatMap((it) => lie(world, it));
  return [...lies, ...[...taken.values()].flatMap((it) => repetitions(world, it)), ...losses(world, taken)];
};

function toldCluster(hook: Hook): Told {
  const { type, timestamp, data } = JSON.parse(hook.body) as {
    type: string;
    timestamp: string;
    data: { cluster: { name: string } };
  };
  return { hook, cluster: data.cluster.name, isOffline: type === "ClusterOffline", timestampMs: Date.parse(timestamp) };
}

type Span = readonly [fromMs: number, toMs: number];

/** True where the cluster was offline (online) at some moment between the two. */
function wasSo({ checkins, skewMs }: SimulatedWorld, told: Pick<Told, "cluster" | "isOffline">, [fromMs, toMs]: Span): boolean {
  const silences = checkins.silences(told.cluster);
  // A clock that is ahead finds it offline earlier, one that is behind later.
  if (told.isOffline) return silences.some((it) => it.fromMs - skewMs <= toMs && it.toMs >= fromMs);
  return !silences.some((it) => it.fromMs + skewMs <= fromMs && it.toMs > toMs);
}

function lie(world: SimulatedWorld, told: Told): Violation[] {
  const { hook, timestampMs, cluster } = told;
  const fromMs = Math.min(hook.sinceMs, timestampMs - world.skewMs) - staleMaxMs;
  if (wasSo(world, told, [fromMs, hook.ms])) return [];
  return [{ promise: "clusters", ms: hook.ms, text: `${cluster} was told to be ${nameOf(told)}: its agent denies it` }];
}

function repetitions(world: SimulatedWorld, taken: readonly Told[]): Violation[] {
  const inOrder = inPlace(taken);
  return inOrder.flatMap((told, index): Violation[] => {
    const before = inOrder[index - 1];
    const wasOffline = before?.isOffline ?? false;
    const fromMs = before === undefined ? -Infinity : before.timestampMs - staleMaxMs - world.skewMs;
    const other = { cluster: told.cluster, isOffline: !told.isOffline };
    if (wasOffline !== told.isOffline || wasSo(world, other, [fromMs, told.hook.ms])) return [];
    return [
      { promise: "clusters", ms: told.hook.ms, text: `${told.cluster} was told to be ${nameOf(told)}, which it was already` },
    ];
  });
}

/** What comes late is dropped where its place is not greater, and what comes twice is one (docs/guarantees.md). */
function inPlace(taken: readonly Told[]): readonly Told[] {
  const byId = new Map(taken.map((it) => [it.hook.id, it]));
  return [...byId.values()].toSorted((one, other) => one.hook.sequence - other.hook.sequence);
}

/** At the end, and before an agent came back that was silent after the faults had ended. */
function losses(world: SimulatedWorld, taken: ReadonlyMap<string, readonly Told[]>): Violation[] {
  if (!world.hasClusterNews || !world.notification.isThere) return [];
  return world.fleet.clusterNames.flatMap((cluster): Violation[] => {
    const words = taken.get(cluster) ?? [];
    const offline = world.checkins.silences(cluster).filter((it) => mustBeTold(world, it));
    const due = offline.map(({ toMs }) => ({ isOffline: true, ms: Math.min(toMs, world.nowMs) }));
    const isOnline = !world.checkins.silences(cluster).some((it) => it.fromMs <= world.nowMs && it.toMs === Infinity);
    if (isOnline) due.push({ isOffline: false, ms: world.nowMs });
    return due.flatMap(({ isOffline, ms }): Violation[] => {
      const last = inPlace(words.filter((it) => it.hook.ms <= ms)).at(-1);
      if ((last?.isOffline ?? false) === isOffline) return [];
      const said = last === undefined ? "nothing" : nameOf(last);
      return [{ promise: "clusters", ms, text: `${cluster} is ${nameOf({ isOffline })}; the last word is ${said}` }];
    });
  });
}

/** What is silent when the destination first asks is remembered and not told (docs/guarantees.md, clusters). */
function mustBeTold(world: SimulatedWorld, { fromMs, toMs }: { fromMs: number; toMs: number }): boolean {
  const startsMs = world.ledger.of("look").flatMap((it) => (it.why === "start" && it.ms < toMs ? [it.ms] : []));
  const hasAsked = world.ledger.of("save").some((it) => it.ms < fromMs - world.skewMs && it.streams.some(isOfClusters));
  const tellsFromMs = Math.max(fromMs, Math.max(...startsMs) + limits.checkinIntervalDefaultMs) + world.skewMs;
  // What waited while there were faults is tried again after this at the latest.
  const retriedMs = world.access.hasParked ? limits.parkedMs : limits.retryMaxMs;
  return hasAsked && Math.min(toMs, world.nowMs) > Math.max(tellsFromMs, world.calmSinceMs + retriedMs) + soonMs;
}

function isOfClusters(stored: string): boolean {
  return (JSON.parse(stored) as { identity: { destination: string } }).identity.destination === "clusters";
}

function nameOf({ isOffline }: Pick<Told, "isOffline">): string {
  return isOffline ? "offline" : "online";
}
