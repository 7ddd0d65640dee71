import { conditionOf } from "./fleet-conditions.ts";
import type { BundleDeploymentStatus } from "./fleet-model.ts";

/** Fleet's states of one BundleDeployment (fleet-facts §2.1). */
export type DeploymentState = "ErrApplied" | "WaitApplied" | "Modified" | "OutOfSync" | "Pending" | "NotReady" | "Ready";

/** Worst first (fleet-facts §2.1). */
const ranking: readonly DeploymentState[] = [
  "ErrApplied",
  "WaitApplied",
  "Modified",
  "OutOfSync",
  "Pending",
  "NotReady",
  "Ready",
];

/** The names of the states' counts in a summary. */
const countNames = {
  ErrApplied: "errApplied",
  WaitApplied: "waitApplied",
  Modified: "modified",
  OutOfSync: "outOfSync",
  Pending: "pending",
  NotReady: "notReady",
  Ready: "ready",
} as const satisfies Readonly<Record<DeploymentState, string>>;

/** The two ids that a state is derived from, beside the status. */
export interface WantedIds {
  readonly deploymentID: string;
  readonly stagedDeploymentID: string;
}

/** As Fleet's GetDeploymentState. */
export function deploymentState(
  { deploymentID, stagedDeploymentID }: WantedIds,
  status: BundleDeploymentStatus,
): DeploymentState {
  if (status.appliedDeploymentID !== deploymentID) {
    return conditionOf(status.conditions, "Deployed")?.status === "False" ? "ErrApplied" : "WaitApplied";
  }
  if (status.ready !== true) return "NotReady";
  if (deploymentID !== stagedDeploymentID) return "OutOfSync";
  return status.nonModified === true ? "Ready" : "Modified";
}

/** One line of a summary: a cluster of a Bundle, or a bundle of a GitRepo. */
export interface SummaryItem {
  /** As texts name it: `Cluster fleet-default/d1`, `Bundle shop-web`. */
  readonly title: string;
  readonly name: string;
  readonly state: DeploymentState;
  readonly status: BundleDeploymentStatus | null;
}

/** As `status.summary`: zero counts are left out, but for `ready`. At most ten are named. */
export function summaryOf(items: readonly SummaryItem[]): Record<string, unknown> {
  const summary: Record<string, unknown> = { desiredReady: items.length, ready: 0 };
  for (const { state } of items) {
    const name = countNames[state];
    summary[name] = Number(summary[name] ?? 0) + 1;
  }
  const notReady = items.filter(({ state }) => state !== "Ready").slice(0, 10);
  if (notReady.length > 0) summary["nonReadyResources"] = notReady.map(nonReadyResource);
  return summary;
}

function nonReadyResource({ name, state, status }: SummaryItem): Record<string, unknown> {
  const message = errorOf(status);
  return {
    bundleState: state,
    ...(message === "" ? {} : { message }),
    name,
    ...(status?.["modifiedStatus"] === undefined ? {} : { modifiedStatus: status["modifiedStatus"] }),
    ...(status?.["nonReadyStatus"] === undefined ? {} : { nonReadyStatus: status["nonReadyStatus"] }),
  };
}

/** Why the agent could not apply; "" where it could. */
export function errorOf(status: BundleDeploymentStatus | null): string {
  const deployed = conditionOf(status?.conditions, "Deployed");
  return deployed?.status === "False" ? (deployed.message ?? "") : "";
}

/** What is wrong with resources that are there; "" where nothing is. */
function resourceProblem(status: BundleDeploymentStatus | null): string {
  const ready = conditionOf(status?.conditions, "Ready");
  return ready?.status === "False" ? (ready.message ?? "") : "";
}

/**
 * The text of an aggregated Ready condition, `WaitApplied(2) [Cluster fleet-default/d1]; …`: one part a state, which names the first;
 * then what is wrong with resources. "" where all is ready.
 */
export function readyMessage(items: readonly SummaryItem[]): string {
  const parts = ranking.toSorted().flatMap((state) => {
    const [first, ...others] = items.filter((item) => item.state === state);
    if (first === undefined || state === "Ready") return [];
    const error = errorOf(first.status);
    return [`${state}(${others.length + 1}) [${first.title}${error === "" ? "" : `: ${error}`}]`];
  });
  const problems = items
    .filter(({ state }) => state === "Modified" || state === "NotReady")
    .map(({ status }) => resourceProblem(status))
    .filter((text) => text !== "");
  return [...parts, ...new Set(problems)].join("; ");
}

/** The worst state; "Ready" where there is none. */
export function worstState(items: readonly SummaryItem[]): DeploymentState {
  return ranking.find((state) => items.some((item) => item.state === state)) ?? "Ready";
}

/** As `status.resourceCounts`, which writes its zeros: the sum over BundleDeployments. */
export function resourceCounts(statuses: readonly (BundleDeploymentStatus | null)[]): Record<string, number> {
  const total: Record<string, number> = {
    desiredReady: 0,
    missing: 0,
    modified: 0,
    notReady: 0,
    orphaned: 0,
    ready: 0,
    unknown: 0,
    waitApplied: 0,
  };
  for (const status of statuses) {
    const counts = status?.["resourceCounts"] as Readonly<Record<string, number>> | undefined;
    for (const [name, count] of Object.entries(counts ?? {})) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}
