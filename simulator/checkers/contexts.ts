import { namespace, notificationName } from "../simulation/simulated-notification.ts";
import { teamName } from "../simulation/simulated-team.ts";

/** Under which name a GitRepo's marks stand on commits, by the destination that makes them (ledger.ts, Status). */
export const contexts = {
  status: (gitRepo: string) => `fleet/${namespace}/${gitRepo}`,
  check: (gitRepo: string) => `check fleet/${namespace}/${gitRepo} rollout`,
  environment: (gitRepo: string) => `deployment fleet/${namespace}/${gitRepo}`,
} as const;

/** Under which name the team's Notification marks them. */
export function teamContext(gitRepo: string): string {
  return `${teamName}/${namespace}/${gitRepo}`;
}

/** The name of the Notification that makes a mark. */
export function notificationOf(context: string): string {
  return context.startsWith(`${teamName}/`) ? teamName : notificationName;
}

/** True for a status of all GitRepos of a repository. */
export function isOfGroup(context: string): boolean {
  return context.startsWith(`fleet/${namespace}@`);
}

/** The one that says it of those that follow a branch. */
export function groupContext(branch: string): string {
  return `fleet/${namespace}@${branch}`;
}

/** Whose mark it is. */
export function gitRepoOf(context: string): string {
  return context.split("/").at(-1)?.split(" ")[0] ?? "";
}

/** Of which target; "" for the unnamed one. */
export function targetOf(context: string): string {
  return /\((\w+)\)/.exec(context)?.[1] ?? "";
}
