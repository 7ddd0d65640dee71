import type { CoreEffect } from "../core-effect.ts";
import type { CoreState } from "../core-state.ts";
import { consider } from "../delivery/consider.ts";
import type { Knowledge } from "../delivery/knowledge.ts";
import { type StreamState, streamKey } from "../delivery/stream.ts";
import { withhold } from "../delivery/withhold.ts";
import { parseRepository } from "../history/parse-repository.ts";
import { nameOf } from "../notification/context-conflicts.ts";
import { combineRollouts } from "./combine-rollouts.ts";
import type { RepositoryGroup } from "./repository-group.ts";
import type { JudgedMember, KnownGroup } from "./repository-groups.ts";

/**
 * Tells the streams of a group what its GitRepos were judged to be. Called after one of them changed, once for all that
 * change in a turn. Costs O(members × rules).
 */
export function decideGroup(state: CoreState, uid: string, now: number): CoreEffect[] {
  const known = state.repositoryGroups.get(uid);
  if (known === null) {
    state.wakes.delete(uid);
    return [];
  }
  const effects: CoreEffect[] = [];
  let wakeAtMs = Infinity;
  for (const [, judged] of Map.groupBy([...known.members.values()].flat(), ruleKey)) {
    const considered = considerGroup(state, { judged, known }, now);
    effects.push(...considered.effects);
    wakeAtMs = Math.min(wakeAtMs, considered.wakeAtMs);
  }
  state.wakes.set(uid, Math.max(wakeAtMs, now + 1));
  return effects;
}

/** What an override changes for some of the GitRepos only, counts as the first of them by name has it: there is one status. */
function considerGroup(
  state: CoreState,
  { judged, known: { group, members } }: { judged: readonly JudgedMember[]; known: KnownGroup },
  now: number,
): { wakeAtMs: number; effects: CoreEffect[] } {
  const [first] = judged.toSorted((one, other) => (one.rollout.gitRepo.name < other.rollout.gitRepo.name ? -1 : 1));
  if (first === undefined) return { wakeAtMs: Infinity, effects: [] };
  const { rule } = first;
  const { branch } = group;
  const repository = parseRepository(first.rollout.gitRepo.repo);
  const knowledge: Knowledge = {
    relation: (base, head) => state.history.relation({ repository, base, head }, now),
    pullRequests: (base, head) => state.history.pullRequests({ repository, base, head, branch }, now),
  };
  const rollout = combineRollouts({ group, members: judged.map((it) => it.rollout) }, (base, head) =>
    knowledge.relation(base, head),
  );
  if (rollout === null) return { wakeAtMs: Infinity, effects: holdGroup(state, { ...first, group }, now) };
  const { effects, isReportDue, wakeAtMs } = consider(state.delivery, { rule, rollout, memory: "", knowledge }, now);
  state.isReportDue ||= isReportDue;
  const stream = streamOf(state, { ...first, group });
  if (stream !== undefined) stream.memberUids = [...members.keys()];
  return { effects, wakeAtMs };
}

/**
 * Which commit is the newest cannot be told yet: what waits was made before one of them showed another. The answer about history touches the GitRepos of the
 * repository, and these the group.
 */
function holdGroup(state: CoreState, fed: JudgedMember & { group: RepositoryGroup }, now: number): CoreEffect[] {
  const stream = streamOf(state, fed);
  if (stream === undefined) return [];
  stream.holdSinceMs = Math.min(stream.holdSinceMs, now);
  return withhold(state.delivery, { stream, rule: fed.rule });
}

function streamOf(
  { delivery }: CoreState,
  { rule: { notification, destination, target }, rollout, group }: JudgedMember & { group: RepositoryGroup },
): StreamState | undefined {
  const place = { gitRepoNamespace: rollout.gitRepo.namespace, gitRepoName: group.name };
  const identity = { notification, destination, target, ...place, subject: "" };
  return delivery.streams.get(streamKey(identity));
}

function ruleKey({ rule: { notification, destination, target } }: JudgedMember): string {
  return JSON.stringify([nameOf(notification), destination, target]);
}
