import { Dice } from "./dice.ts";

/**
 * Somebody hears of clusters that go offline and come back: with what is silent for 45 min such a world lasts for hours, so there are few of them, and
 * they are small (world-scale.ts).
 */
export function hasClusterNews(seed: number): boolean {
  return new Dice(seed).fork("clusters").chance(0.05);
}
