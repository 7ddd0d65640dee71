import { limits } from "../limits.ts";
import { conditionOf } from "./condition.ts";
import { labelsOf, readMetadata } from "./metadata.ts";
import { type RawObject, durationMsOf, flagOf, nameOf, numberOf, objectOf, timeMsOf } from "./raw-value.ts";
import type { GitRepoRecord } from "./record.ts";

/** A GitRepo of `fleet.cattle.io/v1alpha1`; null where it has no identity. */
export function projectGitRepo(object: RawObject): GitRepoRecord | null {
  const metadata = readMetadata(object);
  if (metadata === null) return null;
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const pollingMs = durationMsOf(spec["pollingInterval"]);
  return {
    kind: "GitRepo",
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    labels: labelsOf(metadata),
    suspended: metadata.annotations["signalman.dev/suspend"] === "true",
    creationMs: metadata.creationMs,
    deleting: metadata.deleting,
    generation: metadata.generation,
    repo: nameOf(spec["repo"]),
    branch: nameOf(spec["branch"]),
    revision: nameOf(spec["revision"]),
    paused: flagOf(spec["paused"]),
    pollingDisabled: flagOf(spec["disablePolling"]),
    pollingIntervalMs: pollingMs > 0 ? pollingMs : limits.pollingIntervalDefaultMs,
    forceSyncGeneration: numberOf(spec["forceSyncGeneration"]),
    shard: metadata.shard,
    commit: nameOf(status["commit"]),
    observedGeneration: numberOf(status["observedGeneration"]),
    updateGeneration: numberOf(status["updateGeneration"]),
    gitJobStatus: nameOf(status["gitJobStatus"]),
    pollingCommit: nameOf(status["pollingCommit"]),
    webhookCommit: nameOf(status["webhookCommit"]),
    lastPollingMs: timeMsOf(status["lastPollingTriggered"]),
    lastWebhookMs: timeMsOf(status["lastWebhookTime"]),
    accepted: conditionOf(status, "Accepted"),
    stalled: conditionOf(status, "Stalled"),
    gitPolling: conditionOf(status, "GitPolling"),
    ready: conditionOf(status, "Ready"),
  };
}
