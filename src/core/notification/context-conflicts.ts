import { gitHubTypes, placeName } from "./github/git-hub-types.ts";
import type { CommitPlace } from "./github/git-hub-type.ts";
import type { SelectedGitRepo } from "./match.ts";
import type { NotificationProblem } from "./notification.ts";
import type { NotificationIdentity, Rule } from "./rule.ts";

export interface Settled {
  readonly rules: readonly Rule[];
  readonly problems: readonly NotificationProblem[];
}

/**
 * Leaves one commit status or check run of each name: two streams would overwrite each other's words (design §3), and a rule that requires the one would
 * wait for the other (github-facts §1.2). Upper and lower case are the same in a name, as on GitHub. The oldest Notification keeps it, of equal age the
 * first by kind, namespace and name, in one Notification the first in the list. Muted ones take no part.
 */
export function settleContexts(rules: readonly Rule[], gitRepo: SelectedGitRepo): Settled {
  const rivals = rules.filter((it) => placeOf(it, gitRepo) !== "" && !it.suspended).sort(byAge);
  const winners = new Map<string, Rule>();
  const losers = new Set<Rule>();
  const problems: NotificationProblem[] = [];
  for (const rule of rivals) {
    const place = placeOf(rule, gitRepo);
    const winner = winners.get(place.toLowerCase());
    if (winner === undefined) winners.set(place.toLowerCase(), rule);
    else {
      losers.add(rule);
      problems.push(conflictOf(rule, { winner, gitRepo, place, other: null }));
    }
  }
  return losers.size === 0 ? { rules, problems } : { rules: rules.filter((it) => !losers.has(it)), problems };
}

/** Where a rule's marks stand on the commits of a GitRepo; "" where they can meet no other ones. */
export function placeOf({ config, target }: Rule, gitRepo: CommitPlace["gitRepo"]): string {
  return config.type === "webhook" ? "" : placeName(config, { gitRepo, target });
}

/** `the commit status "fleet/fleet-default/shop"` */
function nameOfPlace({ config }: Rule, place: string): string {
  const noun = config.type === "webhook" ? "" : (gitHubTypes[config.type].place?.noun ?? "");
  return `the ${noun} "${place}"`;
}

interface Conflict {
  readonly winner: Rule;
  readonly gitRepo: SelectedGitRepo;
  readonly place: string;
  /** The GitRepo of the same repository that has the name; null where it is this one. */
  readonly other: Pick<SelectedGitRepo, "namespace" | "name"> | null;
}

/** What is said to the one that does not write. */
export function conflictOf(
  { notification, destination }: Rule,
  { winner, gitRepo: { namespace, name }, place, other }: Conflict,
): NotificationProblem {
  const where = other === null ? "" : ` for GitRepo ${other.namespace}/${other.name} of the same repository`;
  const remedy = other === null ? "Keep one of them" : "Put gitRepo.name into the context";
  const message =
    `Destination "${destination}" is not sent for GitRepo ${namespace}/${name}: ${nameOf(winner.notification)}, destination ` +
    `"${winner.destination}" writes ${nameOfPlace(winner, place)} already${where}. ${remedy}, or select other GitRepos.`;
  return { notification, problem: { code: "ContextConflict", path: ["spec", "destinations"], message } };
}

/** Negative where the first goes before the other. */
export function byAge(one: Rule, other: Rule): number {
  const byCreation = one.creationMs - other.creationMs;
  if (byCreation !== 0) return byCreation;
  const [left, right] = [nameOf(one.notification), nameOf(other.notification)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `Notification fleet-default/deployments`. */
export function nameOf({ kind, namespace, name }: NotificationIdentity): string {
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}
