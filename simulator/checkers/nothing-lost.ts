import { namespace } from "../simulation/simulated-notification.ts";
import { contexts, teamContext } from "./contexts.ts";
import type { ObservedNotification, ObservedWorld } from "./observed-world.ts";
import { type FinalState, finalStates } from "./final-state.ts";
import { toldStreams } from "./told-event.ts";
import type { Checker, Violation } from "./violation.ts";

const deployed: ReadonlySet<string> = new Set(["GitRepoReady", "GitRepoRolledBack"]);
const failed: ReadonlySet<string> = new Set(["GitRepoFailed", "GitRepoDegraded"]);

/** When the world is quiet, the last message of each stream tells what is so, and the status of the commit that Fleet shows does too. Worlds with targets are left out: what each is told in the end depends on who was in it. */
export const nothingLost: Checker = (world) => {
  if (world.isDivided) return [];
  const { notification, team, marksMore } = world;
  const own = {
    by: notification,
    destinations: marksMore ? ["chat", "log", "workflows"] : ["chat", "log"],
    contexts: marks(world),
  };
  const others = team === null ? [] : [{ by: team, destinations: ["audit"], contexts: [teamContext] }];
  return [own, ...others].flatMap(({ by, destinations, contexts: contextsOf }) =>
    finalStates(world, by).flatMap((state) => [
      ...destinations.flatMap((destination) => streamLoss(world, state, `${by.name}/${destination}`)),
      ...contextsOf.flatMap((contextOf) => statusLoss(world, { ...state, by }, contextOf(state.gitRepo.name))),
    ]),
  );
};

function marks({ marksMore }: ObservedWorld): readonly ((gitRepo: string) => string)[] {
  return marksMore ? Object.values(contexts) : [contexts.status];
}

function streamLoss(world: ObservedWorld, state: FinalState, destination: string): Violation[] {
  const { gitRepo, uid, commit, phase, mayBeOld } = state;
  const stream = `Notification/${namespace}/${destination}:${namespace}/${gitRepo.name}:`;
  const told = toldStreams(world.ledger.of("hook")).get(stream);
  const own = told?.findLast((it) => it.uid === uid);
  if (own === undefined && mayBeOld) return [];
  // One that was made anew goes on where the former one was told of (design §7): what is so was said already.
  const last = own ?? told?.at(-1);
  const isRight = last?.at === commit && (phase === "ready" ? deployed : failed).has(last.type);
  if (isRight) return [];
  const said = last === undefined ? "nothing" : `${last.type} of ${last.at}`;
  return [{ promise: "nothing lost", ms: world.nowMs, text: `${stream} was told ${said} at last; ${commit} is ${phase}` }];
}

function statusLoss(
  world: ObservedWorld,
  { gitRepo, commit, phase, mayBeOld, by }: FinalState & { by: ObservedNotification },
  context: string,
): Violation[] {
  const isOurs = (it: { context: string; repository: string }) =>
    it.context === context && it.repository === gitRepo.repository.name;
  const statuses = world.gitHub.latestStatuses().filter(isOurs);
  const shown = statuses.find(({ sha }) => sha === commit);
  // A GitRepo that was made anew meanwhile is seen for the first time again.
  if (mayBeOld && (statuses.length === 0 || (shown === undefined && (world.isDisturbed || by.isChanged)))) return [];
  if (shown?.state === (phase === "ready" ? "success" : "failure")) return [];
  const said = shown === undefined ? "nothing" : `${shown.state} "${shown.description}"`;
  return [{ promise: "nothing lost", ms: world.nowMs, text: `${context} shows ${said} on ${commit}, which is ${phase}` }];
}
