import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { startWebhookReceiver } from "../../../simulator/faces/webhook-receiver.ts";
import { Dice } from "../../../simulator/simulation/dice.ts";
import { Ledger } from "../../../simulator/simulation/ledger.ts";
import { gitOf, RepositoryTruth, type TrueCommit } from "../../../simulator/simulation/repository-truth.ts";
import { namespace, notificationName } from "../../../simulator/simulation/simulated-notification.ts";
import { TruthTimeline } from "../../../simulator/simulation/truth-timeline.ts";
import type { GitRepoOfWorld } from "../../../simulator/simulation/world-setting.ts";
import type { BundleOutcome } from "../../../simulator/world/fleet-content.ts";
import { Fleet } from "../../../simulator/world/fleet.ts";
import { fleetObjectsIn } from "../../../simulator/world/fleet-objects.ts";
import { fastTimings } from "../../../simulator/world/fleet-timings.ts";
import { RecordedHistory } from "../../../simulator/world/git-recorded-history.ts";
import { createReceiverWorld, type ReceiverWorld } from "../../../simulator/world/receiver.ts";
import { MirroredObjects } from "../mirrored-objects.ts";
import type { Stage } from "../stage.ts";
import { until } from "../until.ts";

const passMs = 10;
const waitingMax = 100;
const clusters = ["berlin", "lisbon", "oslo"];
/** Two GitRepos of each of these repositories, one of each of the others. */
const sharedRepositories = 2;

/** What people do to a GitRepo, and how often. */
const actWeights = { push: 5, quickPushes: 2, merge: 3, pushBad: 1, forcePush: 1, pin: 1 };

/**
 * Fleet, its clusters and its repositories as the simulation has them, beside a real API server; GitHub and three receivers: `board` is well, `log`
 * is slow and wants every message, `chat` is dead until `endFaults`.
 */
export class ChaosWorld {
  readonly stage: Stage;
  readonly truth = new TruthTimeline();
  /** What people did. */
  readonly acts = new Ledger();
  readonly repositories: readonly RepositoryTruth[];
  readonly gitRepos: readonly GitRepoOfWorld[];
  readonly receivers: Readonly<Record<"board" | "log" | "chat", ReceiverWorld>>;
  readonly mirrored: MirroredObjects;
  readonly #fleet: Fleet;
  readonly #faces: { readonly url: string; close(): Promise<void> }[] = [];
  readonly #timer: NodeJS.Timeout;
  #isTouched = true;

  constructor(stage: Stage, { gitRepoCount, seed }: { gitRepoCount: number; seed: number }) {
    this.stage = stage;
    const names = Array.from({ length: gitRepoCount }, (_, index) => `shop-${String(index).padStart(2, "0")}`);
    this.repositories = names.slice(0, -sharedRepositories).map((name) => new RepositoryTruth(name));
    this.gitRepos = names.map((name, index) => {
      const repository = this.repositories[index % this.repositories.length];
      if (repository === undefined) throw new Error(`${gitRepoCount} GitRepos are too few: more than ${sharedRepositories}`);
      return { name, repository, isThere: true, absences: [], branch: "main", revision: "", movedMs: -Infinity };
    });
    const now = () => Date.now();
    this.receivers = {
      board: createReceiverWorld({ now }),
      log: createReceiverWorld({ now }),
      chat: createReceiverWorld({ now }),
    };
    this.mirrored = new MirroredObjects(stage.client, namespace);
    this.mirrored.objects.subscribe(() => (this.#isTouched = true));
    const objects = fleetObjectsIn(this.mirrored.objects, now);
    const { random } = new Dice(seed).fork("fleet");
    this.#fleet = new Fleet({ startMs: now(), git: gitOf(this.repositories), timings: fastTimings, objects, random });
    for (const name of clusters) this.#fleet.addCluster({ name });
    this.#timer = setInterval(() => this.#advance(), passMs);
  }

  /** First commits, receivers and the Notification. */
  async prepare(): Promise<void> {
    for (const receiver of Object.values(this.receivers)) this.#faces.push(await startWebhookReceiver(receiver));
    this.receivers.log.behave({ kind: "slow", latencyMs: 150 });
    this.receivers.chat.behave({ kind: "refuse" });
    for (const repository of this.repositories) {
      await this.stage.github.createRepository(`acme/${repository.name}`, { history: new RecordedHistory([], {}) });
      await this.#push(repository, { outcome: { kind: "ok" }, parents: [] });
    }
    await this.mirrored.written();
    const [board, log, chat] = this.#faces.map(({ url }) => `${url}/hook`);
    const destinations = [
      { name: "status", github: { commitStatus: {} } },
      { name: "pr", github: { pullRequestComment: {} } },
      { name: "board", webhook: { url: board } },
      { name: "log", order: "every", on: hookEvents, webhook: { url: log } },
      { name: "chat", webhook: { url: chat } },
    ];
    const timing = { settle: "1500ms", errorGrace: "2s", notReadyDeadline: "20s" };
    const path = `/apis/signalman.dev/v1alpha1/namespaces/${namespace}/notifications`;
    const body = {
      apiVersion: "signalman.dev/v1alpha1",
      kind: "Notification",
      metadata: { name: notificationName },
      spec: { timing, destinations },
    };
    const answer = await this.stage.client.request("POST", path, { body });
    if (answer.code !== 201) throw new Error(JSON.stringify(answer.body));
  }

  /** Adds a GitRepo and rolls out `count` times, each by what people do: they wait for the clusters mostly, and sometimes for nothing. */
  async rollOut(gitRepo: GitRepoOfWorld, { count, dice }: { count: number; dice: Dice }): Promise<void> {
    this.#now.addGitRepo({ namespace, name: gitRepo.name, repo: gitRepo.repository.url, pollingIntervalMs: 1_000 });
    for (let rollout = 1; rollout < count; rollout += 1) {
      await this.#deployed(gitRepo);
      await delay(dice.between(500, 6_000));
      // The last one is such that all can be well in the end.
      const act = rollout === count - 1 ? "push" : dice.weighted(actWeights);
      await this.#act(gitRepo, act, dice);
    }
  }

  /** Everybody can be reached again. */
  endFaults(): void {
    this.stage.github.faults.clear();
    this.stage.github.setOutage("up");
    for (const receiver of Object.values(this.receivers)) receiver.behave({ kind: "ok" });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.mirrored.written();
    await Promise.all(this.#faces.map((it) => it.close()));
  }

  get #now(): Fleet {
    this.#advance();
    return this.#fleet;
  }

  /** On a machine that is too busy Fleet waits: the API server must not tell of what is over on the clusters. */
  #advance(): void {
    if (this.mirrored.waiting > waitingMax) return;
    this.#fleet.advance(Date.now());
    if (!this.#isTouched) return;
    this.#isTouched = false;
    this.truth.look(this.#fleet, { offline: new Set(), gitRepos: new Set(this.gitRepos.map(({ name }) => name)) }, Date.now());
  }

  async #act(gitRepo: GitRepoOfWorld, act: keyof typeof actWeights, dice: Dice): Promise<void> {
    const { repository } = gitRepo;
    const { head } = repository;
    if (gitRepo.revision !== "" && act !== "pin") this.#pin(gitRepo, "");
    switch (act) {
      case "push":
        await this.#push(repository, { outcome: { kind: "ok" }, parents: [head] });
        break;
      case "quickPushes":
        for (const _ of [1, 2]) await this.#push(repository, { outcome: { kind: "ok" }, parents: [repository.head] });
        break;
      case "pushBad":
        await this.#push(repository, { outcome: dice.pick(badOutcomes), parents: [head] });
        break;
      case "merge": {
        const change = await this.#push(repository, { outcome: null, parents: [head] });
        await this.#push(repository, { outcome: { kind: "ok" }, parents: [head, change.sha], number: repository.commits.size });
        break;
      }
      case "forcePush":
        await this.#push(repository, { outcome: { kind: "ok" }, parents: repository.commit(head).parents.slice(0, 1) });
        break;
      case "pin":
        this.#pin(
          gitRepo,
          dice.pick([...repository.commit(head).contains].filter((sha) => repository.commit(sha).isGood).slice(-4)),
        );
        break;
    }
  }

  #pin(gitRepo: GitRepoOfWorld, revision: string): void {
    gitRepo.revision = revision;
    this.acts.tell(Date.now(), `${gitRepo.name} ${revision === "" ? "follows its branch again" : `is pinned to ${revision}`}`);
    this.#now.setRevision(gitRepo.name, revision);
  }

  /** With outcome null the branch stays where it is: a pull request's head. */
  async #push(repository: RepositoryTruth, { outcome, parents, number }: Pushed): Promise<TrueCommit> {
    const text = `${repository.name} ${repository.commits.size}`;
    const sha = createHash("sha1").update(text).digest("hex");
    const tree = new Map([["app", { manifest: text, outcome: outcome ?? { kind: "ok" } }]]);
    const nowMs = Date.now();
    const hosted = this.stage.github.repository(`acme/${repository.name}`);
    const history = hosted.history as RecordedHistory;
    history.add({ sha, parents, message: text });
    const [, headSha] = parents;
    const merged =
      number === undefined || headSha === undefined ? null : { number, headSha, title: "Change", mergeCommitSha: sha };
    if (merged !== null) hosted.recordMergedPullRequest(merged);
    const pullRequest =
      merged === null ? null : { number: merged.number, headSha: merged.headSha, mergeCommit: sha, title: "Change", url: "" };
    const commit = repository.add({ sha, parents, tree, pushedMs: nowMs, knownMs: nowMs, pullRequest });
    if (outcome === null) return commit;
    await history.setBranch("main", sha);
    repository.moveHead(sha, nowMs);
    this.acts.tell(nowMs, `${repository.name}: ${sha} is pushed after ${parents.join(" and ") || "nothing"}: ${outcome.kind}`);
    return commit;
  }

  /** Until the clusters hold what the GitRepo wants, or, where they cannot, Fleet has had the time to find out. */
  async #deployed({ name, repository, revision }: GitRepoOfWorld): Promise<void> {
    const sha = revision === "" ? repository.head : revision;
    const { tree, isGood } = repository.commit(sha);
    // Another GitRepo of the repository may push meanwhile: then there is nothing left to wait for.
    const isOver = () =>
      (revision === "" && repository.head !== sha) || this.truth.wasTrue({ gitRepo: name, tree }, [Date.now(), Date.now()]);
    if (isGood) await until(`${name} runs ${sha}`, isOver);
    else await delay(badMs);
  }
}

interface Pushed {
  readonly outcome: BundleOutcome | null;
  readonly parents: readonly string[];
  /** Of the pull request that it merges. */
  readonly number?: number;
}

/** Fleet's polling, the Job and what follows it. */
const badMs = 5_000;
const badOutcomes: readonly BundleOutcome[] = [
  { kind: "jobFails", message: "invalid fleet.yaml" },
  { kind: "applyFails", message: "spec.selector: field is immutable" },
];
const hookEvents = ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"];
