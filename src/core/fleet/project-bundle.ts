import { conditionOf } from "./condition.ts";
import { readMetadata } from "./metadata.ts";
import { type RawObject, flagOf, listOf, nameOf, numberOf, objectOf } from "./raw-value.ts";
import type { BundleRecord } from "./record.ts";

/** A Bundle that belongs to a GitRepo (label `repo-name`); null for every other one: HelmOps' and hand-made ones have no commit. */
export function projectBundle(object: RawObject): BundleRecord | null {
  const metadata = readMetadata(object);
  const gitRepoName = nameOf(metadata?.labels["fleet.cattle.io/repo-name"]);
  if (metadata === null || gitRepoName === "") return null;
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const partitions = listOf(status["partitions"]).map(objectOf);
  return {
    kind: "Bundle",
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    gitRepoName,
    commit: nameOf(metadata.labels["fleet.cattle.io/commit"]),
    deleting: metadata.deleting,
    generation: metadata.generation,
    observedGeneration: numberOf(status["observedGeneration"]),
    paused: flagOf(spec["paused"]),
    unavailablePartitions: numberOf(status["unavailablePartitions"]),
    partitionsUnavailable: sum(partitions, "unavailable"),
    partitionsCount: sum(partitions, "count"),
    desiredReady: numberOf(objectOf(status["summary"])["desiredReady"]),
    correctsDrift: flagOf(objectOf(spec["correctDrift"])["enabled"]),
    ready: conditionOf(status, "Ready"),
    shard: metadata.shard,
  };
}

function sum(partitions: readonly RawObject[], field: string): number {
  return partitions.reduce((total, partition) => total + numberOf(partition[field]), 0);
}
