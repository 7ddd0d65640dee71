import { namespace } from "../simulation/simulated-notification.ts";

/** Under which name a GitRepo's marks stand on commits, by the destination that makes them (ledger.ts, Status). */
export const contexts = {
  status: (gitRepo: string) => `fleet/${namespace}/${gitRepo}`,
  check: (gitRepo: string) => `check fleet/${namespace}/${gitRepo} rollout`,
  environment: (gitRepo: string) => `deployment fleet/${namespace}/${gitRepo}`,
} as const;

/** Whose mark it is. */
export function gitRepoOf(context: string): string {
  return context.split("/").at(-1)?.split(" ")[0] ?? "";
}

/** Of which target; "" for the unnamed one. */
export function targetOf(context: string): string {
  return /\((\w+)\)/.exec(context)?.[1] ?? "";
}
