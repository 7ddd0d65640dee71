import { conditionOf } from "./fleet-conditions.ts";
import { writeGitRepoStatus } from "./fleet-git-repo.ts";
import { keyOf, type BundleState, type FleetContext, type GitRepoState } from "./fleet-model.ts";
import {
  deploymentState,
  errorOf,
  readyMessage,
  resourceCounts,
  summaryOf,
  worstState,
  type SummaryItem,
} from "./fleet-summary.ts";

/**
 * The controller that writes what a GitRepo claims of its clusters: sums over its BundleDeployments, and `Ready` from those and from the
 * first Bundle that is not ready. It looks a moment after the GitRepo has changed and some 3 s after a Bundle has, so that it tells of the
 * past (fleet-facts §1.1, step 8; §1.5).
 */
export function writeAggregates(context: FleetContext, gitRepo: GitRepoState): void {
  if (gitRepo.isDeleting) return;
  const bundles = [...context.bundles.values()].filter((bundle) => bundle.gitRepo === gitRepo).sort(byName);
  const deployments = bundles.flatMap((bundle) => [...bundle.deployments.values()]);
  const items = deployments.map(({ name, spec, status }): SummaryItem => {
    return { title: `Bundle ${name}`, name, status, state: deploymentState(spec, status) };
  });
  const clusters = new Set(deployments.map(({ cluster }) => cluster));
  const notReady = new Set(deployments.filter((_, index) => items[index]?.state !== "Ready").map(({ cluster }) => cluster));
  const message = firstProblem(bundles) || readyMessage(items);
  const summary = summaryOf(items);
  const isTold = gitRepo.status.commit !== undefined;
  const aggregates = {
    desiredReadyClusters: clusters.size,
    perClusterResourceCounts: Object.fromEntries(
      [...clusters].map((cluster) => {
        const own = deployments.filter((deployment) => deployment.cluster === cluster);
        return [keyOf(cluster), resourceCounts(own.map(({ status }) => status))];
      }),
    ),
    readyClusters: clusters.size - notReady.size,
    resourceCounts: resourceCounts(deployments.map(({ status }) => status)),
    summary,
  };
  const ready = message === "" ? "True" : "False";
  const display = displayOf(gitRepo, items, `${String(summary["ready"])}/${items.length}`);
  writeGitRepoStatus(context, gitRepo, {
    fields: { ...(isTold ? aggregates : {}), display },
    conditions: [{ type: "Ready", status: ready, message }],
  });
}

function firstProblem(bundles: readonly BundleState[]): string {
  for (const { status } of bundles) {
    const ready = conditionOf(status.conditions, "Ready");
    if (ready?.status === "False") return ready.message ?? "";
  }
  return "";
}

function displayOf({ status }: GitRepoState, items: readonly SummaryItem[], readyBundleDeployments: string): object {
  const worst = worstState(items);
  const error = items.map((item) => errorOf(item.status)).find((text) => text !== "");
  const isFailing = worst === "ErrApplied" && error !== undefined;
  const state = status.gitJobStatus === "Current" ? worst : "GitUpdating";
  return {
    ...(isFailing ? { error: true, message: error } : {}),
    readyBundleDeployments,
    ...(state === "Ready" ? {} : { state }),
  };
}

function byName(one: BundleState, other: BundleState): number {
  return one.name < other.name ? -1 : 1;
}
