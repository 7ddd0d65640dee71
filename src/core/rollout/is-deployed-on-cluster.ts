import type { BundleDeploymentRecord } from "../fleet/record.ts";
import { type Broken, type Clause, broken, firstBroken } from "./clause.ts";

export interface ClusterSubject {
  readonly deployment: BundleDeploymentRecord;
  readonly commit: string;
}

/**
 * C: one bundle runs on one cluster with the commit's content (fleet-facts §1.3). `status.display.state` and `GetDeploymentState` are no
 * help: one update behind, or Ready while all three ids are old (W4). In this order the first clause that does not hold is what to tell.
 */
export const clusterClauses: readonly Clause<ClusterSubject>[] = [
  {
    name: "notDeleting",
    broken: ({ deployment }) => (deployment.deleting ? broken("BundleDeleting") : null),
  },
  {
    name: "commit",
    broken: ({ deployment, commit }) => (deployment.commit === commit ? null : broken("ClusterCommit")),
  },
  {
    name: "notPaused",
    broken: ({ deployment }) => (deployment.paused ? broken("Paused") : null),
  },
  {
    name: "notOffSchedule",
    broken: ({ deployment }) => (deployment.offSchedule ? broken("OffSchedule") : null),
  },
  {
    name: "notWaitingForValues",
    broken: ({ deployment }) => (deployment.waitingForValues ? broken("WaitingForValues") : null),
  },
  {
    name: "staged",
    broken: ({ deployment }) => (deployment.deploymentId === deployment.stagedDeploymentId ? null : broken("OutOfSync")),
  },
  {
    // W4: later partitions get the labels at once and keep all three ids.
    name: "content",
    broken: ({ deployment }) =>
      !namesContent(deployment) || deployment.deploymentId.split(":", 1)[0] === deployment.contentName
        ? null
        : broken("ContentNotCurrent"),
  },
  {
    name: "applied",
    broken: ({ deployment }) => {
      const { deploymentId, appliedDeploymentId } = deployment;
      return deploymentId !== "" && deploymentId === appliedDeploymentId ? null : notApplied(deployment);
    },
  },
  {
    // Helm errors that are not retried: applied, not ready, Installed=False, Deployed=True (fleet-facts §2.1).
    name: "installed",
    broken: ({ deployment }) =>
      deployment.installed?.status === "False" ? broken("NotInstalled", deployment.installed.message) : null,
  },
  {
    name: "ready",
    broken: ({ deployment }) => (deployment.isReady ? null : broken("NotReady", resourceText(deployment))),
  },
  {
    name: "nonModified",
    broken: ({ deployment }) => (deployment.nonModified ? null : broken("Modified", resourceText(deployment))),
  },
  {
    name: "readyCondition",
    broken: ({ deployment }) => (deployment.ready?.status === "True" ? null : broken("NotReady", resourceText(deployment))),
  },
  {
    name: "deployedCondition",
    broken: ({ deployment }) => (deployment.deployed?.status === "True" ? null : notApplied(deployment)),
  },
  {
    // W7: the agent could not look at the resources, and what it says of them is old.
    name: "monitoredCondition",
    broken: ({ deployment }) =>
      deployment.monitored?.status === "True" ? null : broken("NotMonitored", deployment.monitored?.message ?? ""),
  },
];

/** Live resources differ and nothing else is wrong: Fleet then also says Ready=False. */
const modifiedClauseNames: ReadonlySet<string> = new Set(["nonModified", "readyCondition"]);

/** The first thing that keeps the content from running there; null where nothing does. */
export function isDeployedOnCluster(subject: ClusterSubject, clauses = clusterClauses): Broken | null {
  return firstBroken(clauses, subject);
}

/** True where the whole of C holds but for live resources that differ from the commit. */
export function isOnlyModified(subject: ClusterSubject, clauses = clusterClauses): boolean {
  return (
    !subject.deployment.nonModified &&
    clauses.every((clause) => modifiedClauseNames.has(clause.name) || clause.broken(subject) === null)
  );
}

/** True where the label `content-name` can tell which content the cluster has: Fleet ≥ 0.14, not OCI, not HelmOps. */
export function namesContent({ contentIsManifest, contentName }: BundleDeploymentRecord): boolean {
  return contentIsManifest && contentName !== "";
}

/** Both come as Deployed=False and are tried again every 15 s (fleet-facts §2.1); newer versions have a state of their own. */
const dependency = /dependent bundle\(s\) are not ready|no bundles matching labels|waiting for dependenc/i;

function notApplied({ deployed }: BundleDeploymentRecord): Broken {
  if (deployed?.status !== "False") return broken("WaitApplied");
  const isDependency = deployed.reason === "WaitingForDependency" || dependency.test(deployed.message);
  return broken(isDependency ? "DependencyWait" : "ErrApplied", deployed.message);
}

function resourceText({ resourceMessage, ready }: BundleDeploymentRecord): string {
  return (ready?.status === "False" ? ready.message : "") || resourceMessage;
}
