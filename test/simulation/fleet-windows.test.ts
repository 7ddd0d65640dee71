import { describe, expect, test } from "vitest";
import { playInSimulator, recordedStory, type Played, type RecordedStory } from "./fleet-recorded-story.ts";
import { windowsOf, type Window } from "./fleet-windows.ts";

/** Those in which neither Jobs nor agents were held up by hand. */
const stories = ["01", "02", "03", "04", "05", "06", "07", "08", "10", "14", "21", "25"];
const seeds = [1, 2, 3, 4, 5];
/** Watches of different kinds are not in step in a recording (test/recordings/README.md). */
const watchLagMs = 50;

/** How often a window must have been seen, and by which factor the simulator's may be off: its median, and its longest. */
interface Tolerance {
  readonly seenMin: number;
  readonly median: number;
  readonly longest: number;
}

/** The recording machine had hiccups (a Bundle 3.6 s after its Job, an agent 1.8 s late); the simulator has none, so its longest may be shorter. */
const tolerances: Readonly<Record<Window, Tolerance>> = {
  "poll sees a commit → its Job is made": { seenMin: 20, median: 1.5, longest: 1.5 },
  "Job is made → GitRepo names the commit": { seenMin: 20, median: 1.5, longest: 2.5 },
  "GitRepo names the commit → a Bundle does": { seenMin: 20, median: 1.25, longest: 2 },
  "Bundle names the commit → all of its BundleDeployments do": { seenMin: 20, median: 1.5, longest: 2.5 },
  "deploymentID moves → agent reports it applied": { seenMin: 40, median: 1.25, longest: 2.5 },
  "Fleet says Ready of a commit → it is true": { seenMin: 15, median: 1.25, longest: 1.5 },
  "all BundleDeployments are ready → GitRepo says so": { seenMin: 15, median: 2, longest: 1.5 },
};

const recorded = new Map(stories.map((id): [string, RecordedStory] => [id, recordedStory(`0.16.1-${id}`)]));

/** All lengths of a window over the stories, shortest first; milliseconds. */
function lengthsOf(window: Window, play: (story: RecordedStory) => readonly Played[]): number[] {
  const all = [...recorded.values()].flatMap((story) =>
    play(story).flatMap((played) => windowsOf(played, story.gitRepo).get(window) ?? []),
  );
  return all.sort((one, other) => one - other);
}

const median = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
const simulated = (story: RecordedStory) => seeds.map((seed) => playInSimulator(story, seed));

/** What is beyond the tolerance, in one line each. */
function differences(window: Window, { real, ours }: { real: readonly number[]; ours: readonly number[] }): string[] {
  const { seenMin, ...factors } = tolerances[window];
  const compared = [
    { what: "median", one: median(real), other: median(ours), factor: factors.median },
    { what: "longest", one: real.at(-1) ?? Number.NaN, other: ours.at(-1) ?? Number.NaN, factor: factors.longest },
  ];
  const wrong = compared
    .filter(({ one, other, factor }) => !(other <= one * factor + watchLagMs && other >= one / factor - watchLagMs))
    .map(({ what, one, other, factor }) => `${what}: recorded ${one} ms, simulated ${other} ms, allowed × ${factor}`);
  const seldom = [real, ours].some((lengths) => lengths.length < seenMin);
  return seldom ? [...wrong, `seen ${real.length} and ${ours.length} times, wanted ${seenMin}`] : wrong;
}

describe("how long Fleet's objects disagree, in recordings of a real one and in the simulator", () => {
  test.each(Object.keys(tolerances) as Window[])("%s", (window) => {
    const real = lengthsOf(window, (story) => [story]);
    const ours = lengthsOf(window, simulated);
    expect(differences(window, { real, ours })).toEqual([]);
    // Nothing comes before its cause.
    expect(ours[0]).toBeGreaterThanOrEqual(0);
  });

  test("in every story that has it, the simulator says Ready before it is true as well", () => {
    const window = "Fleet says Ready of a commit → it is true";
    for (const [id, story] of recorded) {
      const isRecorded = windowsOf(story, story.gitRepo).has(window);
      const isSimulated = simulated(story).some((played) => windowsOf(played, story.gitRepo).has(window));
      expect({ id, isSimulated }).toEqual({ id, isSimulated: isRecorded });
    }
  });

  test("counter-test: agents that were twice as fast, or a GitRepo's status without its delay, would be found out", () => {
    const slowed = (factor: number, window: Window) => {
      const real = lengthsOf(window, (story) => [story]);
      const ours = lengthsOf(window, simulated).map((ms) => ms * factor);
      return differences(window, { real, ours });
    };
    expect(slowed(0.5, "deploymentID moves → agent reports it applied")).not.toEqual([]);
    expect(slowed(0.2, "all BundleDeployments are ready → GitRepo says so")).not.toEqual([]);
  });
});
