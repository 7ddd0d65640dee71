import type { CoreState } from "./core-state.ts";
import type { GitRepoRecord } from "./fleet/record.ts";
import { groupsIn } from "./group/groups-in.ts";
import { isGrouping } from "./group/repository-group.ts";
import { parseRepository, repositoryKey } from "./history/parse-repository.ts";
import { byAge, conflictOf, nameOf, placeOf, type Settled } from "./notification/context-conflicts.ts";
import type { PlaceHolder, PlaceHolders } from "./notification/place-holder.ts";
import type { Rule } from "./notification/rule.ts";

/**
 * Who writes where, over all GitRepos: in a repository of several a written context may come out alike for two of them, and their streams would
 * overwrite each other. The oldest Notification has a name, in one Notification the first GitRepo by namespace and name. Of names that several want alone:
 * mostly none. O(GitRepos × rules).
 */
export function placeHolders(state: CoreState): PlaceHolders {
  const holders = new Map<string, PlaceHolder>();
  const contested = new Set<string>();
  const { resolution } = state.notifications;
  const ownerOf = owners(state);
  for (const [repository, gitRepos] of Map.groupBy(state.inventory.gitRepos(), keyOfRepository)) {
    if (gitRepos.length === 1) continue;
    for (const gitRepo of gitRepos) {
      if (gitRepo.suspended || gitRepo.deleting) continue;
      for (const rule of resolution.rulesOf(gitRepo).rules) {
        const place = rule.suspended ? "" : placeOf(rule, gitRepo);
        if (place === "") continue;
        const key = `${repository} ${place.toLowerCase()}`;
        const holder = { owner: ownerOf(rule, gitRepo), rule, gitRepo };
        const before = holders.get(key);
        if (before !== undefined && before.owner !== holder.owner) contested.add(key);
        if (before === undefined || goesBefore(holder, before)) holders.set(key, holder);
      }
    }
  }
  return new Map([...holders].filter(([key]) => contested.has(key)));
}

/** Leaves out what another GitRepo of the repository, or another group, has the name of. */
export function settlePlaces(
  state: CoreState,
  { rules, gitRepo, holders }: { rules: readonly Rule[]; gitRepo: GitRepoRecord; holders: PlaceHolders },
): Settled {
  if (holders.size === 0) return { rules, problems: [] };
  const ownerOf = owners(state);
  const repository = keyOfRepository(gitRepo);
  const lost = new Map<Rule, PlaceHolder>();
  for (const rule of rules) {
    const place = rule.suspended ? "" : placeOf(rule, gitRepo);
    const holder = place === "" ? undefined : holders.get(`${repository} ${place.toLowerCase()}`);
    if (holder !== undefined && holder.owner !== ownerOf(rule, gitRepo)) lost.set(rule, holder);
  }
  if (lost.size === 0) return { rules, problems: [] };
  return {
    rules: rules.filter((it) => !lost.has(it)),
    problems: [...lost].map(([rule, { rule: winner, gitRepo: other }]) => {
      return conflictOf(rule, { winner, gitRepo, place: placeOf(rule, gitRepo), other });
    }),
  };
}

/** All GitRepos of a group are one owner. */
function owners(state: CoreState): (rule: Rule, gitRepo: GitRepoRecord) => string {
  const groupOf = groupsIn(state);
  return (rule, gitRepo) =>
    isGrouping(rule) ? JSON.stringify([groupOf(gitRepo).uid, nameOf(rule.notification), rule.destination]) : gitRepo.uid;
}

function keyOfRepository({ repo }: GitRepoRecord): string {
  const repository = parseRepository(repo);
  return repository === null ? repo : repositoryKey(repository);
}

function goesBefore(one: PlaceHolder, other: PlaceHolder): boolean {
  const age = byAge(one.rule, other.rule);
  const [name, otherName] = [one, other].map(({ gitRepo }) => `${gitRepo.namespace}/${gitRepo.name}`) as [string, string];
  return age < 0 || (age === 0 && name < otherName);
}
