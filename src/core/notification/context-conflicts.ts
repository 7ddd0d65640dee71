import { gitHubTypes } from "./github/git-hub-types.ts";
import type { SelectedGitRepo } from "./match.ts";
import type { NotificationProblem } from "./notification.ts";
import type { NotificationIdentity, Rule } from "./rule.ts";

interface Settled {
  readonly rules: readonly Rule[];
  readonly problems: readonly NotificationProblem[];
}

/**
 * Leaves one commit status, and one check run, for each target of the GitRepo: two streams would overwrite each other's words (design §3). The oldest
 * Notification keeps it, of equal age the first by kind, namespace and name, in one Notification the first in the list. Muted ones take no part.
 */
export function settleContexts(rules: readonly Rule[], gitRepo: SelectedGitRepo): Settled {
  const rivals = rules.filter((it) => placeOf(it, gitRepo) !== null && !it.suspended).sort(byAge);
  const winners = new Map<string, Rule>();
  const losers = new Set<Rule>();
  const problems: NotificationProblem[] = [];
  for (const rule of rivals) {
    const place = placeOf(rule, gitRepo) ?? "";
    const winner = winners.get(place);
    if (winner === undefined) winners.set(place, rule);
    else {
      losers.add(rule);
      problems.push(conflict(rule, { winner, gitRepo, place }));
    }
  }
  return losers.size === 0 ? { rules, problems } : { rules: rules.filter((it) => !losers.has(it)), problems };
}

/** null where it cannot meet another one. */
function placeOf({ config, target }: Rule, gitRepo: SelectedGitRepo): string | null {
  return config.type === "webhook" ? null : (gitHubTypes[config.type].placeOf?.({ gitRepo, target }) ?? null);
}

function conflict(
  { notification, destination }: Rule,
  { winner, gitRepo: { namespace, name }, place }: { winner: Rule; gitRepo: SelectedGitRepo; place: string },
): NotificationProblem {
  const message =
    `Destination "${destination}" is not sent for GitRepo ${namespace}/${name}: ${nameOf(winner.notification)}, destination ` +
    `"${winner.destination}" writes ${place} already. Keep one of them, or select other GitRepos.`;
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
