import { type RawObject, nameOf, numberOf, objectOf, textsOf, timeMsOf } from "./raw-value.ts";

/** The part of `metadata` that every kind shares. */
export interface Metadata {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
  readonly creationMs: number;
  readonly deleting: boolean;
  readonly labels: RawObject;
  readonly annotations: RawObject;
  readonly ownerReferences: unknown;
  /** Fleet's label `fleet.cattle.io/shard-ref`. */
  readonly shard: string;
}

/** null where the object cannot be told from others: no uid, name or namespace. */
export function readMetadata(object: RawObject): Metadata | null {
  const metadata = objectOf(object["metadata"]);
  const uid = nameOf(metadata["uid"]);
  const namespace = nameOf(metadata["namespace"]);
  const name = nameOf(metadata["name"]);
  if (uid === "" || namespace === "" || name === "") return null;
  const labels = objectOf(metadata["labels"]);
  return {
    uid,
    namespace,
    name,
    generation: numberOf(metadata["generation"]),
    creationMs: timeMsOf(metadata["creationTimestamp"]),
    deleting: metadata["deletionTimestamp"] !== undefined && metadata["deletionTimestamp"] !== null,
    labels,
    annotations: objectOf(metadata["annotations"]),
    ownerReferences: metadata["ownerReferences"],
    shard: nameOf(labels["fleet.cattle.io/shard-ref"]),
  };
}

export function labelsOf(metadata: Metadata): Readonly<Record<string, string>> {
  return textsOf(metadata.labels);
}
