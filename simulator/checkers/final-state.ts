import type { GitRepoOfWorld } from "../simulation/simulated-world.ts";
import type { ObservedNotification, ObservedWorld } from "./observed-world.ts";

/** What is so of a GitRepo at a world's quiet end. */
export interface FinalState {
  readonly gitRepo: GitRepoOfWorld;
  readonly uid: string;
  readonly commit: string;
  readonly phase: "ready" | "failed";
  /** True where the product could take this state for one that was there before it looked for the first time. */
  readonly mayBeOld: boolean;
}

/** The final states of the GitRepos that are there and reported on, by the Notification that tells of them all or by another one. */
export function finalStates(world: ObservedWorld, by: ObservedNotification = world.notification): readonly FinalState[] {
  const told = world.gitRepos.filter((it) => by.isThere && it.isThere && by.selects(it.name));
  return told.map((it) => finalState(world, it, by));
}

function finalState(world: ObservedWorld, gitRepo: GitRepoOfWorld, by: ObservedNotification): FinalState {
  const { repository, name } = gitRepo;
  const sha = repository.wanted(gitRepo);
  const { tree } = repository.commit(sha);
  const isReady = world.truth.wasTrue({ gitRepo: name, tree }, [world.nowMs, world.nowMs]);
  const looks = world.ledger.of("look").filter((it) => it.notification === "" || it.notification === by.name);
  const mayBeOld = looks.some(({ ms }) => world.truth.wasTrue({ gitRepo: name, tree }, [ms, ms + 60_000]));
  return { gitRepo, uid: world.objects.uidOf(name), commit: sha, phase: isReady ? "ready" : "failed", mayBeOld };
}
