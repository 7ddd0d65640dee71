import { Dice } from "./dice.ts";
import { hasClusterNews } from "./has-cluster-news.ts";

type Range = readonly [least: number, most: number];

/** How much there may be in a world: the most of each; and how often it is drawn. */
interface Scale {
  readonly weight: number;
  readonly repositories: Range;
  readonly gitRepos: Range;
  readonly clusters: Range;
  readonly acts: Range;
}

/**
 * Measured over all sabotages: a world of one GitRepo and some acts costs a quarter of one with a long story, and for two of three sabotages it takes the
 * least time until one is found; what needs several GitRepos or a longer history takes the others. So most worlds are tiny, and each of the others has its share.
 */
const scales = {
  tiny: { weight: 70, repositories: [1, 1], gitRepos: [1, 1], clusters: [1, 2], acts: [1, 4] },
  small: { weight: 18, repositories: [1, 1], gitRepos: [1, 2], clusters: [1, 2], acts: [2, 7] },
  long: { weight: 11, repositories: [1, 2], gitRepos: [1, 3], clusters: [1, 4], acts: [5, 14] },
  large: { weight: 1, repositories: [1, 3], gitRepos: [2, 5], clusters: [5, 30], acts: [3, 8] },
} as const satisfies Readonly<Record<string, Scale>>;

/** Where somebody waits for clusters to be offline. */
const patient = { repositories: [1, 1], gitRepos: [1, 1], clusters: [1, 3], acts: [3, 7] } as const satisfies Omit<
  Scale,
  "weight"
>;

/** What there is in the world of that seed, and how many acts its story has. */
export function worldScale(seed: number): { repositories: number; gitRepos: number; clusters: number; acts: number } {
  const dice = new Dice(seed).fork("scale");
  const weights = Object.fromEntries(Object.entries(scales).map(([name, { weight }]) => [name, weight]));
  const scale: Omit<Scale, "weight"> = hasClusterNews(seed)
    ? patient
    : scales[dice.weighted(weights as Record<keyof typeof scales, number>)];
  return {
    repositories: dice.between(...scale.repositories),
    gitRepos: dice.between(...scale.gitRepos),
    clusters: dice.between(...scale.clusters),
    acts: dice.between(...scale.acts),
  };
}
