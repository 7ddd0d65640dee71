import type { GitRepoRecord } from "../fleet/record.ts";
import { followedBranch } from "../fleet/followed-branch.ts";
import { parseRepository, repositoryKey } from "../history/parse-repository.ts";
import { limits } from "../limits.ts";
import type { Rule } from "../notification/rule.ts";
import { cut } from "../template/cut.ts";

/** All GitRepos of a namespace that follow one branch of one repository, told of as if they were one (`group: repository`). */
export interface RepositoryGroup {
  /** In place of a GitRepo's: no uid of Kubernetes has a space. */
  readonly uid: string;
  /** "github.com/acme/shop@main", and the shard in brackets: no GitRepo has an "@" in its name. */
  readonly name: string;
  readonly branch: string;
}

type GroupedGitRepo = Pick<GitRepoRecord, "namespace" | "repo" | "branch" | "revision" | "shard">;

/**
 * The group that a GitRepo belongs to. One that is held at a `revision` names no branch (Fleet refuses both): it belongs to the branch on which its
 * repository is followed otherwise, as `branches` tells, where that is one; else it is by itself, under its revision.
 */
export function groupOf(gitRepo: GroupedGitRepo, branches: (repository: string) => readonly string[]): RepositoryGroup {
  const { namespace, repo, revision, shard } = gitRepo;
  const repository = parseRepository(repo);
  const place = `${namespace}/${repository === null ? cut(repo, limits.globLengthMax) : repositoryKey(repository)}`;
  const [only, another] = revision === "" ? [] : branches(place);
  const branch = only !== undefined && another === undefined ? only : followedBranch(gitRepo);
  const name = `${place.slice(namespace.length + 1)}@${branch}${ofShard(shard)}`;
  return { uid: `${uidStart}${namespace}/${name}`, name, branch };
}

/** A shard's process knows its own GitRepos only: they are a group of their own. "" for the empty shard. */
export function ofShard(shard: string): string {
  return shard === "" ? "" : ` [${shard}]`;
}

const uidStart = "group ";

/** True for a group's uid, false for a GitRepo's. */
export function isGroupUid(uid: string): boolean {
  return uid.startsWith(uidStart);
}

/** True for what is told of a group. */
export function isOfGroup({ gitRepoName }: { readonly gitRepoName: string }): boolean {
  return gitRepoName.includes("@");
}

/** "fleet-default/github.com/acme/shop" of "fleet-default/github.com/acme/shop@main". */
export function repositoryOfGroup(name: string): string {
  return name.slice(0, name.indexOf("@"));
}

/** True for a rule that tells of all GitRepos of a repository at once. */
export function isGrouping({ config }: Rule): boolean {
  return config.type === "commitStatus" && config.group === "repository";
}
