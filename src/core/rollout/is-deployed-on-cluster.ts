import type { BundleDeploymentRecord, ConditionRecord } from "../fleet/record.ts";
import { type Clause, type OnCluster, unmet } from "./context.ts";

/** A dependency wait looks like an apply error from the first second on (fleet-facts §1.5, §2.1). */
const dependencyWaits = [/^dependent bundle\(s\) are not ready/, /^list bundledeployments: no bundles matching labels/];

const isFalse = (condition: ConditionRecord | null) => condition?.status === "False";
const isTrue = (condition: ConditionRecord | null) => condition?.status === "True";

/**
 * Rule C (fleet-facts §1.3), for every BundleDeployment. In the order in which a person wants to hear of them: the first that does not hold
 * is the reason that is shown.
 */
export const clusterClauses: readonly Clause<OnCluster>[] = [
  { name: "not paused", unmet: ({ deployment }) => (deployment.paused ? unmet("Paused") : null) },
  { name: "not off schedule", unmet: ({ deployment }) => (deployment.offSchedule ? unmet("OffSchedule") : null) },
  { name: "not waiting for values", unmet: ({ deployment }) => (deployment.waitingForValues ? unmet("WaitingForValues") : null) },
  {
    name: "the label says the commit",
    unmet: ({ deployment }, { key }) => (deployment.commit === key.commit ? null : unmet("ClusterCommit")),
  },
  {
    name: "the content is the label's",
    // W4: later partitions carry the new label and content name while all three IDs are old. Absent on 0.13.
    unmet({ deployment: { contentName, contentIsManifest, deploymentId } }) {
      return contentName === "" || !contentIsManifest || deploymentId.split(":")[0] === contentName
        ? null
        : unmet("ContentNotCurrent");
    },
  },
  {
    name: "what is staged may be deployed",
    unmet: ({ deployment }) => (deployment.deploymentId === deployment.stagedDeploymentId ? null : unmet("OutOfSync")),
  },
  {
    name: "what is wanted is applied",
    unmet({ deployment }) {
      if (deployment.deploymentId === deployment.appliedDeploymentId && deployment.deploymentId !== "") return null;
      const message = deployment.deployed?.message ?? "";
      if (!isFalse(deployment.deployed)) return unmet("WaitApplied");
      return isDependencyWait(message) ? unmet("DependencyWait", message) : unmet("ErrApplied", message);
    },
  },
  {
    name: "Installed is not False",
    unmet: ({ deployment: { installed } }) => (isFalse(installed) ? unmet("NotInstalled", installed?.message) : null),
  },
  {
    name: "Deployed is True",
    unmet: ({ deployment: { deployed } }) => (isTrue(deployed) ? null : unmet("ErrApplied", deployed?.message)),
  },
  { name: "ready", unmet: ({ deployment }) => (deployment.isReady ? null : unmet("NotReady", notReadyText(deployment))) },
  {
    name: "not modified",
    unmet({ deployment }, { modified }) {
      return deployment.nonModified || modified === "ignore"
        ? null
        : unmet("Modified", deployment.ready?.message || deployment.resourceMessage);
    },
  },
  {
    name: "Ready is True",
    unmet({ deployment }, { modified }) {
      if (isTrue(deployment.ready) || (modified === "ignore" && !deployment.nonModified)) return null;
      return unmet("NotReady", notReadyText(deployment));
    },
  },
  {
    name: "Monitored is True",
    unmet: ({ deployment }) => (isTrue(deployment.monitored) ? null : unmet("NotMonitored", deployment.monitored?.message)),
  },
];

export function isDependencyWait(message: string): boolean {
  return dependencyWaits.some((it) => it.test(message));
}

function notReadyText(deployment: BundleDeploymentRecord): string {
  return deployment.resourceMessage || (deployment.ready?.message ?? "");
}
