import type { BundleRecord } from "../fleet/record.ts";
import { type Clause, unmet } from "./context.ts";

/**
 * Rule B (fleet-facts §1.3), for each Bundle that is not being deleted. `unavailable` lags one reconcile behind and stays 0 while paused: B
 * alone is never enough.
 */
export const bundleClauses: readonly Clause<BundleRecord>[] = [
  {
    name: "the label says the commit",
    unmet: (bundle, { key }) => (bundle.commit === key.commit ? null : unmet("BundleCommit")),
  },
  {
    name: "no render or target error",
    unmet: ({ ready }) => (ready?.status === "False" && ready.reason === "Error" ? unmet("BundleError", ready.message) : null),
  },
  {
    name: "observedGeneration is the generation",
    unmet: (bundle) => (bundle.observedGeneration === bundle.generation ? null : unmet("BundleNotObserved")),
  },
  {
    name: "no partition is unavailable",
    unmet: (bundle) =>
      bundle.unavailablePartitions === 0 && bundle.partitionsUnavailable === 0 ? null : unmet("BundlePartitions"),
  },
  {
    name: "the partitions hold every target",
    unmet: (bundle) => (bundle.partitionsCount === bundle.desiredReady ? null : unmet("BundlePartitions")),
  },
];
