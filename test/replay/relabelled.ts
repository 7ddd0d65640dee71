import type { RecordedChange, Recording } from "../../src/commands/replay/recording.ts";

/** At `ms` the label `stage` of a cluster becomes this; null: it has none. */
export interface Relabelling {
  readonly ms: number;
  readonly cluster: string;
  readonly stage: string | null;
}

interface ClusterObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/** The same recording on clusters whose label `stage` changes meanwhile, and with a ClusterGroup `prod` of those with `stage: prod`. */
export function relabelled(recording: Recording, relabellings: readonly Relabelling[]): Recording {
  const stages = new Map<string, string | null>();
  const latest = new Map<string, RecordedChange>();
  const changes: RecordedChange[] = [{ ms: 0, type: "ADDED", object: prodGroup(recording.meta.namespace) }];
  const open = relabellings.toSorted((one, other) => one.ms - other.ms);
  const relabelUntil = (ms: number) => {
    while (open[0] !== undefined && open[0].ms <= ms) {
      const [next] = open.splice(0, 1);
      if (next === undefined) return;
      stages.set(next.cluster, next.stage);
      const known = latest.get(next.cluster);
      if (known !== undefined)
        changes.push({ ms: next.ms, type: "MODIFIED", object: withStage(known.object as ClusterObject, next.stage) });
    }
  };
  for (const change of recording.changes) {
    relabelUntil(change.ms);
    const object = change.object as ClusterObject;
    if (object.kind !== "Cluster") {
      changes.push(change);
      continue;
    }
    const { name } = object.metadata;
    latest.set(name, change);
    changes.push({ ...change, object: withStage(object, stages.get(name) ?? null) });
  }
  relabelUntil(Infinity);
  return { ...recording, changes };
}

/** The stage of a cluster at a time. */
export function stageAt(relabellings: readonly Relabelling[], { cluster, ms }: { cluster: string; ms: number }): string | null {
  const past = relabellings.filter((it) => it.cluster === cluster && it.ms <= ms).toSorted((one, other) => one.ms - other.ms);
  return past.at(-1)?.stage ?? null;
}

function withStage(object: ClusterObject, stage: string | null): ClusterObject {
  const labels = { ...object.metadata.labels, ...(stage !== null && { stage }) };
  return { ...object, metadata: { ...object.metadata, labels } };
}

function prodGroup(namespace: string): unknown {
  return {
    apiVersion: "fleet.cattle.io/v1alpha1",
    kind: "ClusterGroup",
    metadata: { uid: "group-prod", name: "prod", namespace },
    spec: { selector: { matchLabels: { stage: "prod" } } },
  };
}
