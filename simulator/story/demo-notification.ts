import { demoNames, type DemoWorld } from "../demo-world.ts";
import { kinds } from "../world/kubernetes-kind.ts";

/**
 * Applies the demo's Notification: commit statuses, check runs, pull-request comments, deployments and a webhook. `settle` is short, since people watch; 15 s, the
 * default, is right for a real cluster.
 */
export function demoNotification({ objects, urls }: DemoWorld): void {
  const spec = {
    timing: { settle: "500ms", errorGrace: "10s", notReadyDeadline: "1m" },
    destinations: [
      { name: "status", github: { commitStatus: {} } },
      { name: "checks", github: { checkRun: {} } },
      { name: "pr", github: { pullRequestComment: {} } },
      { name: "environment", github: { deployment: { environment: "the three clusters" } } },
      { name: "chat", webhook: { url: `${urls.receiver}/deploys` } },
    ],
  };
  const metadata = { name: "deployments", namespace: demoNames.namespace };
  objects.create(kinds.notification, { metadata, spec }, { nowMs: Date.now() });
}
