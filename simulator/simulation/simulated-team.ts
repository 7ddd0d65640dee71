import { namespace, receivers } from "./simulated-notification.ts";
import type { NotificationMaker } from "./notification-of-world.ts";

export const teamName = "team";

/** A second Notification of the namespace: a webhook that hears of everything, and a status under a name of its own. */
export const simulatedTeam: NotificationMaker = ({ isSuspended, generation, names }) => ({
  apiVersion: "signalman.dev/v1alpha1",
  kind: "Notification",
  metadata: { namespace, name: teamName, uid: "team", generation, creationTimestamp: "2026-11-23T00:00:00Z" },
  spec: {
    gitRepos: { names },
    timing: { settle: "15s", errorGrace: "20s", notReadyDeadline: "2m", maxHold: "1m" },
    destinations: [
      {
        name: "audit",
        order: "every",
        on: ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"],
        webhook: { url: `https://${receivers.team}/hook` },
      },
      { name: "mark", github: { commitStatus: { context: `${teamName}/{{gitRepo.namespace}}/{{gitRepo.name}}` } } },
    ],
    ...(isSuspended ? { suspend: true } : {}),
  },
});
