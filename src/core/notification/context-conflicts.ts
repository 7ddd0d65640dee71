import type { SelectedGitRepo } from "./match.ts";
import type { NotificationProblem } from "./notification.ts";
import type { NotificationIdentity, Rule } from "./rule.ts";

interface Settled {
  readonly rules: readonly Rule[];
  readonly problems: readonly NotificationProblem[];
}

/**
 * Leaves one commit status for each context of the GitRepo (one a target): two streams would overwrite each other's words (design §3). The oldest
 * Notification keeps it, of equal age the first by kind, namespace and name, in one Notification the first in the list. Muted ones take no part.
 */
export function settleContexts(rules: readonly Rule[], gitRepo: SelectedGitRepo): Settled {
  const rivals = rules.filter((it) => it.config.type === "commitStatus" && !it.suspended).sort(byAge);
  const winners = new Map<string, Rule>();
  const losers = new Set<Rule>();
  const problems: NotificationProblem[] = [];
  for (const rule of rivals) {
    const winner = winners.get(rule.target);
    if (winner === undefined) winners.set(rule.target, rule);
    else {
      losers.add(rule);
      problems.push(conflict(rule, { winner, gitRepo }));
    }
  }
  return losers.size === 0 ? { rules, problems } : { rules: rules.filter((it) => !losers.has(it)), problems };
}

function conflict(
  { notification, destination, target }: Rule,
  { winner, gitRepo: { namespace, name } }: { winner: Rule; gitRepo: SelectedGitRepo },
): NotificationProblem {
  const context = `fleet/${namespace}/${name}${target === "" ? "" : ` (${target})`}`;
  const message =
    `Destination "${destination}" is not sent for GitRepo ${namespace}/${name}: ${nameOf(winner.notification)}, destination ` +
    `"${winner.destination}" writes the commit status "${context}" already. Keep one of them, or select other GitRepos.`;
  return { notification, problem: { code: "ContextConflict", path: ["spec", "destinations"], message } };
}

function byAge(one: Rule, other: Rule): number {
  const byCreation = one.creationMs - other.creationMs;
  if (byCreation !== 0) return byCreation;
  const [left, right] = [nameOf(one.notification), nameOf(other.notification)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `Notification fleet-default/deployments`. */
export function nameOf({ kind, namespace, name }: NotificationIdentity): string {
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}
