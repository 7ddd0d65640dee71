import type { BundleOutcome, FleetTree } from "../../simulator/world/fleet-content.ts";
import { namespace } from "../../simulator/simulation/simulated-notification.ts";
import type { FaultPlace } from "../../simulator/simulation/fault-plan.ts";
import { noSeams } from "../../simulator/simulation/seams.ts";
import { SimulatedWorld } from "../../simulator/simulation/simulated-world.ts";
import type { GitRepoOfWorld } from "../../simulator/simulation/world-setting.ts";
import { received } from "./received.ts";
import { type Act, durationMs, receivedMark, type Scenario } from "./scenario.ts";
import { settingOf } from "./scenario-setting.ts";
import { withContext } from "./with-context.ts";
import { faultAt, ScriptedFaults } from "./scripted-faults.ts";

/** After its last act a scenario goes on for so long: every grace, deadline and first retry is over by then. */
const endingMs = 1_200_000;

/** What `NAME down` means: where, and which fault. */
const outages: Readonly<Record<string, readonly (readonly [FaultPlace, string])[]>> = {
  github: [
    ["ask", "unavailable"],
    ["read", "status500"],
    ["write", "status502"],
  ],
  history: [["ask", "unavailable"]],
  receivers: [["hook", "status503"]],
  store: [["save", "refused"]],
};

/** Plays a scenario; the answer is its text with what the receivers got below each act. */
export async function playScenario(scenario: Scenario): Promise<string> {
  const player = new Player(scenario);
  const below = new Map<number, readonly string[]>();
  for (const act of scenario.acts) {
    try {
      below.set(act.line, await player.perform(act));
    } catch (error) {
      throw new Error(`line ${act.line + 1}, "${act.words.join(" ")}": ${(error as Error).message}`, { cause: error });
    }
  }
  const last = await player.end();
  const played = scenario.lines.flatMap((line, index) => [line, ...(below.get(index) ?? [])]);
  return `${[...played, ...last].join("\n")}\n`;
}

class Player {
  readonly #faults = new ScriptedFaults(() => this.#world.nowMs);
  readonly #world: SimulatedWorld;
  /** The scenario's name of each commit, by SHA. */
  readonly #names = new Map<string, string>();
  #shown = 0;
  /** The context of commit statuses; "" where none is written. */
  #context = "";

  constructor({ setting }: Scenario) {
    const notification = (object: unknown) => (this.#context === "" ? object : withContext(object, this.#context));
    const seams = { ...noSeams, notification };
    this.#world = new SimulatedWorld({ seed: 1, seams, setting: settingOf(setting, this.#faults) });
  }

  async perform({ words: [verb = "", ...rest] }: Act): Promise<readonly string[]> {
    const act = this.#acts[verb];
    if (act === undefined) throw new Error(`no such act. Allowed: ${Object.keys(this.#acts).join(", ")}`);
    await act(rest);
    this.#world.lookAtTruth();
    // A death is followed by a start in virtual time: only what happens at this very moment belongs to the act.
    await this.#world.advance(this.#world.nowMs);
    return this.#fresh();
  }

  async end(): Promise<readonly string[]> {
    await this.#world.advance(this.#world.nowMs + endingMs);
    this.#world.process?.engine.stop();
    return this.#fresh();
  }

  readonly #acts: Readonly<Record<string, (words: readonly string[]) => void | Promise<void>>> = {
    start: () => this.#world.start(),
    wait: ([duration = ""]) => this.#world.advance(this.#world.nowMs + durationMs(duration)),
    push: ([name = "", ...words]) => this.#push(name, words),
    merge: ([name = "", ...words]) => this.#merge(name, words),
    commit: ([name = "", ...words]) => void this.#add(name, optionsOf(words)),
    branch: ([, name = ""]) => this.#repository(name).moveHead(this.#sha(name), this.#world.nowMs),
    tag: ([tag = "", , name = ""]) => void this.#repository(name).tags.set(tag, this.#sha(name)),
    switch: ([name = "", , branch = ""]) => this.#world.fleet.changeGitRepo(name, { branch }),
    rollback: ([, name = ""]) => this.#pin(this.#isTag(name) ? name : this.#sha(name)),
    unpin: () => this.#pin(""),
    add: ([name = ""]) => this.#addGitRepo(this.#world.find(name)),
    remove: ([name = ""]) => {
      this.#world.find(name).isThere = false;
      this.#world.fleet.removeGitRepo(name);
    },
    hook: ([name = "", commit = ""]) => this.#world.fleet.webhook(name, this.#sha(commit)),
    pause: ([name = ""]) => this.#world.fleet.setPaused(name, true),
    unpause: ([name = ""]) => this.#world.fleet.setPaused(name, false),
    forcesync: ([name = ""]) => this.#world.fleet.forceSync(name),
    cluster: ([name = "", state = "", stage = ""]) => this.#cluster(name, state, stage),
    crash: () => this.#world.kill("by the scenario"),
    suspend: () => this.#suspend(true),
    resume: () => this.#suspend(false),
    context: ([name = ""]) => {
      this.#context = name;
      this.#world.putNotification(this.#world.notification);
    },
    unnotify: () => {
      this.#world.notification.isThere = false;
      this.#world.removeNotification(this.#world.notification);
    },
    notify: () => {
      this.#world.notification.isThere = true;
      this.#world.putNotification(this.#world.notification);
    },
    next: ([place = "", fault = ""]) => this.#faults.meetNext(place as FaultPlace, faultAt(place as FaultPlace, fault)),
    ...Object.fromEntries(
      Object.entries(outages).map(([name, places]) => [
        name,
        ([, duration = ""]: readonly string[]) => this.#down(places, duration),
      ]),
    ),
  };

  #down(places: readonly (readonly [FaultPlace, string])[], duration: string): void {
    for (const [place, fault] of places) {
      this.#faults.takeDown(place, { fault: faultAt(place, fault), forMs: durationMs(duration) });
    }
  }

  /** `push NAME [onto NAME,…] [on BRANCH] [in REPOSITORY] [unknown DURATION|ever] [OUTCOME]`. */
  #push(name: string, words: readonly string[]): void {
    const options = optionsOf(words);
    const repository = this.#add(name, options);
    const branch = options.get("on");
    if (branch === undefined) repository.moveHead(this.#sha(name), this.#world.nowMs);
    else repository.branches.set(branch, this.#sha(name));
  }

  /** A commit, and no branch moves. */
  #add(name: string, options: ReadonlyMap<string, string>): GitRepoOfWorld["repository"] {
    const repository = this.#repositoryNamed(options.get("in"));
    const head = repository.headOf(options.get("on") ?? "main") ?? repository.head;
    const onto = options.get("onto")?.split(",") ?? [];
    const parents = onto.length > 0 ? onto.map((it) => this.#sha(it)) : head === "" ? [] : [head];
    this.#commit(name, { repository, parents, options });
    return repository;
  }

  /** `merge NAME as 7 [in REPOSITORY] [OUTCOME]`: pull request 7, by a merge commit. */
  #merge(name: string, words: readonly string[]): void {
    const options = optionsOf(words);
    const repository = this.#repositoryNamed(options.get("in"));
    const number = Number(options.get("as"));
    const onto = repository.head;
    const head = `${name}-head`;
    this.#commit(head, { repository, parents: [onto], options });
    this.#commit(name, {
      repository,
      parents: [onto, this.#sha(head)],
      options,
      pullRequest: { number, headSha: this.#sha(head) },
    });
    repository.moveHead(this.#sha(name), this.#world.nowMs);
  }

  #commit(
    name: string,
    {
      repository,
      parents,
      options,
      pullRequest,
    }: {
      repository: GitRepoOfWorld["repository"];
      parents: readonly string[];
      options: ReadonlyMap<string, string>;
      pullRequest?: { number: number; headSha: string };
    },
  ): void {
    if ([...this.#names.values()].includes(name)) throw new Error(`there is a commit "${name}" already`);
    const sha = (this.#names.size + 1).toString(16).padStart(7, "c").padEnd(40, "0");
    this.#names.set(sha, name);
    const nowMs = this.#world.nowMs;
    const unknown = options.get("unknown");
    const ownMs = unknown === "ever" ? Infinity : nowMs + (unknown === undefined ? 0 : durationMs(unknown));
    repository.add({
      sha,
      parents,
      tree: treeOf({ sha, outcome: options.get("outcome") ?? "ok", before: parents[0] && repository.commit(parents[0]).tree }),
      pushedMs: nowMs,
      knownMs: Math.max(ownMs, ...parents.map((parent) => repository.commit(parent).knownMs)),
      pullRequest:
        pullRequest === undefined
          ? null
          : {
              ...pullRequest,
              mergeCommit: sha,
              title: `Change ${pullRequest.number}`,
              url: `${repository.url}/pull/${pullRequest.number}`,
            },
    });
  }

  #pin(revision: string): void {
    for (const gitRepo of this.#world.gitRepos) {
      const { isThere, repository } = gitRepo;
      if (!isThere || (revision !== "" && !repository.commits.has(revision) && !repository.tags.has(revision))) continue;
      gitRepo.revision = revision;
      this.#world.fleet.setRevision(gitRepo.name, revision);
    }
  }

  #addGitRepo(gitRepo: GitRepoOfWorld): void {
    gitRepo.isThere = true;
    this.#world.fleet.addGitRepo({ namespace, name: gitRepo.name, repo: gitRepo.repository.url });
  }

  /** `cluster c1 to prod` gives it the label `stage`. */
  #cluster(name: string, state: string, stage: string): void {
    const { fleet, offline, gitRepos } = this.#world;
    if (state === "joins") return fleet.addCluster({ namespace, name, labels: stage === "" ? {} : { stage } });
    if (state === "to") return fleet.setClusterLabels(name, { stage });
    if (state === "leaves") return fleet.removeCluster(name);
    if (state === "offline" || state === "online") {
      if (state === "offline") offline.add(name);
      else offline.delete(name);
      fleet.setClusterOnline(name, state === "online");
      return;
    }
    if (state !== "ill" && state !== "ready")
      throw new Error(`no state "${state}". Allowed: joins, to, leaves, offline, online, ill, ready`);
    for (const gitRepo of gitRepos) {
      const paths = fleet.runs(name, gitRepo.name).keys();
      for (const path of paths) fleet.setHealthy({ gitRepo: gitRepo.name, path, cluster: name }, state === "ready");
    }
  }

  #suspend(isSuspended: boolean): void {
    this.#world.notification.isSuspended = isSuspended;
    this.#world.putNotification(this.#world.notification);
  }

  #repositoryNamed(name: string | undefined): GitRepoOfWorld["repository"] {
    const found = this.#world.repositories.find((it) => name === undefined || it.name === name);
    if (found === undefined) throw new Error(`no repository "${name}"`);
    return found;
  }

  #repository(commit: string): GitRepoOfWorld["repository"] {
    const sha = this.#sha(commit);
    return this.#world.repositories.find((it) => it.commits.has(sha))!;
  }

  #isTag(name: string): boolean {
    return this.#world.repositories.some(({ tags }) => tags.has(name));
  }

  #sha(name: string): string {
    for (const [sha, given] of this.#names) if (given === name) return sha;
    throw new Error(`no commit "${name}" yet. There are: ${[...this.#names.values()].join(", ")}`);
  }

  #fresh(): readonly string[] {
    const { entries } = this.#world.ledger;
    const fresh = entries.slice(this.#shown).flatMap((entry) => {
      const line = received(entry, (text) => this.#named(text));
      return line === null ? [] : [receivedMark + line];
    });
    this.#shown = entries.length;
    return fresh;
  }

  #named(text: string): string {
    let named = text;
    for (const [sha, name] of this.#names) named = named.replaceAll(sha, name).replaceAll(sha.slice(0, 7), name);
    return named;
  }
}

const pairs = ["onto", "on", "in", "unknown", "as"];
const outcomes = ["ok", "same", "jobFails", "applyFails", "neverReady", "unhealthyLate"];

/** Pairs of words (`onto a`); a single word is an outcome. */
function optionsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (outcomes.includes(word)) options.set("outcome", word);
    else if (pairs.includes(word)) options.set(word, words[(index += 1)] ?? "");
    else throw new Error(`"${word}" is unknown here. Allowed: ${pairs.join(", ")}, ${outcomes.join(", ")}`);
  }
  return options;
}

function treeOf({ sha, outcome, before }: { sha: string; outcome: string; before: FleetTree | "" | undefined }): FleetTree {
  if (outcome === "same" && before) return before;
  const kind = (outcome === "same" ? "ok" : outcome) as BundleOutcome["kind"];
  return new Map([["web", { manifest: `web ${sha} ${kind}`, outcome: { kind, message: `it is ${kind}` } }]]);
}
