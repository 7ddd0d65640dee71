import { conditionOf } from "./condition.ts";
import { readMetadata } from "./metadata.ts";
import { type RawObject, flagOf, listOf, messageOf, nameOf, objectOf } from "./raw-value.ts";
import type { BundleDeploymentRecord } from "./record.ts";

/** A BundleDeployment that belongs to a GitRepo (label `repo-name`); null for every other one. */
export function projectBundleDeployment(object: RawObject): BundleDeploymentRecord | null {
  const metadata = readMetadata(object);
  const gitRepoName = nameOf(metadata?.labels["fleet.cattle.io/repo-name"]);
  if (metadata === null || gitRepoName === "") return null;
  const { labels } = metadata;
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const nonReady = listOf(status["nonReadyStatus"]).map(objectOf);
  return {
    kind: "BundleDeployment",
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    gitRepoName,
    bundleNamespace: nameOf(labels["fleet.cattle.io/bundle-namespace"]),
    bundleName: nameOf(labels["fleet.cattle.io/bundle-name"]),
    clusterNamespace: nameOf(labels["fleet.cattle.io/cluster-namespace"]),
    clusterName: nameOf(labels["fleet.cattle.io/cluster"]),
    commit: nameOf(labels["fleet.cattle.io/commit"]),
    contentName: nameOf(labels["fleet.cattle.io/content-name"]),
    contentIsManifest: !flagOf(spec["ociContents"]) && Object.keys(objectOf(spec["helmChartOptions"])).length === 0,
    deleting: metadata.deleting,
    deploymentId: nameOf(spec["deploymentID"]),
    stagedDeploymentId: nameOf(spec["stagedDeploymentID"]),
    appliedDeploymentId: nameOf(status["appliedDeploymentID"]),
    paused: flagOf(spec["paused"]),
    offSchedule: flagOf(spec["offSchedule"]),
    waitingForValues: flagOf(spec["waitingForValues"]) || flagOf(status["waitingForValues"]),
    isReady: flagOf(status["ready"]),
    nonModified: flagOf(status["nonModified"]),
    deployed: conditionOf(status, "Deployed"),
    installed: conditionOf(status, "Installed"),
    monitored: conditionOf(status, "Monitored"),
    ready: conditionOf(status, "Ready"),
    resourceMessage: nonReadyMessage(nonReady[0]) || modifiedMessage(listOf(status["modifiedStatus"]).map(objectOf)[0]),
    resourceError: nonReady.some((entry) => flagOf(objectOf(entry["summary"])["error"])),
    shard: metadata.shard,
  };
}

/** `Deployment shop/web: Replicas: 0/1`. */
function nonReadyMessage(entry: RawObject | undefined): string {
  if (entry === undefined) return "";
  const texts = listOf(objectOf(entry["summary"])["message"]).filter((it) => typeof it === "string");
  return messageOf(`${resourceOf(entry)}: ${texts.length > 0 ? texts.join("; ") : "not ready"}`);
}

/** `ConfigMap shop/settings is missing`, `… was modified`: Fleet's patch itself can be long and is left out. */
function modifiedMessage(entry: RawObject | undefined): string {
  if (entry === undefined) return "";
  const what = flagOf(entry["missing"]) || flagOf(entry["delete"]) ? "does not match the commit" : "was modified";
  return messageOf(`${resourceOf(entry)} ${what}`);
}

function resourceOf(entry: RawObject): string {
  const namespace = nameOf(entry["namespace"]);
  return `${nameOf(entry["kind"])} ${namespace === "" ? "" : `${namespace}/`}${nameOf(entry["name"])}`;
}
