import { Dice } from "./dice.ts";
import { isDividedWorld } from "./is-divided-world.ts";

/** A second Notification tells of some GitRepos, and comes, goes and changes by itself. */
export function hasTeam(seed: number): boolean {
  return !isDividedWorld(seed) && new Dice(seed).fork("team").chance(0.15);
}
