import { Fleet } from "../../simulator/world/fleet.ts";
import { MemoryGit } from "../../simulator/world/fleet-content.ts";
import { fleetObjectsIn } from "../../simulator/world/fleet-objects.ts";
import { recordedTimings, type FleetTimings } from "../../simulator/world/fleet-timings.ts";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { seededRandom } from "../../simulator/world/seeded-random.ts";
import { Inventory } from "../../src/core/fleet/inventory.ts";
import { project } from "../../src/core/fleet/project.ts";
import type { FleetChange, FleetKind } from "../../src/core/fleet/record.ts";
import { judge, type Judgement } from "../../src/core/rollout/judge.ts";
import type { ReadyRule } from "../../src/core/rollout/ready-rule.ts";
import { answerBranchHead, newMemory, track, type RolloutMemory } from "../../src/core/rollout/track.ts";
import { gitRepoName, TruthStory } from "./truth-story.ts";

export interface TruthWorldOptions {
  readonly seed: number;
  readonly rule?: ReadyRule;
  readonly settleMs?: number;
  readonly pollingIntervalMs?: number;
  /** Jobs and agents take up to 40 s, so that every window outlasts the hold. */
  readonly isSlow?: boolean;
  /** GitHub answers which commit is the branch's head. */
  readonly hasGitHub?: boolean;
}

/** What a story showed. */
export interface TruthReport {
  /** Moments at which a success was said that the clusters denied. */
  readonly lies: readonly string[];
  /** What was said of the last commit when the world had been quiet for long. */
  readonly last: { readonly commit: string; readonly phase: string; readonly waitingFor: readonly string[] };
  readonly head: string;
  /** What the clusters hold at the end is the head. */
  readonly isTrue: boolean;
  readonly successes: number;
}

const startMs = Date.UTC(2026, 10, 23, 12);
/** Watches of different kinds are not in step: up to 250 ms were seen (fleet-facts §1.3). */
const watchLagMaxMs = 250;
const clusters = ["c1", "c2", "c3"];
const slowTimings: FleetTimings = {
  ...recordedTimings,
  podStart: [2_000, 40_000],
  clone: [20, 5_000],
  agentApply: [500, 40_000],
};

/**
 * Plays a random story in the simulated Fleet, with the product's own inventory, `track` and `judge` watching, and the truth beside it:
 * whenever `judge` first says "ready" of a commit, that commit or a descendant of it must be what every cluster really holds.
 */
export function playTruthStory(options: TruthWorldOptions): TruthReport {
  const { seed, pollingIntervalMs = 2_000 } = options;
  const random = seededRandom(seed);
  const git = new MemoryGit();
  const world = new KubernetesObjects({ nowMs: startMs });
  world.create(kinds.namespace, { metadata: { name: "fleet-default" } }, { nowMs: startMs });
  let nowMs = startMs;
  const objects = fleetObjectsIn(world, () => nowMs);
  const fleet = new Fleet({ startMs, git, objects, random, timings: options.isSlow === true ? slowTimings : recordedTimings });
  const story = new TruthStory(fleet, git, random);
  const watcher = new Watcher(options, { fleet, git, story });
  world.subscribe(({ type, kind, object }) =>
    watcher.sees({ type, kind: kind.kind, object }, fleet.nowMs, random() * watchLagMaxMs),
  );
  for (const name of clusters) fleet.addCluster({ name });
  story.commitGood();
  fleet.addGitRepo({ name: gitRepoName, repo: "https://github.com/acme/shop.git", pollingIntervalMs });
  const pass = (untilMs: number) => {
    while (nowMs < untilMs) {
      nowMs = Math.min(untilMs, Math.max(nowMs, fleet.nextMs), Math.max(nowMs + 1, watcher.nextMs));
      fleet.advance(nowMs);
      watcher.look(nowMs);
    }
  };
  const acts = 3 + Math.floor(random() * 12);
  for (let act = 0; act < acts; act += 1) {
    // Often in the middle of a rollout, now and then after it.
    pass(nowMs + Math.floor(random() * (random() < 0.7 ? 4_000 : 40_000)));
    story.act();
  }
  pass(nowMs + 1_000);
  story.mend();
  const quietMs = 45_000 + (options.isSlow === true ? 250_000 : 0) + 3 * Math.min(pollingIntervalMs, 45_000);
  // Where nobody polls, a webhook tells of the last commit.
  if (pollingIntervalMs > 45_000) fleet.webhook(gitRepoName, story.head);
  pass(nowMs + quietMs);
  return watcher.report();
}

interface SeenChange {
  readonly type: string;
  readonly kind: string;
  readonly object: unknown;
}

class Watcher {
  readonly #options: TruthWorldOptions;
  readonly #parts: { readonly fleet: Fleet; readonly git: MemoryGit; readonly story: TruthStory };
  readonly #inventory = new Inventory();
  readonly #memory: RolloutMemory;
  /** kind → what its watch still has to tell, in order. */
  readonly #late = new Map<string, { readonly atMs: number; readonly change: SeenChange }[]>();
  readonly #lies: string[] = [];
  #wakeMs = Infinity;
  #said = "";
  #successes = 0;
  #last: Judgement["rollout"] | null = null;

  constructor(options: TruthWorldOptions, parts: { fleet: Fleet; git: MemoryGit; story: TruthStory }) {
    this.#options = options;
    this.#parts = parts;
    this.#memory = newMemory(options.rule);
  }

  sees(change: SeenChange, nowMs: number, lagMs: number): void {
    const queue = this.#late.get(change.kind) ?? [];
    queue.push({ atMs: Math.max(queue.at(-1)?.atMs ?? 0, nowMs + Math.floor(lagMs)), change });
    this.#late.set(change.kind, queue);
  }

  get nextMs(): number {
    const next = [...this.#late.values()].map((queue) => queue[0]?.atMs ?? Infinity);
    return Math.min(this.#wakeMs, ...next);
  }

  /** Takes what has come in and judges anew. */
  look(nowMs: number): void {
    let uid = this.#nowMs(nowMs);
    if (uid === "" && nowMs >= this.#wakeMs) uid = this.#memory.key?.gitRepoUid ?? "";
    const view = uid === "" ? null : this.#inventory.view(uid);
    if (view === null) return;
    track(this.#memory, view, nowMs);
    let judgement = this.#judge(view, nowMs);
    if (
      this.#options.hasGitHub === true &&
      judgement.wantsBranchHeadAfterMs !== null &&
      nowMs >= judgement.wantsBranchHeadAfterMs
    ) {
      const sha = this.#parts.git.head("", "main") ?? "";
      answerBranchHead(this.#memory, { sha, askedMs: nowMs });
      judgement = this.#judge(view, nowMs);
    }
    this.#wakeMs = judgement.wakeAtMs;
    this.#check(judgement, nowMs);
  }

  report(): TruthReport {
    const { key, phase = "none", waitingFor = [] } = this.#last ?? {};
    const last = { commit: key?.commit ?? "", phase, waitingFor: waitingFor.map(({ code }) => code) };
    const { head } = this.#parts.story;
    return { lies: this.#lies, last, head, isTrue: this.#isTrue(head), successes: this.#successes };
  }

  /** Applies what is due; returns the GitRepo's uid where it was touched. */
  #nowMs(nowMs: number): string {
    let touched = "";
    for (const queue of this.#late.values()) {
      while (queue[0] !== undefined && queue[0].atMs <= nowMs) {
        const { change } = queue.shift()!;
        for (const uid of this.#inventory.apply(changeOf(change) ?? { kind: "remove", recordKind: "Job", uid: "none" }))
          touched = uid;
      }
    }
    return touched;
  }

  #judge(view: Parameters<typeof track>[1], nowMs: number): Judgement {
    const { settleMs = 15_000 } = this.#options;
    const timing = { settleMs, errorGraceMs: 180_000, notReadyDeadlineMs: 600_000 };
    return judge({ view, memory: this.#memory, timing, modified: "failure" }, nowMs);
  }

  #check({ rollout }: Judgement, nowMs: number): void {
    this.#last = rollout;
    const said = rollout.phase === "ready" ? JSON.stringify(rollout.key) : "";
    if (said !== "" && said !== this.#said) {
      this.#successes += 1;
      const { commit } = rollout.key;
      if (!this.#isTrue(commit)) this.#lies.push(`${nowMs - startMs} ms: ${commit.slice(-4)} was called ready`);
    }
    this.#said = said;
  }

  /** The commit or a descendant is on every cluster. What was removed from an offline cluster may still be there: a documented limit. */
  #isTrue(commit: string): boolean {
    const { fleet, git, story } = this.#parts;
    return [...git.trees].some(([sha, tree]) => {
      if (!story.contains(sha, commit)) return false;
      return fleet.targets(gitRepoName).every((cluster) => {
        if (!story.mayHaveLeftovers(cluster)) return fleet.holds(cluster, gitRepoName, tree);
        const live = fleet.runs(cluster, gitRepoName);
        return [...tree].every(([path, { manifest }]) => live.get(path)?.manifest === manifest);
      });
    });
  }
}

function changeOf({ type, kind, object }: SeenChange): FleetChange | null {
  const record = project(object, { kind: kind as FleetKind });
  if (record === null) return null;
  return type === "DELETED" ? { kind: "remove", recordKind: record.kind, uid: record.uid } : { kind: "put", record };
}
