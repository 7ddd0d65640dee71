import type { RecordedChange, Recording } from "../../src/commands/replay/recording.ts";
import type { Random } from "../../simulator/world/seeded-random.ts";

/** Another way to see what a recording holds: nothing else happened, but the watches told it otherwise. */
export interface Perturbation {
  readonly name: string;
  readonly perturb: (recording: Recording, random: Random) => Recording;
  /** How long after it happened a change may be seen, milliseconds. */
  readonly lagMsMax: number;
}

/** A list and its first watch event are apart by this, milliseconds: the world is read before it goes on. */
const listMs = 200;
/** A watch that is cut is there again after this at the latest, milliseconds. */
const cutMsMax = 5_000;
/** One kind's watch may be behind another's by this, milliseconds. */
const apartMsMax = 3_000;
const kinds = ["GitRepo", "Bundle", "BundleDeployment", "Job", "Cluster"] as const;

export const perturbations: readonly Perturbation[] = [
  { name: "Signalman starts in the middle", perturb: startedLate, lagMsMax: listMs },
  { name: "a watch is cut: the newest state comes late, those between never", perturb: watchCut, lagMsMax: cutMsMax },
  { name: "one kind is told later than another", perturb: kindsApart, lagMsMax: apartMsMax },
];

interface Identified {
  readonly kind: string;
  readonly metadata: { readonly uid: string };
}
const identified = (change: RecordedChange) => change.object as Identified;
const uidOf = (change: RecordedChange) => identified(change).metadata.uid;

function startedLate(recording: Recording, random: Random): Recording {
  const { changes } = recording;
  const at = Math.floor(random() * changes.length);
  const now = new Map<string, RecordedChange>();
  for (const change of changes.slice(0, at)) {
    if (change.type === "DELETED") now.delete(uidOf(change));
    else now.set(uidOf(change), change);
  }
  const ms = changes[at]?.ms ?? 0;
  const listed = [...now.values()].map((it) => ({ ...it, ms, type: "ADDED" as const }));
  return { ...recording, changes: [...listed, ...changes.slice(at).map((it) => ({ ...it, ms: it.ms + listMs }))] };
}

function watchCut(recording: Recording, random: Random): Recording {
  const { changes } = recording;
  const cuts: { fromMs: number; toMs: number; kind: string }[] = [];
  for (let ms = 0; ms < (changes.at(-1)?.ms ?? 0); ms += cutMsMax + random() * 4 * cutMsMax)
    cuts.push({ fromMs: ms, toMs: ms + random() * cutMsMax, kind: kinds[Math.floor(random() * kinds.length)] ?? "" });
  const told = changes.flatMap((change, index): RecordedChange[] => {
    const cut = cuts.find((it) => it.kind === identified(change).kind && it.fromMs <= change.ms && change.ms < it.toMs);
    if (cut === undefined) return [change];
    const isLast = !changes.slice(index + 1).some((it) => it.ms < cut.toMs && uidOf(it) === uidOf(change));
    return isLast || change.type === "DELETED" ? [{ ...change, ms: cut.toMs }] : [];
  });
  return { ...recording, changes: inOrder(told) };
}

function kindsApart(recording: Recording, random: Random): Recording {
  const lagMs = new Map<string, number>(kinds.map((kind) => [kind, random() * apartMsMax]));
  const changes = recording.changes.map((it) => ({ ...it, ms: it.ms + (lagMs.get(identified(it).kind) ?? 0) }));
  return { ...recording, changes: inOrder(changes) };
}

const inOrder = (changes: readonly RecordedChange[]) => changes.toSorted((left, right) => left.ms - right.ms);
