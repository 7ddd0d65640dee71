import type { Reason, ReasonCode } from "./rollout.ts";

/** Fleet says nothing about these, so this program does: what is waited for, about which bundle and cluster. */
const sentences: Partial<Record<ReasonCode, string>> = {
  GenerationNotObserved: "Fleet has not looked at the GitRepo's latest change",
  ForceSyncNotObserved: "Fleet has not taken up the forced sync",
  JobUnfinished: "the Job that applies the commit has not ended",
  JobNotSeen: "Fleet has made no Job for the commit",
  NoBundles: "the commit brought no bundles",
  BundleCommit: "the bundle still has another commit",
  BundleNotObserved: "Fleet has not processed the bundle",
  BundlePartitions: "clusters of an earlier partition are not ready",
  BundleDeleting: "the bundle is still being deleted",
  ClusterMissing: "a cluster has no BundleDeployment yet",
  ClusterCommit: "the cluster's BundleDeployment still has another commit",
  OutOfSync: "Fleet holds the new content back from the cluster",
  ContentNotCurrent: "Fleet has not given the new content to the cluster",
  WaitApplied: "the agent has not applied the new content and reports no error",
  NotMonitored: "the agent does not report on the resources",
};

/**
 * `the agent has not applied the new content and reports no error (bundle shop-web, cluster c7)`. Without how long: the same failure says the
 * same as time goes on, so that it is told once.
 */
export function overdueSentence({ code, bundle, cluster, message }: Reason): string {
  const about = [bundle === "" ? "" : `bundle ${bundle}`, cluster === "" ? "" : `cluster ${cluster}`].filter((it) => it !== "");
  const place = about.length === 0 ? "" : ` (${about.join(", ")})`;
  return `${sentences[code] ?? code}${place}${message === "" ? "" : `: ${message}`}`;
}
