import type { Process } from "./agenda.ts";
import { removeDeployment, writeDeployment } from "./fleet-bundle-deployment.ts";
import { withCondition } from "./fleet-conditions.ts";
import { sha256, type BundleContent, type RolloutStrategy } from "./fleet-content.ts";
import { writtenTarget } from "./fleet-git-repo-spec.ts";
import {
  bundleName,
  keyOf,
  targetedClusters,
  timestamp,
  type BundleState,
  type ClusterState,
  type FleetContext,
  type GitRepoState,
} from "./fleet-model.ts";
import {
  isUnavailable,
  maxUnavailableOf,
  partitionsOf,
  planRollout,
  type RolloutPlan,
  type TargetView,
} from "./fleet-rollout.ts";
import { deploymentState, readyMessage, summaryOf, worstState, type SummaryItem } from "./fleet-summary.ts";
import { wantedId } from "./fleet-wanted-id.ts";

const finalizer = "fleet.cattle.io/bundle-finalizer";

/** What a Job writes of one bundle. */
export interface BundleWrite {
  readonly path: string;
  readonly content: BundleContent;
  /** The label: the commit that the Job was made for. */
  readonly commit: string;
  /** The commit that was cloned. */
  readonly sha: string;
}

/** Creates or updates a Bundle: the commit's label moves on every bundle, the generation only where something else did. */
export function writeBundle(context: FleetContext, gitRepo: GitRepoState, { path, content, commit, sha }: BundleWrite): void {
  const identity = { namespace: gitRepo.namespace, name: bundleName(gitRepo, path) };
  const known = context.bundles.get(keyOf(identity));
  const { paused, forceSyncGeneration, targets } = gitRepo.spec;
  const { manifest, outcome, dependsOn = [], rollout = null } = content;
  const written = { commit, sha, manifest, outcome, dependsOn, rollout, paused, forceSyncGeneration, targets };
  if (known !== undefined) {
    Object.assign(known, written);
    putBundle(context, known);
  } else {
    const spec = bundleSpec({ gitRepo, ...written });
    const object = context.objects.put("Bundle", { ...identity, labels: bundleLabels(gitRepo, commit), spec });
    const bundle: BundleState = {
      ...identity,
      ...written,
      gitRepo,
      path,
      object,
      status: {},
      isDeleting: false,
      deployments: new Map(),
    };
    context.bundles.set(keyOf(identity), bundle);
    context.agenda.after(context.timings.reconcile, () => {
      if (!bundle.isDeleting) putBundle(context, bundle);
    });
  }
  const bundle = context.bundles.get(keyOf(identity));
  if (bundle !== undefined) context.wake.bundle(bundle);
}

/** Deletes a Bundle: it is marked, its BundleDeployments go, then it goes. What is on the clusters goes after that (fleet-facts §1.4). */
export function removeBundle(context: FleetContext, bundle: BundleState): void {
  if (bundle.isDeleting) return;
  bundle.isDeleting = true;
  context.objects.remove("Bundle", bundle);
  context.wake.bundle(bundle);
}

/**
 * The bundle controller, one pass over one Bundle: it reads its BundleDeployments as they are **before** the pass, writes them one by one,
 * and then its own status from what it read. So the first status after a change tells `WaitApplied` from old reports, and
 * `partitions[].unavailable` is one pass late (fleet-facts §1.3, B).
 */
export function* reconcileBundle(context: FleetContext, bundle: BundleState): Process {
  if (bundle.isDeleting) {
    yield* deleteBundle(context, bundle);
    return;
  }
  const generation = bundle.object.metadata.generation ?? 0;
  const clusters = targetedClusters(context, bundle.targets, bundle.namespace);
  for (const deployment of bundle.deployments.values()) {
    if (!clusters.includes(deployment.cluster)) removeDeployment(context, deployment);
  }
  const before = clusters.map((cluster) => viewOf(bundle, cluster));
  const plan = planRollout(bundle, before);
  for (const { cluster } of before) {
    if (bundle.isDeleting) break;
    const move = plan.moves.get(cluster.name) ?? "keep";
    if (writeDeployment(context, bundle, { cluster, move })) yield context.timings.betweenWrites;
  }
  if (!bundle.isDeleting) writeBundleStatus(context, bundle, { before, generation, plan });
  context.wake.gitRepoStatus(bundle.gitRepo, "later");
}

function* deleteBundle(context: FleetContext, bundle: BundleState): Process {
  for (const deployment of bundle.deployments.values()) {
    removeDeployment(context, deployment);
    yield context.timings.reconcile;
  }
  context.bundles.delete(keyOf(bundle));
  const { namespace, name } = bundle;
  context.objects.put("Bundle", { namespace, name, finalizers: [] });
  context.wake.gitRepoStatus(bundle.gitRepo, "later");
}

function viewOf(bundle: BundleState, cluster: ClusterState): TargetView {
  const deployment = bundle.deployments.get(cluster.name);
  return { cluster, spec: deployment?.spec ?? null, status: deployment?.status ?? null };
}

function writeBundleStatus(
  context: FleetContext,
  bundle: BundleState,
  { before, generation, plan }: { before: readonly TargetView[]; generation: number; plan: RolloutPlan },
): void {
  const wanted = wantedId(bundle);
  const items = before.map(({ cluster, spec, status }): SummaryItem => {
    const name = keyOf(cluster);
    // The id that is wanted, with what was staged before: so a paused Bundle says WaitApplied, and a first pass never Ready.
    const ids = { deploymentID: wanted, stagedDeploymentID: spec?.stagedDeploymentID ?? "" };
    return { title: `Cluster ${name}`, name, status, state: spec === null ? "Pending" : deploymentState(ids, status ?? {}) };
  });
  const unavailable = before.filter(isUnavailable).length;
  const moved = before.filter((view) => view.spec !== null && !isUnavailable(view) && hasMoved(bundle, view)).length;
  const newlyCreated = before.filter(({ spec }) => spec === null).length;
  const summary = summaryOf(items);
  const message = readyMessage(items);
  const state = worstState(items);
  const partitions = partitionsOf(bundle, before).map((partition) => {
    const own = partition.targets.filter(isUnavailable).length;
    return {
      ...(partition.targets.length === 0 ? {} : { count: partition.targets.length }),
      ...(partition.maxUnavailable === 0 ? {} : { maxUnavailable: partition.maxUnavailable }),
      name: partition.name,
      summary: summaryOf(items.filter((_, index) => partition.targets.some((it) => it === before[index]))),
      ...(own === 0 ? {} : { unavailable: own }),
    };
  });
  const conditions = withCondition(
    bundle.status.conditions,
    { type: "Ready", status: message === "" ? "True" : "False", message },
    timestamp(context.agenda.nowMs),
  );
  bundle.status = {
    conditions,
    display: { readyClusters: `${String(summary["ready"])}/${items.length}`, ...(state === "Ready" ? {} : { state }) },
    maxUnavailable: maxUnavailableOf(bundle, items.length),
    ...(newlyCreated === 0 ? {} : { newlyCreated }),
    observedGeneration: generation,
    partitions,
    resourcesSha256Sum: sha256(bundle.manifest),
    summary,
    unavailable: unavailable + moved,
    ...(plan.unavailablePartitions === 0 ? {} : { unavailablePartitions: plan.unavailablePartitions }),
  };
  context.objects.putStatus("Bundle", bundle, bundle.status);
}

function hasMoved(bundle: BundleState, { cluster, spec }: TargetView): boolean {
  return bundle.deployments.get(cluster.name)?.spec.deploymentID !== spec?.deploymentID;
}

function putBundle(context: FleetContext, bundle: BundleState): void {
  const { namespace, name, gitRepo, commit } = bundle;
  const labels = bundleLabels(gitRepo, commit);
  bundle.object = context.objects.put("Bundle", { namespace, name, labels, finalizers: [finalizer], spec: bundleSpec(bundle) });
}

function bundleLabels({ name, spec }: GitRepoState, commit: string): Record<string, string> {
  return { ...spec.labels, "fleet.cattle.io/commit": commit, "fleet.cattle.io/repo-name": name };
}

function bundleSpec(
  bundle: Pick<BundleState, "gitRepo" | "manifest" | "dependsOn" | "rollout" | "paused" | "forceSyncGeneration" | "targets">,
): Record<string, unknown> {
  const targets = bundle.targets.map(writtenTarget);
  return {
    defaultNamespace: bundle.gitRepo.name,
    ...(bundle.dependsOn.length === 0
      ? {}
      : { dependsOn: bundle.dependsOn.map((path) => ({ name: bundleName(bundle.gitRepo, path) })) }),
    ...(bundle.forceSyncGeneration === 0 ? {} : { forceSyncGeneration: bundle.forceSyncGeneration }),
    ...(bundle.paused ? { paused: true } : {}),
    resources: [{ content: bundle.manifest, name: "manifest.yaml" }],
    ...(bundle.rollout === null ? {} : { rolloutStrategy: writtenStrategy(bundle.rollout) }),
    targetCustomizationMode: "FirstMatch",
    targetRestrictions: targets,
    targets,
  };
}

function writtenStrategy({ maxUnavailable, partitions }: RolloutStrategy): Record<string, unknown> {
  return {
    maxUnavailable,
    maxUnavailablePartitions: 0,
    partitions: partitions.map(({ clusters, ...partition }) => ({
      clusterSelector: { matchExpressions: [{ key: "name", operator: "In", values: clusters }] },
      ...partition,
    })),
  };
}
