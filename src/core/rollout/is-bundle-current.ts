import type { BundleRecord } from "../fleet/record.ts";
import { type Broken, type Clause, broken, firstBroken } from "./clause.ts";

export interface BundleSubject {
  readonly bundle: BundleRecord;
  readonly commit: string;
}

/**
 * B: a bundle has the commit and Fleet's controller has brought it to all of its targets (fleet-facts §1.3). `partitions[].unavailable` lags
 * one reconcile and stays 0 while paused, and up to Fleet 0.15 the status can describe the old content (W3): B alone is never enough.
 */
export const bundleClauses: readonly Clause<BundleSubject>[] = [
  {
    name: "notDeleting",
    broken: ({ bundle }) => (bundle.deleting ? broken("BundleDeleting") : null),
  },
  {
    name: "commit",
    broken: ({ bundle, commit }) => (bundle.commit === commit ? null : broken("BundleCommit")),
  },
  {
    // Rendering and targeting errors are told with reason "Error" and leave the generation unobserved (fleet-facts §2.2).
    name: "observedGeneration",
    broken: ({ bundle }) => {
      if (bundle.observedGeneration === bundle.generation) return null;
      const isError = bundle.ready?.status === "False" && bundle.ready.reason === "Error";
      return isError ? broken("BundleError", bundle.ready.message) : broken("BundleNotObserved");
    },
  },
  ...partitionClauses(),
];

/** Clauses about all of a bundle's clusters together, which say nothing about some of them (a target of a Notification). */
export const partitionClauseNames: ReadonlySet<string> = new Set(partitionClauses().map((it) => it.name));

function partitionClauses(): readonly Clause<BundleSubject>[] {
  return [
    {
      name: "unavailablePartitions",
      broken: ({ bundle }) => (bundle.unavailablePartitions === 0 ? null : broken("BundlePartitions", readyMessage(bundle))),
    },
    {
      name: "partitionsUnavailable",
      broken: ({ bundle }) => (bundle.partitionsUnavailable === 0 ? null : broken("BundlePartitions", readyMessage(bundle))),
    },
    {
      name: "partitionsCount",
      broken: ({ bundle }) =>
        bundle.partitionsCount === bundle.desiredReady ? null : broken("BundlePartitions", readyMessage(bundle)),
    },
  ];
}

function readyMessage(bundle: BundleRecord): string {
  return bundle.ready?.status === "False" ? bundle.ready.message : "";
}

/** The first thing that keeps a bundle from being current with the commit; null where nothing does. */
export function isBundleCurrent(subject: BundleSubject, clauses = bundleClauses): Broken | null {
  return firstBroken(clauses, subject);
}
