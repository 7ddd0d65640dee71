import type { GitRepoRecord } from "../fleet/record.ts";
import type { Notification, NotificationProblem } from "./notification.ts";
import type { Rule } from "./rule.ts";

export interface Resolution {
  /** What is wrong whatever the GitRepo: destinations that lack what no other level gives. */
  readonly problems: readonly NotificationProblem[];
  /** The rules of one GitRepo, suspended ones included, and the conflicts between them. Costs O(Notifications that could match). */
  rulesOf(gitRepo: GitRepoRecord): { readonly rules: readonly Rule[]; readonly problems: readonly NotificationProblem[] };
}

export function resolveRules(_notifications: readonly Notification[]): Resolution {
  throw new Error("being written");
}
