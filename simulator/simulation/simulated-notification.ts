import type { Dice } from "./dice.ts";

export const namespace = "fleet-default";
export const notificationName = "deployments";
export const receivers = { latest: "latest.example.com", every: "every.example.com" } as const;

/** The Notification of a world: every destination there is, both orders, and timings that differ from world to world. */
export function simulatedNotification(dice: Dice): (change: { isSuspended: boolean; generation: number }) => unknown {
  const timing = {
    settle: dice.pick(["8s", "15s", "15s", "30s"]),
    errorGrace: dice.pick(["10s", "30s"]),
    notReadyDeadline: dice.pick(["2m", "3m"]),
    maxHold: dice.pick(["1m", "5m"]),
  };
  const on = ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"];
  const destinations = [
    { name: "status", github: { commitStatus: {} } },
    { name: "pr", github: { pullRequestComment: {} } },
    {
      name: "chat",
      webhook: { url: `https://${receivers.latest}/hook`, auth: { bearer: { secretRef: { name: "hook", key: "token" } } } },
    },
    { name: "log", order: "every", on, webhook: { url: `https://${receivers.every}/hook` } },
  ];
  return ({ isSuspended, generation }) => ({
    apiVersion: "signalman.dev/v1alpha1",
    kind: "Notification",
    metadata: { namespace, name: notificationName, uid: "notification", generation, creationTimestamp: "2026-11-23T00:00:00Z" },
    spec: { timing, destinations, ...(isSuspended ? { suspend: true } : {}) },
  });
}
