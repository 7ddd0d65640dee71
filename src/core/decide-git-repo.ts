import { asksForBundles, tellBundles } from "./bundle-news.ts";
import { isOfCluster } from "./cluster-news.ts";
import type { CoreEffect } from "./core-effect.ts";
import type { CoreState } from "./core-state.ts";
import { consider } from "./delivery/consider.ts";
import type { Knowledge } from "./delivery/knowledge.ts";
import { leaveTo, orphan } from "./delivery/orphan.ts";
import { type Orphaned, type StreamState, streamKey } from "./delivery/stream.ts";
import type { GitRepoRecord } from "./fleet/record.ts";
import type { GitRepoView } from "./fleet/inventory.ts";
import { groupsIn } from "./group/groups-in.ts";
import { isGrouping, isOfGroup, repositoryOfGroup } from "./group/repository-group.ts";
import type { JudgedMember } from "./group/repository-groups.ts";
import { tellAdded, tellRemoved } from "./git-repo-news.ts";
import { parseRepository, repositoryKey } from "./history/parse-repository.ts";
import { limits } from "./limits.ts";
import type { Repository } from "./history/relation.ts";
import type { Rule, TargetSet } from "./notification/rule.ts";
import { noteConflicts, rulesOf } from "./notifications.ts";
import { occupancyOf } from "./occupancy.ts";
import { type Judgement, judgeTargets } from "./rollout/judge.ts";
import type { Division } from "./rollout/scope.ts";
import { restoreMemory, storeMemory } from "./rollout/stored-memory.ts";
import { type RolloutMemory, answerBranchHead, newMemory, track } from "./rollout/track.ts";
import { isRuleOf, ruleOfLost } from "./rule-of-lost.ts";

/**
 * Judges one GitRepo anew and tells every stream that it feeds. Called for each GitRepo that was touched since the last step; costs
 * O(its objects + its rules), and so that a burst over 25,000 clusters is not judged at each of its changes, rests in proportion to that.
 */
export function decideGitRepo(state: CoreState, uid: string, now: number): CoreEffect[] {
  const view = state.inventory.view(uid);
  if (view === null) {
    forget(state, uid);
    return [];
  }
  const { gitRepo } = view;
  if (gitRepo.deleting) {
    // Fleet takes its bundles away first: that is no rollout.
    state.wakes.delete(uid);
    return [];
  }
  const decidedMs = state.decided.get(uid) ?? -Infinity;
  const soonestMs = decidedMs + Math.floor(view.bundleDeployments.size * limits.judgePauseMs);
  if (soonestMs > now) {
    state.wakes.set(uid, soonestMs);
    return [];
  }
  state.decided.set(uid, now);
  const repository = locate(state, gitRepo);
  const rules = rulesOf(state, gitRepo).filter((rule) => !rule.suspended && !gitRepo.suspended);
  const memory = remember(state, gitRepo);
  track(memory, view, now);
  // One of its streams keeps it: in each it would be a write of every Delivery at each of the rollout's steps.
  let kept = storeMemory(memory);
  const knowledge = knowledgeOf(state, { repository, gitRepo }, now);
  const judged = new Map<string, ReadonlyMap<string, Judgement>>();
  const effects: CoreEffect[] = [];
  const grouped: JudgedMember[] = [];
  let wakeAtMs = Infinity;
  for (const rule of rules) {
    const { key } = rule.targets;
    const judgements = judged.get(key) ?? judgeWithHead(state, { view, memory, targets: rule.targets, repository }, now);
    judged.set(key, judgements);
    const judgement = judgements.get(rule.target);
    if (judgement === undefined) throw new Error(`target "${rule.target}" is none of its own set`);
    wakeAtMs = Math.min(wakeAtMs, judgement.wakeAtMs);
    const { rollout } = judgement;
    const isDivided = rule.targets.targets.length > 1;
    const occupancy = isDivided ? occupancyOf({ rollout, deployments: view.bundleDeployments.size }) : "occupied";
    if (occupancy === "vacant") vacate(state, { rule, gitRepo }, now);
    if (occupancy !== "occupied") continue;
    if (isGrouping(rule)) {
      grouped.push({ rule, rollout });
      continue;
    }
    const considered = consider(state.delivery, { rule, rollout, memory: kept, knowledge }, now);
    kept = "";
    effects.push(...considered.effects);
    state.isReportDue ||= considered.isReportDue;
    wakeAtMs = Math.min(wakeAtMs, considered.wakeAtMs);
  }
  takeMember(state, gitRepo, grouped);
  for (const rule of rules) effects.push(...tellAdded(state, { rule, gitRepo }, now));
  for (const [, [first, ...others]] of Map.groupBy(rules.filter(asksForBundles), (it) => it.targets.key)) {
    if (first === undefined) continue;
    const division = divisionOf(state, { view, memory, targets: first.targets }, now);
    const told = tellBundles(state, { rules: [first, ...others], division }, now);
    effects.push(...told.effects);
    wakeAtMs = Math.min(wakeAtMs, told.wakeAtMs);
  }
  // A verdict whose time has come was made just now: looking again is for later, or the loop would never rest.
  state.wakes.set(uid, Math.max(wakeAtMs, now + 1));
  return effects;
}

/** Closes what streams left behind whose GitRepo or rule is gone or muted. Called after such a change; costs O(streams). */
export function orphanStreams(state: CoreState, now: number): void {
  const all = [...state.inventory.gitRepos()];
  const gitRepos = new Map(all.map((it) => [`${it.namespace}/${it.name}`, [it]]));
  const groupOf = groupsIn(state);
  const groups = Map.groupBy(all, (it) => `${it.namespace}/${groupOf(it).name}`);
  const repositories = new Set([...groups.keys()].map(repositoryOfGroup));
  for (const stream of state.delivery.streams.values()) {
    if (isOfCluster(stream.identity)) continue;
    const name = `${stream.identity.gitRepoNamespace}/${stream.identity.gitRepoName}`;
    const isLeft = isOfGroup(stream.identity) && !groups.has(name) && repositories.has(repositoryOfGroup(name));
    const own = (isOfGroup(stream.identity) ? groups : gitRepos).get(name) ?? [];
    // Nobody follows the branch any more.
    const reason = isLeft ? "unreported" : orphanedFor(state, stream, own);
    if (reason === "removed") {
      const isNews = stream.orphanedFor !== "removed";
      leaveTo(ruleOfLost(state, stream), stream);
      if (isNews) tellRemoved(state, stream, now);
    }
    if (reason !== null) orphan(state.delivery, { stream, reason }, now);
  }
}

/** `gitRepos`: what the stream is about: the GitRepo, or those of the group. */
function orphanedFor(state: CoreState, { identity }: StreamState, gitRepos: readonly GitRepoRecord[]): Orphaned | null {
  if (gitRepos.length === 0) return "removed";
  const isAsked = (it: Rule) => isRuleOf(it, identity) && isGrouping(it) === isOfGroup(identity);
  const fed = gitRepos.flatMap((gitRepo) => {
    const rule = rulesOf(state, gitRepo).find(isAsked);
    return rule === undefined ? [] : [{ rule, gitRepo }];
  });
  if (fed.length === 0) return "unreported";
  return fed.every(({ rule, gitRepo }) => rule.suspended || gitRepo.suspended) ? "muted" : null;
}

/** What the GitRepo was judged to be is told by its group. */
function takeMember(state: CoreState, gitRepo: GitRepoRecord, judged: readonly JudgedMember[]): void {
  const { repositoryGroups, touched } = state;
  const changed =
    judged.length === 0
      ? repositoryGroups.remove(gitRepo.uid)
      : repositoryGroups.put(gitRepo.uid, { group: groupsIn(state)(gitRepo), judged });
  for (const uid of changed) touched.add(uid);
}

/** The GitRepo's last cluster left the target: nothing feeds the stream until one comes back. */
function vacate(state: CoreState, { rule, gitRepo }: { rule: Rule; gitRepo: GitRepoRecord }, now: number): void {
  const { notification, destination, target } = rule;
  const named = { gitRepoNamespace: gitRepo.namespace, gitRepoName: gitRepo.name };
  const stream = state.delivery.streams.get(streamKey({ notification, destination, target, ...named, subject: "" }));
  if (stream !== undefined) orphan(state.delivery, { stream, reason: "unreported" }, now);
}

/** The branch's head at GitHub settles what Fleet's objects cannot (fleet-facts §1.3): asked once A holds, and where a commit went back. */
function judgeWithHead(
  state: CoreState,
  {
    view,
    memory,
    targets,
    repository,
  }: { view: GitRepoView; memory: RolloutMemory; targets: TargetSet; repository: Repository | null },
  now: number,
): ReadonlyMap<string, Judgement> {
  const division = divisionOf(state, { view, memory, targets }, now);
  const judgements = judgeTargets(division, now);
  const [first] = judgements.values();
  // What there is to ask about is the GitRepo's, whatever the target.
  const wantsBranchHeadAfterMs = first?.wantsBranchHeadAfterMs ?? null;
  if (wantsBranchHeadAfterMs === null) return judgements;
  const { branch } = view.gitRepo;
  const head = state.history.branchHead({ repository, branch }, { now, notBeforeMs: wantsBranchHeadAfterMs });
  if (head === null) return judgements;
  answerBranchHead(memory, head);
  return judgeTargets(division, now);
}

function divisionOf(
  { clusterClaims, inventory }: CoreState,
  { view, memory, targets }: { view: GitRepoView; memory: RolloutMemory; targets: TargetSet },
  now: number,
): Division {
  return {
    view,
    memory,
    targets: targets.targets.map(({ name, timing, modified }) => ({ target: name, timing, modified })),
    claimOn: (deployment) => clusterClaims.claimOn(targets, { deployment, inventory }, now),
  };
}

function knowledgeOf(
  state: CoreState,
  { repository, gitRepo }: { repository: Repository | null; gitRepo: GitRepoRecord },
  now: number,
): Knowledge {
  return {
    relation: (base, head) => state.history.relation({ repository, base, head }, now),
    pullRequests: (base, head) => state.history.pullRequests({ repository, base, head, branch: gitRepo.branch }, now),
  };
}

function remember(state: CoreState, gitRepo: GitRepoRecord): RolloutMemory {
  const known = state.memories.get(gitRepo.uid);
  if (known !== undefined) return known;
  const memory = restoredMemory(state, gitRepo) ?? newMemory();
  state.memories.set(gitRepo.uid, memory);
  return memory;
}

/** What an earlier process stored of the GitRepo's rollout. A stream that nothing feeds any more may have an older word. */
function restoredMemory(state: CoreState, { uid }: GitRepoRecord): RolloutMemory | null {
  const streams = [...state.delivery.streams.values()].filter((it) => it.gitRepoUid === uid && it.rollout !== "");
  const kept = streams.find((it) => it.orphanedFor === "") ?? streams[0];
  return kept === undefined ? null : restoreMemory(kept.rollout);
}

function locate(state: CoreState, { uid, repo }: GitRepoRecord): Repository | null {
  const repository = parseRepository(repo);
  const key = repository === null ? "" : repositoryKey(repository);
  const before = state.repositoryOf.get(uid);
  if (before === key) return repository;
  if (before !== undefined) state.gitReposOf.get(before)?.delete(uid);
  state.repositoryOf.set(uid, key);
  const others = state.gitReposOf.get(key) ?? new Set();
  state.gitReposOf.set(key, others.add(uid));
  return repository;
}

function forget(state: CoreState, uid: string): void {
  const key = state.repositoryOf.get(uid);
  if (key !== undefined) state.gitReposOf.get(key)?.delete(uid);
  state.repositoryOf.delete(uid);
  state.memories.delete(uid);
  state.toldBundles.delete(uid);
  state.decided.delete(uid);
  state.wakes.delete(uid);
  for (const group of state.repositoryGroups.remove(uid)) state.touched.add(group);
  noteConflicts(state, uid, []);
}
