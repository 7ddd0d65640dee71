import type { Dice } from "./dice.ts";
import type { NotificationMaker } from "./notification-of-world.ts";

export const namespace = "fleet-default";
export const notificationName = "deployments";
export const receivers = {
  latest: "latest.example.com",
  every: "every.example.com",
  news: "news.example.com",
  clusters: "clusters.example.com",
  team: "team.example.com",
  workflows: "api.github.com",
} as const;

const newsEvents = ["GitRepoAdded", "GitRepoRemoved", "BundleDeployed", "BundleFailed", "BundleDrifted"];

/** What the label `stage` of a cluster may say: with it the cluster is in the target of that name. */
export const stages = ["prod", "dev"] as const;
const targets = stages.map((name) => ({ name, match: { clusterSelector: { matchLabels: { stage: name } } } }));

/** Of a cluster in that target; "": in none. */
export function labelsOf(stage: string): Readonly<Record<string, string>> {
  return stage === "" ? {} : { stage };
}

/** The Notification of a world: every destination there is, both orders, and timings that differ from world to world. */
export function simulatedNotification(
  dice: Dice,
  {
    hasNews,
    hasClusterNews,
    marksMore,
    isDivided,
    isGrouped,
    settleMs,
  }: {
    hasNews: boolean;
    hasClusterNews: boolean;
    marksMore: boolean;
    isDivided: boolean;
    isGrouped: boolean;
    settleMs: number;
  },
): NotificationMaker {
  const timing = {
    settle: `${settleMs / 1_000}s`,
    errorGrace: dice.pick(["10s", "30s"]),
    notReadyDeadline: dice.pick(["1m", "2m"]),
    maxHold: dice.pick(["1m", "5m"]),
  };
  const on = ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"];
  const destinations: object[] = [
    { name: "status", github: { commitStatus: {} } },
    { name: "pr", github: { pullRequestComment: {} } },
    {
      name: "chat",
      webhook: { url: `https://${receivers.latest}/hook`, auth: { bearer: { secretRef: { name: "hook", key: "token" } } } },
    },
    { name: "log", order: "every", on, webhook: { url: `https://${receivers.every}/hook` } },
  ];
  if (hasNews)
    destinations.push({
      name: "news",
      order: dice.pick(["latest", "every"]),
      on: [...newsEvents],
      webhook: { url: `https://${receivers.news}/hook` },
    });
  if (hasClusterNews)
    destinations.push({
      name: "clusters",
      order: dice.fork("clusters").pick(["latest", "every"]),
      on: ["ClusterOffline", "ClusterOnline"],
      webhook: { url: `https://${receivers.clusters}/hook` },
    });
  if (marksMore)
    destinations.push(
      { name: "check", github: { checkRun: {} } },
      { name: "environment", github: { deployment: {} } },
      { name: "workflows", github: { repositoryDispatch: {} } },
    );
  if (isGrouped) destinations.push({ name: "group", github: { commitStatus: { group: "repository" } } });
  return ({ isSuspended, generation }) => ({
    apiVersion: "signalman.dev/v1alpha1",
    kind: "Notification",
    metadata: { namespace, name: notificationName, uid: "notification", generation, creationTimestamp: "2026-11-23T00:00:00Z" },
    spec: { timing, destinations, ...(isDivided ? { targets } : {}), ...(isSuspended ? { suspend: true } : {}) },
  });
}
