import type { CoreEffect } from "../core-effect.ts";
import type { CoreState } from "../core-state.ts";
import { consider } from "../delivery/consider.ts";
import type { Knowledge } from "../delivery/knowledge.ts";
import { streamKey } from "../delivery/stream.ts";
import { parseRepository } from "../history/parse-repository.ts";
import { nameOf } from "../notification/context-conflicts.ts";
import { combineRollouts } from "./combine-rollouts.ts";
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
  // The answer about history touches the GitRepos of the repository, and these the group.
  if (rollout === null) return { wakeAtMs: Infinity, effects: [] };
  const { effects, isReportDue, wakeAtMs } = consider(state.delivery, { rule, rollout, memory: "", knowledge }, now);
  state.isReportDue ||= isReportDue;
  const { notification, destination, target } = rule;
  const { namespace, name } = rollout.gitRepo;
  const identity = { notification, destination, target, gitRepoNamespace: namespace, gitRepoName: name, subject: "" };
  const stream = state.delivery.streams.get(streamKey(identity));
  if (stream !== undefined) stream.memberUids = [...members.keys()];
  return { effects, wakeAtMs };
}

function ruleKey({ rule: { notification, destination, target } }: JudgedMember): string {
  return JSON.stringify([nameOf(notification), destination, target]);
}
