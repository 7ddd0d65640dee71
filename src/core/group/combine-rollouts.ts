import type { RelationOrUnknown } from "../history/relation.ts";
import { limits } from "../limits.ts";
import type { ClusterCounts, GitRepoCounts, Rollout } from "../rollout/rollout.ts";
import type { RepositoryGroup } from "./repository-group.ts";

/** How `head` stands to `base`. */
export type RelationOf = (base: string, head: string) => RelationOrUnknown;

/**
 * The rollout of a group: that of the newest commit that any of its GitRepos shows. It is deployed when all of them have deployed exactly that commit, and
 * failed as soon as it has failed for one of them; who still shows another commit is waited for.
 *
 * `members`: at least one, of one group and one target. null where history does not tell yet which commit is the newest. O(members + commits²).
 */
export function combineRollouts(
  { group, members }: { group: RepositoryGroup; members: readonly Rollout[] },
  relation: RelationOf,
): Rollout | null {
  const sorted = members.toSorted((one, other) => (one.gitRepo.name < other.gitRepo.name ? -1 : 1));
  const [first] = sorted;
  if (first === undefined) throw new Error("a group has at least one GitRepo");
  const commit = newestCommit(sorted, relation);
  if (commit === null) return null;
  const there = sorted.filter((it) => it.key.commit === commit);
  const failed = there.find((it) => it.phase === "failed") ?? null;
  const gitRepos = countGitRepos(sorted, commit);
  return {
    gitRepo: {
      ...first.gitRepo,
      ...group,
      revision: "",
      labels: {},
      creationMs: Math.min(...sorted.map((it) => it.gitRepo.creationMs)),
    },
    target: first.target,
    key: {
      gitRepoUid: group.uid,
      commit,
      // Another attempt of one of them is another attempt.
      generation: sum(sorted, (it) => it.key.generation),
      forceSyncGeneration: sum(sorted, (it) => it.key.forceSyncGeneration),
    },
    phase: failed !== null ? "failed" : gitRepos.ready === gitRepos.total ? "ready" : "deploying",
    applied: there.length === sorted.length && there.every((it) => it.applied),
    holding: false,
    waitingFor: sorted.flatMap((it) => it.waitingFor).slice(0, limits.reasonsMax),
    failure: failed?.failure ?? null,
    clusters: countClusters(sorted.map((it) => it.clusters)),
    bundles: sum(sorted, (it) => it.bundles),
    changed: there.some((it) => it.changed),
    startedMs: Math.min(...there.map((it) => it.startedMs)),
    wanted: there.every((it) => it.wanted),
    gitRepos,
  };
}

/** Of commits that do not descend from each other the one whose rollout began last. "" where no GitRepo shows any. */
function newestCommit(members: readonly Rollout[], relation: RelationOf): string | null {
  const startedMs = new Map<string, number>();
  for (const { key, startedMs: began } of members) {
    if (key.commit !== "") startedMs.set(key.commit, Math.max(began, startedMs.get(key.commit) ?? -Infinity));
  }
  let newest = "";
  let isKnown = true;
  for (const [commit, began] of startedMs) {
    const stands = newest === "" ? "ahead" : relation(newest, commit);
    if (stands === "unknownYet") isKnown = false;
    const isUnrelated = stands === "diverged" || stands === "unknownEver";
    if (stands === "ahead" || (isUnrelated && began >= (startedMs.get(newest) ?? -Infinity))) newest = commit;
  }
  return isKnown ? newest : null;
}

function countGitRepos(members: readonly Rollout[], commit: string): GitRepoCounts {
  const names = (wanted: (rollout: Rollout) => boolean) => members.filter(wanted).map((it) => it.gitRepo.name);
  const isThere = ({ key }: Rollout) => key.commit === commit;
  const ready = names((it) => isThere(it) && it.phase === "ready");
  const failed = names((it) => isThere(it) && it.phase === "failed");
  const waiting = names((it) => !isThere(it) || it.phase === "deploying");
  return {
    total: members.length,
    ready: ready.length,
    failed: failed.length,
    failedNames: failed.slice(0, limits.listedClustersMax),
    waitingNames: waiting.slice(0, limits.listedClustersMax),
  };
}

function countClusters(counts: readonly ClusterCounts[]): ClusterCounts {
  const names = (of: (it: ClusterCounts) => readonly string[]) =>
    [...new Set(counts.flatMap(of))].toSorted().slice(0, limits.listedClustersMax);
  return {
    total: sum(counts, (it) => it.total),
    ready: sum(counts, (it) => it.ready),
    failed: sum(counts, (it) => it.failed),
    offline: sum(counts, (it) => it.offline),
    paused: sum(counts, (it) => it.paused),
    updating: sum(counts, (it) => it.updating),
    offlineNames: names((it) => it.offlineNames),
    pausedNames: names((it) => it.pausedNames),
    failedNames: names((it) => it.failedNames),
    updatingNames: names((it) => it.updatingNames),
  };
}

function sum<T>(list: readonly T[], of: (it: T) => number): number {
  return list.reduce((total, it) => total + of(it), 0);
}
