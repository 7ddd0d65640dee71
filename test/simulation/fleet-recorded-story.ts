import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Fleet } from "../../simulator/world/fleet.ts";
import {
  MemoryGit,
  type BundleContent,
  type BundleOutcome,
  type FleetTree,
  type RolloutStrategy,
} from "../../simulator/world/fleet-content.ts";
import { fleetObjectsIn } from "../../simulator/world/fleet-objects.ts";
import { recordedTimings, type FleetTimings } from "../../simulator/world/fleet-timings.ts";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { seededRandom } from "../../simulator/world/seeded-random.ts";
import { RecordedTruth } from "../replay/recorded-truth.ts";
import type { ObjectChange } from "./fleet-history.ts";

interface RecordedCommit {
  readonly sha: string;
  readonly message: string;
  /** ConfigMap → value; null: it can never be deployed. */
  readonly expect: Readonly<Record<string, string>> | null;
}

interface Act {
  readonly ms: number;
  readonly act: string;
  readonly sha?: string;
  readonly targets?: readonly string[];
}

/** The same, and when it was seen: milliseconds since the story's begin. */
export interface TimedChange extends ObjectChange {
  readonly ms: number;
}

/** What came of a story. */
export interface Played {
  readonly changes: readonly TimedChange[];
  /** Commit → when every target held it for the first time; none where that was never so. */
  readonly trueMs: ReadonlyMap<string, number>;
}

/** One of `test/recordings`, taken apart. */
export interface RecordedStory extends Played {
  readonly gitRepo: string;
  readonly commits: readonly RecordedCommit[];
  readonly acts: readonly Act[];
}

const folder = new URL("../recordings/", import.meta.url);

/** `0.16.1-02` → that recording. */
export function recordedStory(id: string): RecordedStory {
  const file = readdirSync(folder).find((name) => name.startsWith(`${id}-`));
  if (file === undefined) throw new Error(`No recording ${id} in ${folder.pathname}.`);
  const lines = gunzipSync(readFileSync(new URL(file, folder)))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const [first, ...others] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const meta = first!["meta"] as { gitrepo: string; git: RecordedCommit[] };
  const truth = new RecordedTruth(fileURLToPath(new URL(file, folder)));
  const factsMs = others.filter((line) => "truth" in line || "act" in line).map((line) => Number(line["ms"]));
  const trueMs = meta.git.map(({ sha }) => [sha, factsMs.find((ms) => truth.isDeployed(sha, ms))] as const);
  return {
    gitRepo: meta.gitrepo,
    commits: meta.git,
    trueMs: new Map(trueMs.filter((it): it is [string, number] => it[1] !== undefined)),
    acts: others.filter((line) => "act" in line) as unknown as Act[],
    changes: others.filter((line) => "object" in line && line["kind"] !== "Cluster") as unknown as RecordedStory["changes"],
  };
}

/** What becomes of the commits that cannot be deployed, by the words of their messages. */
const outcomes: readonly (readonly [RegExp, (path: string) => BundleOutcome])[] = [
  [/bad fleet\.yaml/, () => ({ kind: "jobFails", message: "error converting YAML to JSON" })],
  [/bad resource yaml/, () => ({ kind: "applyFails", message: "error while running post render on files" })],
  [/unknown kind/, () => ({ kind: "applyFails", message: "resource mapping not found" })],
  [/change immutable/, () => ({ kind: "applyFails", message: "field is immutable", partly: true })],
  [/b depends on a/, (path) => (path === "a" ? { kind: "neverReady", message: "Replicas: 0/1" } : { kind: "ok" })],
  [/first with partitions/, () => ({ kind: "neverReady", message: "Replicas: 0/1" })],
  [/im cannot/, () => ({ kind: "applyFails", message: "field is immutable", partly: true })],
  [
    /Widget, known only on d1/,
    (path) => (path === "b" ? { kind: "applyFails", message: "no matches for kind", clusters: ["d2"] } : { kind: "ok" }),
  ],
];

/** The rollout strategies of the recordings, by the words of their first commits. */
const strategies: readonly (readonly [RegExp, RolloutStrategy])[] = [
  [
    /first with partitions/,
    {
      maxUnavailable: 1,
      partitions: [
        { name: "p1", maxUnavailable: 1, clusters: ["d1"] },
        { name: "p2", maxUnavailable: 1, clusters: ["d2", "d3"] },
      ],
    },
  ],
  [
    /first, 3 partitions/,
    {
      maxUnavailable: 1,
      partitions: ["d1", "d2", "d3"].map((name, index) => ({ name: `p${index + 1}`, maxUnavailable: 0, clusters: [name] })),
    },
  ],
];

const startMs = Date.UTC(2026, 10, 23, 12);

/** Plays what people did in a recording, at the same milliseconds, in the simulated Fleet, and returns what its objects went through. */
export function playInSimulator(story: RecordedStory, seed: number): Played {
  const timings: { -readonly [Key in keyof FleetTimings]: FleetTimings[Key] } = { ...recordedTimings };
  const git = new MemoryGit();
  const world = new KubernetesObjects({ nowMs: startMs });
  const changes: TimedChange[] = [];
  const trueMs = new Map<string, number>();
  let nowMs = startMs;
  world.subscribe(({ type, kind, object }) =>
    changes.push({ type, kind: kind.kind, ms: nowMs - startMs, object: object as unknown as ObjectChange["object"] }),
  );
  world.create(kinds.namespace, { metadata: { name: "fleet-default" } }, { nowMs: startMs });
  const objects = fleetObjectsIn(world, () => nowMs);
  const fleet = new Fleet({ startMs, git, objects, timings, random: seededRandom(seed) });
  const look = () => {
    if (!fleet.gitRepoNames.includes(story.gitRepo)) return;
    for (const [sha, tree] of git.trees)
      if (!trueMs.has(sha) && fleet.isTrue(story.gitRepo, tree)) trueMs.set(sha, nowMs - startMs);
  };
  for (const act of story.acts) {
    const actMs = startMs + act.ms;
    while (fleet.nextMs <= actMs) {
      nowMs = fleet.nextMs;
      fleet.advance(nowMs);
      look();
    }
    nowMs = actMs;
    fleet.advance(nowMs);
    perform(act, { story, fleet, git, timings });
  }
  return { changes, trueMs };
}

interface Stage {
  readonly story: RecordedStory;
  readonly fleet: Fleet;
  readonly git: MemoryGit;
  readonly timings: { -readonly [Key in keyof FleetTimings]: FleetTimings[Key] };
}

/** Throws for an act that it does not know, so that no story is played in part. */
function perform({ act, sha, targets }: Act, { story, fleet, git, timings }: Stage): void {
  const { gitRepo, commits } = story;
  const agent = /^agent (d\d) (started|stopped)$/.exec(act);
  const health = /^deployment web on (d\d) ready=(true|false)$/.exec(act);
  const hook = /^webhook for (\w+) posted/.exec(act);
  if (sha !== undefined) git.commit(sha, treeOf(story, sha));
  else if (act === "targets") for (const name of targets ?? []) fleet.addCluster({ name, labels: { name } });
  else if (act === "GitRepo created")
    fleet.addGitRepo({ name: gitRepo, repo: address(gitRepo), pollingIntervalMs: pollingMs(story) });
  else if (agent !== null) fleet.setClusterOnline(agent[1]!, agent[2] === "started");
  else if (health !== null) fleet.setHealthy({ gitRepo, path: "a", cluster: health[1]! }, health[2] === "true");
  else if (act === "GitRepoRestriction created") fleet.restrict(String.raw`^https://allowed\.example\.test/.*`);
  else if (act === "restriction deleted") fleet.restrict(null);
  else if (hook !== null)
    fleet.webhook(gitRepo, commits[["first", "second", "third", "fourth"].indexOf(hook[1]!.toLowerCase())]!.sha);
  else if (act === "paused" || act === "unpaused") fleet.setPaused(gitRepo, act === "paused");
  else if (act === "spec.revision=first, branch removed") fleet.setRevision(gitRepo, commits[0]!.sha);
  else if (act === "back to branch main") fleet.setRevision(gitRepo, "");
  else if (act === "job runner slow: 7 s before fleet apply") timings.apply = 7_000;
  else if (act === "runner slow before clone") Object.assign(timings, { podStart: [4_400, 4_800], apply: recordedTimings.apply });
  else if (act === "GitRepo deleted") fleet.removeGitRepo(gitRepo);
  else if (act === "git server stopped" || act === "git server started") git.isDown = act === "git server stopped";
  else if (!/^(reached|end|TIMEOUT)/.test(act)) throw new Error(`The act "${act}" has no counterpart in the simulator.`);
}

function address(gitRepo: string): string {
  return `https://github.com/acme/${gitRepo}.git`;
}

function pollingMs({ changes }: RecordedStory): number {
  const gitRepo = changes.find(({ kind }) => kind === "GitRepo");
  const [, count, unit] = /^(\d+)([sh])/.exec(String(gitRepo?.object.spec?.pollingInterval))!;
  return Number(count) * (unit === "h" ? 3_600_000 : 1_000);
}

/** A commit's bundles: named after the ConfigMaps that it must leave; contents are the same where Fleet's own ids for them were. */
function treeOf(story: RecordedStory, sha: string): FleetTree {
  const position = story.commits.findIndex((commit) => commit.sha === sha);
  const { message, expect } = story.commits[position]!;
  const known = expect ?? story.commits.slice(0, position).findLast((commit) => commit.expect !== null)!.expect!;
  // Its Deployments wait for the recorder, on every cluster and with every commit.
  const ofStory = /with partitions/.test(story.commits[0]!.message) ? story.commits[0]!.message : message;
  const outcomeFor = outcomes.find(([words]) => words.test(ofStory))?.[1] ?? (() => ({ kind: "ok" }) as const);
  const paths = Object.keys(known).map((name) => name.replace(/^cm-/, ""));
  return new Map(
    paths.map((path): [string, BundleContent] => {
      const dependsOn = path === "b" && message.includes("b depends on a") ? ["a"] : [];
      const rollout = strategies.find(([words]) => words.test(story.commits[0]!.message))?.[1];
      const content = { manifest: contentId(story, sha, path), outcome: outcomeFor(path), dependsOn };
      return [path, rollout === undefined ? content : { ...content, rollout }];
    }),
  );
}

function contentId({ gitRepo, changes }: RecordedStory, sha: string, path: string): string {
  const labels = changes
    .filter(({ kind, object }) => kind === "BundleDeployment" && object.metadata.name === `${gitRepo}-${path}`)
    .map(({ object }) => object.metadata.labels ?? {});
  const own = labels.find((each) => each["fleet.cattle.io/commit"] === sha);
  return own?.["fleet.cattle.io/content-name"] ?? `never deployed ${sha} ${path}`;
}
