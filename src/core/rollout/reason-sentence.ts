import type { Reason, ReasonCode } from "./rollout.ts";

/** Which part of the rule a reason belongs to (fleet-facts §1.3), and what it means in words. */
const sentences: Readonly<Record<ReasonCode, readonly [part: "A" | "B" | "C" | "hold", text: string]>> = {
  NoCommit: ["A", "Fleet has not seen a commit yet"],
  GenerationNotObserved: ["A", "Fleet has not looked at the GitRepo's latest change"],
  ForceSyncNotObserved: ["A", "Fleet has not taken up the forced sync"],
  JobUnfinished: ["A", "the Job that applies the commit has not ended"],
  JobNotSeen: ["A", "the Job that applies the commit was not seen to end"],
  JobFailed: ["A", "the Job that applies the commit failed"],
  Stalled: ["A", "Fleet says that the GitRepo is stalled"],
  NotAccepted: ["A", "Fleet does not accept the GitRepo"],
  BranchAndRevision: [
    "A",
    "branch and revision are both set: the label is the revision, the content the branch's head; set one of them",
  ],
  AwaitingPoll: ["A", "a later poll of the branch must still show the commit"],
  AwaitingBranchHead: ["A", "the branch's head at GitHub must still be the commit"],
  NoBundles: ["B", "the commit brought no bundles"],
  BundleCommit: ["B", "the bundle still has another commit"],
  BundleNotObserved: ["B", "Fleet has not processed the bundle"],
  BundlePartitions: ["B", "clusters of a partition are not available"],
  BundleError: ["B", "Fleet cannot render or target the bundle"],
  BundleDeleting: ["B", "the bundle is still being deleted"],
  NoTargets: ["C", "no cluster matches the GitRepo"],
  ClusterMissing: ["C", "a cluster has no BundleDeployment yet"],
  ClusterCommit: ["C", "the cluster's BundleDeployment still has another commit"],
  OutOfSync: ["C", "Fleet holds the new content back from the cluster"],
  WaitApplied: ["C", "the agent has not applied the new content"],
  ErrApplied: ["C", "the agent cannot apply the new content"],
  DependencyWait: ["C", "waits for a bundle that it depends on"],
  NotInstalled: ["C", "Helm did not install the new content"],
  NotReady: ["C", "resources are not ready"],
  Modified: ["C", "live resources differ from the commit"],
  NotMonitored: ["C", "the agent does not report on the resources"],
  Paused: ["C", "paused: the cluster keeps what it has"],
  OffSchedule: ["C", "outside of the cluster's schedule"],
  WaitingForValues: ["C", "waits for values from the cluster"],
  Offline: ["C", "the agent has not checked in for long"],
  ContentNotCurrent: ["C", "Fleet has not given the new content to the cluster"],
  Settling: ["hold", "everything holds; success is said when it has done so for the settle time"],
};

/** `C  shop-web on c7: the agent has not applied the new content`: one line without Fleet's own message. */
export function reasonSentence({ code, bundle, cluster }: Reason): string {
  const [part, text] = sentences[code];
  const about = [bundle, cluster].filter((it) => it !== "").join(" on ");
  return `${part}  ${about === "" ? "" : `${about}: `}${text}`;
}
