import { describe, expect, test } from "vitest";
import { historiesOf, type Histories, type ObjectChange } from "./fleet-history.ts";
import { playInSimulator, recordedStory, type RecordedStory } from "./fleet-recorded-story.ts";

const stories = [
  "01",
  "02",
  "03",
  "04",
  "05",
  "06",
  "07",
  "08",
  "09",
  "10",
  "13",
  "14",
  "19",
  "20",
  "21",
  "22",
  "23",
  "25",
  "29",
];
const seedsMax = 60;
/**
 * What a controller wrote from a cache that was behind, for a moment; not simulated. s20: a status that it had read before a condition was there, so
 * that the condition went away. s29: a BundleDeployment that it had just made, and did not count as unavailable yet.
 */
const overwritten = new Set(["GitRepo fleet-default/s20", "Bundle fleet-default/s29-a"]);

function commitsOf(story: RecordedStory): string[] {
  return story.commits.map(({ sha }) => sha);
}

/** For each object of the recording: a seed with which the simulated one goes through just the same. */
function matchingSeeds(story: RecordedStory): Map<string, number | null> {
  const recorded = new Map(historiesOf(story.changes, commitsOf(story)));
  for (const key of overwritten) recorded.delete(key);
  const seeds = new Map<string, number | null>([...recorded.keys()].map((key) => [key, null]));
  for (let seed = 1; seed <= seedsMax && [...seeds.values()].includes(null); seed += 1) {
    const simulated = historiesOf(playInSimulator(story, seed).changes, commitsOf(story));
    for (const [key, history] of recorded) {
      if (seeds.get(key) === null && same(history, simulated.get(key) ?? [])) seeds.set(key, seed);
    }
  }
  return seeds;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}

describe("the simulated Fleet, held against recordings of a real one", () => {
  test.each(stories)("recording 0.16.1-%s: what each object went through can happen in the simulator", (id) => {
    const seeds = matchingSeeds(recordedStory(`0.16.1-${id}`));
    expect(seeds.size).toBeGreaterThanOrEqual(5);
    for (const [object, seed] of seeds) expect(seed, `${object} was never the same with ${seedsMax} seeds`).not.toBeNull();
  });

  test("counter-test: a Fleet that named a commit before it made the Job, or labelled clusters before bundles, would be found out", () => {
    const story = recordedStory("0.16.1-02");
    const late = (kind: string) => (change: ObjectChange) => (change.kind === kind ? delayed(change, 1.05) : change);
    const { changes } = playInSimulator(story, 1);
    expect(disorders(changes, story)).toEqual([]);
    expect(disorders(changes.map(late("Job")), story)).not.toEqual([]);
    expect(disorders(changes.map(late("Bundle")), story)).not.toEqual([]);
  });

  test("no step of a GitRepo, Job or BundleDeployment is taken that no recording shows", () => {
    const seen = new Set<string>();
    for (const id of [...stories, "11", "15", "20", "22", "27", "30", "33", "37", "41", "60", "64"]) {
      const story = recordedStory(`0.16.1-${id}`);
      for (const step of stepsOf(historiesOf(story.changes, commitsOf(story)))) seen.add(step);
    }
    const unseen = new Set<string>();
    for (const id of stories) {
      const story = recordedStory(`0.16.1-${id}`);
      for (let seed = 1; seed <= 10; seed += 1) {
        for (const step of stepsOf(historiesOf(playInSimulator(story, seed).changes, commitsOf(story))))
          if (!seen.has(step)) unseen.add(step);
      }
    }
    // A Job can be deleted at any moment, and a commit can come with the pause; not every moment was recorded.
    const expected = /^Job .* → gone$|^BundleDeployment .*, paused, /;
    expect([...unseen].filter((step) => !expected.test(step))).toEqual([]);
  });

  test.each(stories)("recording 0.16.1-%s: both keep the order across kinds: Job, then commit, bundles, clusters", (id) => {
    const story = recordedStory(`0.16.1-${id}`);
    expect(disorders(story.changes, story)).toEqual([]);
    for (let seed = 1; seed <= 5; seed += 1) expect(disorders(playInSimulator(story, seed).changes, story)).toEqual([]);
  });
});

/** The same change, as if it had been written later. */
function delayed({ type, kind, object }: ObjectChange, factor: number): ObjectChange {
  const resourceVersion = String(Number(object.metadata.resourceVersion) * factor);
  return { type, kind, object: { ...object, metadata: { ...object.metadata, resourceVersion } } };
}

/** Each pair of neighbours in an object's history, with commits and contents named by their order in the pair. */
function stepsOf(histories: Histories): string[] {
  return [...histories].flatMap(([key, history]) => {
    const kind = key.split(" ")[0]!;
    if (kind === "Bundle") return [];
    return history.slice(1).map((step, index) => `${kind} ${relative(`${history[index]!} → ${step}`)}`);
  });
}

function relative(step: string): string {
  const names: string[] = [];
  return step
    .replaceAll(/[#@]\d+/g, (name) => {
      if (!names.includes(name)) names.push(name);
      return `${name[0]!}${names.indexOf(name)}`;
    })
    .replaceAll(/generation (\d+)\/(\d+)/g, (_, observed: string, now: string) =>
      observed === now ? "observed" : "not observed",
    )
    .replaceAll(/generation \d+/g, "generation");
}

/** Where a commit's name is on something before it may be: the Job comes first, and BundleDeployments after their Bundle. */
function disorders(changes: readonly ObjectChange[], story: RecordedStory): string[] {
  const reached = new Map<string, Set<string>>();
  const problems: string[] = [];
  const note = (kind: string, sha: string, after: string) => {
    const former = reached.get(after);
    if (after !== "" && former?.has(sha) !== true) problems.push(`${kind} ${sha.slice(0, 8)} before ${after}`);
    reached.set(kind, (reached.get(kind) ?? new Set()).add(sha));
  };
  const version = ({ object }: ObjectChange) => Number(object.metadata.resourceVersion);
  for (const { kind, object } of changes.toSorted((one, other) => version(one) - version(other))) {
    const label = object.metadata.labels?.["fleet.cattle.io/commit"];
    const told = object.status?.commit;
    if (kind === "Job") note("Job", object.metadata.annotations!["commit"]!, "");
    if (kind === "GitRepo" && told !== undefined) note("GitRepo", told, "Job");
    if (kind === "Bundle" && label !== undefined) note("Bundle", label, "Job");
    if (kind === "BundleDeployment" && label !== undefined) note("BundleDeployment", label, "Bundle");
  }
  expect(reached.get("Job")!.size).toBeGreaterThanOrEqual(Math.min(1, story.commits.length));
  return problems;
}
