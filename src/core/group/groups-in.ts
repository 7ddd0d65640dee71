import type { CoreState } from "../core-state.ts";
import type { GitRepoRecord } from "../fleet/record.ts";
import { groupOf, isOfGroup, ofShard, repositoryOfGroup, type RepositoryGroup } from "./repository-group.ts";

/**
 * The groups of GitRepos, one after the other: which branches a repository is followed on is asked only where a GitRepo is held at a revision, and
 * known then until the next call. O(GitRepos + streams) once.
 */
export function groupsIn(state: CoreState): (gitRepo: GitRepoRecord) => RepositoryGroup {
  let known: Map<string, Set<string>> | null = null;
  return (gitRepo) =>
    groupOf(gitRepo, (repository) => {
      known ??= branchesIn(state);
      return [...(known.get(repository) ?? [])];
    });
}

/**
 * "fleet-default/github.com/acme/shop" → the branches that GitRepos follow, or that are told of: all of them may be held at once. What is told of one that
 * was held by itself tells of no branch.
 */
function branchesIn({ inventory, delivery }: CoreState): Map<string, Set<string>> {
  const branches = new Map<string, Set<string>>();
  const end = ofShard(delivery.shard);
  const add = (name: string) => {
    const repository = repositoryOfGroup(name);
    const known = branches.get(repository) ?? new Set();
    branches.set(repository, known.add(name.slice(repository.length + 1, name.length - end.length)));
  };
  const held = new Set<string>();
  for (const gitRepo of inventory.gitRepos()) {
    const name = `${gitRepo.namespace}/${groupOf(gitRepo, () => []).name}`;
    if (gitRepo.revision === "") add(name);
    else held.add(name);
  }
  for (const { identity, orphanedFor } of delivery.streams.values()) {
    const isTold = orphanedFor === "" || orphanedFor === "muted";
    const name = `${identity.gitRepoNamespace}/${identity.gitRepoName}`;
    if (isTold && isOfGroup(identity) && !held.has(name)) add(name);
  }
  return branches;
}
