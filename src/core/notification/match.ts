import type { GitRepoRecord } from "../fleet/record.ts";
import { isSameValue } from "../fleet/same-record.ts";
import { compileGlob, type Glob } from "./glob.ts";
import { type LabelSelector, matchesLabels } from "../fleet/label-selector.ts";
import type { Notification } from "./notification.ts";

interface WrittenGitRepos {
  readonly names?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly selector?: LabelSelector | undefined;
}

/** What decides which rules a GitRepo has. */
export type SelectedGitRepo = Pick<GitRepoRecord, "namespace" | "name" | "labels" | "repo" | "branch" | "revision">;

/** True where the same Notifications tell of both, in the same places. */
export function isSelectedAlike(one: SelectedGitRepo, other: SelectedGitRepo): boolean {
  if (one === other) return true;
  const { namespace, name, repo, branch, revision } = one;
  const isThere = namespace === other.namespace && name === other.name && repo === other.repo;
  return isThere && branch === other.branch && revision === other.revision && isSameValue(one.labels, other.labels);
}

/** True where the Notification is about the GitRepo. */
export type GitRepoMatcher = (gitRepo: Pick<GitRepoRecord, "namespace" | "name" | "labels">) => boolean;

/**
 * Which GitRepos `spec.gitRepos` selects: a Notification those of its own namespace, a ClusterNotification those of all namespaces or of the
 * ones that it names. Names, namespaces and labels must all fit; what is absent fits everything.
 */
export function compileMatcher({ identity, spec }: Notification): GitRepoMatcher {
  const gitRepos: WrittenGitRepos = spec.gitRepos ?? {};
  const { names, namespaces, selector } = gitRepos;
  const fitsName = anyOf(names);
  const isCluster = identity.kind === "ClusterNotification";
  const fitsNamespace: Glob = isCluster ? anyOf(namespaces) : (it) => it === identity.namespace;
  return ({ namespace, name, labels }) =>
    fitsNamespace(namespace) && fitsName(name) && (selector === undefined || matchesLabels(selector, labels));
}

function anyOf(patterns: readonly string[] | undefined): Glob {
  if (patterns === undefined) return () => true;
  const globs = patterns.map(compileGlob);
  return (name) => globs.some((glob) => glob(name));
}
