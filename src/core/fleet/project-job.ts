import { conditionOf } from "./condition.ts";
import { readMetadata } from "./metadata.ts";
import { type RawObject, listOf, nameOf, numberOf, objectOf, timeMsOf } from "./raw-value.ts";
import type { JobRecord } from "./record.ts";

/**
 * A Job of `batch/v1` that Fleet made for a GitRepo; null for every other Job. Fleet writes the commit and the generation that it is for
 * as annotations, and the forced sync as a label (fleet-facts §1.1, step 3).
 */
export function projectJob(object: RawObject): JobRecord | null {
  const metadata = readMetadata(object);
  const owner = listOf(metadata?.ownerReferences).map(objectOf).find(isFleetGitRepo);
  if (metadata === null || owner === undefined) return null;
  const status = objectOf(object["status"]);
  const { outcome, message } = readOutcome(status);
  return {
    kind: "Job",
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    gitRepoUid: nameOf(owner["uid"]),
    gitRepoName: nameOf(owner["name"]),
    commit: nameOf(metadata.annotations["commit"]),
    generation: numberOf(metadata.annotations["generation"] ?? metadata.labels["fleet.cattle.io/gitrepo-generation"]),
    forceSyncGeneration: numberOf(metadata.labels["fleet.cattle.io/force-sync-generation"]),
    outcome,
    message,
    completedMs: timeMsOf(status["completionTime"]),
    shard: metadata.shard,
  };
}

function isFleetGitRepo(owner: RawObject): boolean {
  return owner["kind"] === "GitRepo" && nameOf(owner["apiVersion"]).startsWith("fleet.cattle.io/") && nameOf(owner["uid"]) !== "";
}

/** Kubernetes: a Job has ended exactly when `Complete` or `Failed` is True; `SuccessCriteriaMet` and `FailureTarget` come before. */
function readOutcome(status: RawObject): Pick<JobRecord, "outcome" | "message"> {
  const failed = conditionOf(status, "Failed");
  if (failed?.status === "True") return { outcome: "failed", message: failed.message };
  const isComplete = conditionOf(status, "Complete")?.status === "True";
  return { outcome: isComplete ? "complete" : "unfinished", message: "" };
}
