import type { GitRepoOfWorld } from "../simulation/simulated-world.ts";
import type { ObservedWorld } from "./observed-world.ts";

/** What is so of a GitRepo at a world's quiet end. */
export interface FinalState {
  readonly gitRepo: GitRepoOfWorld;
  readonly uid: string;
  readonly commit: string;
  readonly phase: "ready" | "failed";
  /** True where the product could take this state for one that was there before it looked for the first time. */
  readonly mayBeOld: boolean;
}

/** The final states of the GitRepos that are there and reported on. */
export function finalStates(world: ObservedWorld): readonly FinalState[] {
  if (!world.isNotificationThere) return [];
  return world.gitRepos.flatMap((gitRepo) => (gitRepo.isThere ? [finalState(world, gitRepo)] : []));
}

function finalState(world: ObservedWorld, gitRepo: GitRepoOfWorld): FinalState {
  const { repository, name } = gitRepo;
  const sha = repository.wanted(gitRepo);
  const { tree } = repository.commit(sha);
  const isReady = world.truth.wasTrue({ gitRepo: name, tree }, [world.nowMs, world.nowMs]);
  const mayBeOld = world.ledger.of("look").some(({ ms }) => world.truth.wasTrue({ gitRepo: name, tree }, [ms, ms + 60_000]));
  return { gitRepo, uid: world.objects.uidOf(name), commit: sha, phase: isReady ? "ready" : "failed", mayBeOld };
}
