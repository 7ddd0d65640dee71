import type { GitRepoView } from "../fleet/inventory.ts";
import type { BundleDeploymentRecord, BundleRecord } from "../fleet/record.ts";
import { isBundleCurrent, partitionClauseNames } from "./is-bundle-current.ts";
import { isDeployedOnCluster, isOnlyModified } from "./is-deployed-on-cluster.ts";
import { type RolloutMemory, troubleKey } from "./memory.ts";
import { type Standing, follow, newStanding } from "./standing.ts";

/** Follows the Bundles and BundleDeployments that came, changed or went since the last time (all of them after a new rollout began). */
export function followObjects(memory: RolloutMemory, view: GitRepoView, now: number): void {
  const changed = memory.version === -1 ? null : view.changes.since(memory.version);
  if (changed === null) followAll(memory, view, now);
  else for (const uid of changed) followOne(memory, { view, uid }, now);
  memory.version = view.changes.version;
  if (changed === null || changed.size > 0) followCounts(memory, view, now);
}

function followAll(memory: RolloutMemory, view: GitRepoView, now: number): void {
  // Without anything known before (a start, a restart) what is seen first is no change.
  const isBaseline = memory.deployments.size === 0;
  for (const uid of memory.bundles.keys()) if (!view.bundles.has(uid)) memory.bundles.delete(uid);
  for (const uid of memory.deployments.keys()) if (!view.bundleDeployments.has(uid)) forgetDeployment(memory, uid);
  for (const bundle of view.bundles.values()) followBundle(memory, bundle, now);
  for (const deployment of view.bundleDeployments.values()) followDeployment(memory, { deployment, isBaseline }, now);
}

function followOne(memory: RolloutMemory, { view, uid }: { view: GitRepoView; uid: string }, now: number): void {
  const bundle = view.bundles.get(uid);
  const deployment = view.bundleDeployments.get(uid);
  if (bundle !== undefined) followBundle(memory, bundle, now);
  else if (deployment !== undefined) followDeployment(memory, { deployment, isBaseline: false }, now);
  else if (!memory.bundles.delete(uid)) forgetDeployment(memory, uid);
}

function forgetDeployment(memory: RolloutMemory, uid: string): void {
  if (memory.deployments.delete(uid)) noteChanged(memory);
}

function followBundle(memory: RolloutMemory, bundle: BundleRecord, now: number): void {
  const standing = memory.bundles.get(bundle.uid) ?? open(memory.bundles, { memory, uid: bundle.uid, deploymentId: "" }, now);
  const subject = { bundle, commit: memory.key?.commit ?? "" };
  const found = isBundleCurrent(subject, memory.rule.bundle);
  const isSound =
    found === null || memory.rule.bundle.every((it) => partitionClauseNames.has(it.name) || it.broken(subject) === null);
  const wasOk = standing.hasBeenOk;
  follow(standing, { found, isSound, isNewWork: false }, now);
  if (standing.hasBeenOk && !wasOk) memory.progressMs = now;
}

function followDeployment(
  memory: RolloutMemory,
  { deployment, isBaseline }: { deployment: BundleDeploymentRecord; isBaseline: boolean },
  now: number,
): void {
  const { deployments, rule } = memory;
  const { uid, deploymentId } = deployment;
  const known = deployments.get(uid);
  const standing = known ?? open(deployments, { memory, uid, deploymentId }, now);
  const hasMoved = standing.deploymentId !== deploymentId;
  if (hasMoved || (known === undefined && !isBaseline)) noteChanged(memory);
  if (hasMoved && !standing.hasMoved) memory.progressMs = now;
  standing.hasMoved ||= hasMoved;
  standing.deploymentId = deploymentId;
  standing.isResourceError = deployment.resourceError;
  const subject = { deployment, commit: memory.key?.commit ?? "" };
  const found = isDeployedOnCluster(subject, rule.cluster);
  const isSound = found === null || (found.code === "Modified" && isOnlyModified(subject, rule.cluster));
  const wasOk = standing.hasBeenOk;
  follow(standing, { found, isSound, isNewWork: hasMoved }, now);
  if (standing.hasBeenOk && !wasOk) memory.progressMs = now;
}

function open(
  standings: Map<string, Standing>,
  { memory, uid, deploymentId }: { memory: RolloutMemory; uid: string; deploymentId: string },
  now: number,
): Standing {
  const standing = newStanding(deploymentId, memory.troubles.get(troubleKey(uid)));
  standings.set(uid, standing);
  // What a restart finds is nothing new.
  if (memory.trackedMs !== 0) memory.progressMs = now;
  return standing;
}

/** What changes after the rule held for the whole rollout (a cluster that joins) is not the rollout's. */
function noteChanged(memory: RolloutMemory): void {
  if (!memory.hasHeld) memory.isChanged = true;
}

/** Since when there are as many BundleDeployments as the Bundles want: more or fewer means that some cluster cannot be seen yet. */
function followCounts(memory: RolloutMemory, view: GitRepoView, now: number): void {
  let desired = 0;
  for (const { desiredReady } of view.bundles.values()) desired += desiredReady;
  const isEqual = desired === view.bundleDeployments.size;
  memory.countsMs = isEqual ? Math.min(memory.countsMs, now) : Infinity;
  memory.countsBrokenMs = isEqual ? Infinity : Math.min(memory.countsBrokenMs, now);
}
