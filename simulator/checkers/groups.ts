import type { Status } from "../simulation/ledger.ts";
import type { GitRepoOfWorld } from "../simulation/world-setting.ts";
import { groupContext, isOfGroup } from "./contexts.ts";
import { type FinalState, finalStates } from "./final-state.ts";
import type { ObservedWorld } from "./observed-world.ts";
import { commitsMeant, held } from "./truth.ts";
import type { Checker, Violation } from "./violation.ts";

/** So long it may take until the product knows that a GitRepo came, went, or follows something else. */
const unknownMs = 25_000;
const unseenMs = 5_500;

/**
 * The one status of all GitRepos of a repository: no success while the truth denies it of one of them; at the quiet end it tells what is so of the commit
 * that they follow, and nothing else is pending.
 */
export const groups: Checker = (world) =>
  world.isGrouped ? [...world.ledger.of("status").flatMap((it) => lies(world, it)), ...losses(world), ...leftPending(world)] : [];

/**
 * Those that certainly belonged to it when the message was made: what the others followed nobody can tell any more. One that is held at a revision
 * belongs to the only branch.
 */
function lies(world: ObservedWorld, status: Status): Violation[] {
  const { context, state, description, sha, repository: name, sinceMs, ms } = status;
  if (state !== "success" || !isOfGroup(context)) return [];
  const all = world.gitRepos.filter((it) => it.repository.name === name);
  const isOneBranch = new Set(all.map((it) => it.branch)).size === 1 && all.every((it) => isSteady(it, sinceMs));
  const members = all.filter((it) => {
    return context === groupContext(it.branch) && isSteady(it, sinceMs) && (it.revision === "" || isOneBranch);
  });
  const span = [sinceMs - unseenMs, ms] as const;
  return members.flatMap(({ name: gitRepo, repository }): Violation[] => {
    const meant = commitsMeant(repository, status);
    if (meant.some((it) => held(world, { gitRepo, target: "", sha: it.sha, span }))) return [];
    return [{ promise: "groups", ms, text: `${context}: success on ${sha} ("${description}"): ${gitRepo} denies it` }];
  });
}

function isSteady({ isThere, movedMs, absences }: GitRepoOfWorld, fromMs: number): boolean {
  const isAway = absences.some((it) => it.toMs > fromMs - unknownMs);
  return (isThere || absences.length > 0) && movedMs < fromMs - unknownMs && !isAway;
}

/** Where one is held at a revision the others may wait for it, and what was replaced with them: such repositories are left out. */
function losses(world: ObservedWorld): Violation[] {
  return [...free(world)].flatMap(([, states]) => {
    return [...Map.groupBy(states, (it) => it.gitRepo.branch)].flatMap(([branch, members]) => loss(world, { branch, members }));
  });
}

function loss(world: ObservedWorld, { branch, members }: { branch: string; members: readonly FinalState[] }): Violation[] {
  const [first] = members;
  if (first === undefined) return [];
  const { commit, gitRepo } = first;
  const context = groupContext(branch);
  const isOurs = (it: { context: string; repository: string }) =>
    it.context === context && it.repository === gitRepo.repository.name;
  const statuses = world.gitHub.latestStatuses().filter(isOurs);
  const shown = statuses.find(({ sha }) => sha === commit);
  const mayBeOld = members.some((it) => it.mayBeOld || beginsThere(world, it));
  if (shown === undefined && mayBeOld && (statuses.length === 0 || world.isDisturbed)) return [];
  const isReady = members.every((it) => it.phase === "ready");
  if (shown?.state === (isReady ? "success" : "failure")) return [];
  const said = shown === undefined ? "nothing" : `${shown.state} "${shown.description}"`;
  const truth = members.map((it) => `${it.gitRepo.name} ${it.phase}`).join(", ");
  return [{ promise: "groups", ms: world.nowMs, text: `${context} shows ${said} on ${commit}: ${truth}` }];
}

/** The group came into being with a GitRepo that came to its branch, and that held what it holds already: first sight (docs/guarantees.md). */
function beginsThere(world: ObservedWorld, { gitRepo: { name, movedMs, repository }, commit }: FinalState): boolean {
  return world.truth.wasTrue({ gitRepo: name, tree: repository.commit(commit).tree }, [movedMs, movedMs + 60_000]);
}

function leftPending(world: ObservedWorld): Violation[] {
  const states = free(world);
  const current = new Set([...states.values()].flat().map(({ gitRepo, commit }) => `${gitRepo.repository.name} ${commit}`));
  return world.gitHub.latestStatuses().flatMap(({ repository, sha, context, state, description }): Violation[] => {
    if (!isOfGroup(context) || state !== "pending" || !states.has(repository) || current.has(`${repository} ${sha}`)) return [];
    return [{ promise: "groups", ms: world.nowMs, text: `${context} of ${sha} is left pending: "${description}"` }];
  });
}

/** The final states of the repositories whose GitRepos all follow a branch. */
function free(world: ObservedWorld): ReadonlyMap<string, readonly FinalState[]> {
  const byRepository = Map.groupBy(finalStates(world), (it) => it.gitRepo.repository.name);
  return new Map([...byRepository].filter(([, states]) => states.every((it) => it.gitRepo.revision === "")));
}
