import { type Act, randomStory } from "./act.ts";
import { Dice } from "./dice.ts";
import { addGitRepo, firstCommits, perform, putRight, putRightAround, resync, setOnline } from "./perform.ts";
import { noSeams, type Seams } from "./seams.ts";
import { SimulatedWorld, startMs } from "./simulated-world.ts";
import { hasClusterNews } from "./has-cluster-news.ts";
import { hasTeam } from "./has-team.ts";
import { isDividedWorld } from "./is-divided-world.ts";
import { isElectedWorld } from "./world-setting.ts";
import { worldScale } from "./world-scale.ts";

export interface PlayOptions {
  readonly seed: number;
  readonly seams?: Seams;
  /** Leaves acts of the story out, by their places. */
  readonly keeps?: (index: number) => boolean;
  readonly onWorld?: (world: SimulatedWorld) => void;
}

/** Within this time after the faults have ended everything must have arrived; parked messages are tried hourly. */
const quietBoundMs = 2 * 3_600_000;
/** An agent is offline after 45 min, and what waited while there were faults has been told by then. */
const silenceMs = 50 * 60_000;
const resyncMs = 30_000;
/** A world is over when nothing has happened for so long: more than its longest deadline, the longest settle time and two polls together. */
const calmMs = 185_000;

/** Plays one world from its beginning to its quiet end. */
export async function play({
  seed,
  seams = noSeams,
  keeps = () => true,
  onWorld = () => {},
}: PlayOptions): Promise<SimulatedWorld> {
  const dice = new Dice(seed);
  const world = new SimulatedWorld({ seed, seams });
  onWorld(world);
  const opening = dice.fork("opening");
  firstCommits(world, opening);
  // Some GitRepos are there, and deployed, before the product starts.
  for (const gitRepo of world.gitRepos) if (opening.chance(0.4)) addGitRepo(world, gitRepo);
  await world.advance(startMs + opening.pick([10, 3_000, 90_000]));
  await world.start();
  for (const gitRepo of world.gitRepos) addGitRepo(world, gitRepo);
  const story = storyOf(seed);
  for (const [index, act] of story.entries()) {
    await world.advance(act.atMs);
    if (keeps(index)) perform(world, act);
  }
  const ending = dice.fork("ending");
  await world.advance(world.nowMs + ending.between(0, 60_000));
  world.endFaults();
  await passSilence(world, ending);
  putRight(world);
  await world.advance(world.nowMs + resyncMs);
  resync(world);
  await world.advance(world.nowMs + quietBoundMs, () => isQuiet(world));
  return world;
}

/** In half of the worlds that hear of clusters some are offline until it must have been told. */
async function passSilence(world: SimulatedWorld, dice: Dice): Promise<void> {
  if (!world.hasClusterNews || dice.chance(0.5)) return;
  putRightAround(world);
  if (world.offline.size === 0) setOnline(world, dice, false);
  await world.advance(world.nowMs + silenceMs);
}

export function storyOf(seed: number): readonly Act[] {
  const dice = new Dice(seed).fork("story");
  return randomStory(dice, {
    startMs: startMs + 100_000,
    count: worldScale(seed).acts,
    isDivided: isDividedWorld(seed),
    hasClusterNews: hasClusterNews(seed),
    isElected: isElectedWorld(seed),
    hasTeam: hasTeam(seed),
  });
}

function isQuiet({ process, nowMs, ledger, truth }: SimulatedWorld): boolean {
  if (process === null || nowMs - Math.max(ledger.lastMs, truth.lastMs) < calmMs) return false;
  return [...process.state.delivery.streams.values()].every(
    ({ queue, head, orphanedFor, holdSinceMs }) =>
      (queue.length === 0 && (holdSinceMs === Infinity || orphanedFor !== "")) || (orphanedFor !== "" && head.phase !== "parked"),
  );
}
