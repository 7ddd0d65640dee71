import { Dice } from "./dice.ts";

/** The Notification has targets. What a story has in it depends on that. */
export function isDividedWorld(seed: number): boolean {
  return new Dice(seed).fork("targets").chance(0.1);
}
