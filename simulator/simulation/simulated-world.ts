import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import type { FleetChange } from "../../src/core/fleet/record.ts";
import { Fleet } from "../world/fleet.ts";
import type { Act } from "./act.ts";
import { CheckinTimeline } from "./checkin-timeline.ts";
import { Dice } from "./dice.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { Ledger } from "./ledger.ts";
import { gitOf, type RepositoryTruth } from "./repository-truth.ts";
import type { Seams } from "./seams.ts";
import { NotificationOfWorld } from "./notification-of-world.ts";
import { SimulatedAccess } from "./simulated-access.ts";
import { SimulatedGitHub } from "./simulated-git-hub.ts";
import { labelsOf, namespace, notificationName } from "./simulated-notification.ts";
import { SimulatedLease } from "./simulated-lease.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { SimulatedReplica, skewMaxMs } from "./simulated-replica.ts";
import { simulatedTeam, teamName } from "./simulated-team.ts";
import { StoredDeliveries } from "./stored-deliveries.ts";
import { TruthTimeline } from "./truth-timeline.ts";
import { WatchedObjects } from "./watched-objects.ts";
import { type GitRepoOfWorld, randomSetting, type WorldSetting } from "./world-setting.ts";
import { worldTimings } from "./world-timings.ts";

export const startMs = Date.UTC(2026, 10, 23, 12);

/**
 * One world: Fleet and its clusters, repositories, GitHub, receivers, Kubernetes' store, and the product itself in a process that dies and
 * comes back. Everything follows from the seed. Acts are done by `perform` (acts.ts), time passes by `advance`.
 */
export class SimulatedWorld {
  readonly clock = new VirtualClock(startMs);
  /** What the engines have to do before time may pass. */
  #turns: (() => void)[] = [];
  readonly ledger = new Ledger();
  readonly gitHub = new SimulatedGitHub();
  readonly access = new SimulatedAccess();
  readonly deliveries = new StoredDeliveries();
  readonly truth = new TruthTimeline();
  /** Kept where somebody hears of it. */
  readonly checkins = new CheckinTimeline();
  readonly faults: FaultPlan;
  readonly objects: WatchedObjects;
  readonly fleet: Fleet;
  readonly repositories: readonly RepositoryTruth[];
  readonly gitRepos: readonly GitRepoOfWorld[];
  readonly seams: Seams;
  readonly hasNews: boolean;
  readonly hasClusterNews: boolean;
  readonly marksMore: boolean;
  readonly isDivided: boolean;
  readonly isGrouped: boolean;
  /** In which target each cluster is, where the Notification has targets. */
  readonly stages = new Map<string, string>();
  /** The one that tells of every GitRepo. */
  readonly notification: NotificationOfWorld;
  /** One that tells of some. */
  readonly team: NotificationOfWorld | null;
  process: SimulatedProcess | null = null;
  deaths = 0;
  /** A GitRepo or the Notification came or went, or was suspended, after the beginning. */
  isDisturbed = false;
  readonly offline = new Set<string>();
  /** When the faults ended; Infinity where they have not. */
  calmSinceMs = Infinity;
  /** When something last fell ill or was changed by hand: until its agent has seen it, it must not go offline. */
  hurtMs = -Infinity;
  /** How often time stopped in each ten seconds, by their beginning. */
  readonly steps = new Map<number, number>();
  #seenRevision = "";
  /** Nobody's where the product is alone. */
  readonly lease = new SimulatedLease();
  readonly #replicas: readonly SimulatedReplica[];
  /** How many processes have begun. */
  #processes = 0;

  constructor({ seed, seams, setting = randomSetting(seed) }: { seed: number; seams: Seams; setting?: WorldSetting }) {
    const dice = new Dice(seed);
    this.seams = seams;
    this.faults = setting.faults;
    const { cuts } = setting;
    const nowMs = () => this.fleet.nowMs;
    this.objects = new WatchedObjects({ clock: this.clock, dice: dice.fork("watch"), cuts, nowMs });
    this.repositories = setting.repositories;
    this.gitRepos = setting.gitRepos;
    const random = dice.fork("fleet").random;
    const git = gitOf(this.repositories);
    this.fleet = new Fleet({ startMs, objects: this.objects, git, random, timings: worldTimings });
    this.isDivided = setting.isDivided;
    this.isGrouped = setting.isGrouped;
    for (const [index, name] of setting.clusters.entries()) this.addCluster(name, index % 2 === 0 ? "prod" : "dev");
    this.hasNews = setting.hasNews;
    this.hasClusterNews = setting.hasClusterNews;
    this.marksMore = setting.marksMore;
    const gitRepos = setting.gitRepos.map(({ name }) => name);
    this.notification = new NotificationOfWorld({ name: notificationName, make: setting.notification, gitRepos });
    const some = { names: gitRepos.slice(0, 1), gitRepos };
    this.team = setting.hasTeam ? new NotificationOfWorld({ name: teamName, make: simulatedTeam, ...some }) : null;
    this.#replicas = this.#replicasOf(setting, dice.fork("lease"));
  }

  get nowMs(): number {
    return this.clock.now();
  }

  tell(text: string): void {
    this.ledger.tell(this.nowMs, text);
  }

  find(name: string): GitRepoOfWorld {
    const found = this.gitRepos.find((it) => it.name === name);
    if (found === undefined) throw new Error(`no GitRepo "${name}" in this world`);
    return found;
  }

  /** Starts the product: at once where it is alone, else each replica as soon as it holds the lease. */
  async start(): Promise<void> {
    if (this.#replicas.length === 0) this.#begin(null);
    for (const replica of this.#replicas) replica.start();
    await this.#settle();
  }

  #replicasOf({ replicas, faults }: WorldSetting, dice: Dice): readonly SimulatedReplica[] {
    const { clock, lease, seams } = this;
    return replicas.map((setting) => {
      const onAcquired = (held: AbortSignal) => this.#hold(held, replica);
      const replica = new SimulatedReplica(setting, { clock, faults, lease, seams, dice: dice.fork(setting.name), onAcquired });
      return replica;
    });
  }

  /** One term of a replica as the holder of the lease. */
  #hold(held: AbortSignal, replica: SimulatedReplica): void {
    const process = this.#begin(replica);
    this.seams.held(held).addEventListener("abort", () => {
      this.tell(`process ${process.life.number} has lost its lease`);
      process.end();
      if (this.process === process) this.process = null;
    });
  }

  /** What is stored is loaded, what is there is listed, and then the process begins to decide. */
  #begin(replica: SimulatedReplica | null): SimulatedProcess {
    this.#processes += 1;
    const { clock, faults, ledger, gitHub, access, deliveries, repositories, seams } = this;
    const process: SimulatedProcess = new SimulatedProcess({
      clock,
      faults,
      ledger,
      gitHub,
      access,
      deliveries,
      repositories,
      seams,
      schedule: (turn) => this.#turns.push(turn),
      staleSinceMs: () => this.objects.staleSinceMs(),
      onDeath: (why) => this.#died({ process, replica }, why),
      clockOf: (life) => replica?.clockOf(life) ?? clock,
      number: this.#processes,
    });
    this.process = process;
    const { engine } = process;
    engine.feed({ kind: "loaded", documents: seams.loaded([...deliveries.documents.values()]) });
    for (const it of this.notifications)
      if (it.isThere) engine.feed({ kind: "notification", change: { kind: "put", object: this.seams.notification(it.object) } });
    const take = (change: FleetChange) => engine.feed({ kind: "fleet", change: seams.fleet(change) });
    for (const change of this.objects.list()) take(change);
    this.objects.deliver = (changes) => {
      if (process.life.isAlive) for (const change of changes) take(change);
    };
    engine.feed({ kind: "synced" });
    this.#look("start", "");
    return process;
  }

  #look(why: string, notification: string): void {
    this.ledger.add({ kind: "look", ms: this.nowMs, sinceMs: this.nowMs, process: this.#processes, why, notification });
  }

  /** By how much a time that the product writes may be off. */
  get skewMs(): number {
    return this.#replicas.length === 0 ? 0 : skewMaxMs;
  }

  /** `stage`: in a world with targets the one that it is in; "" for none. */
  addCluster(name: string, stage: string): void {
    if (this.isDivided) this.stages.set(name, stage);
    this.fleet.addCluster({ name, labels: labelsOf(this.isDivided ? stage : "") });
  }

  kill(why: string): void {
    this.process?.kill(why);
  }

  get notifications(): readonly NotificationOfWorld[] {
    return this.team === null ? [this.notification] : [this.notification, this.team];
  }

  /** Writes a Notification anew, as it is meant to be now. */
  putNotification(notification: NotificationOfWorld): void {
    this.#note(notification);
    this.#look("Notification", notification.name);
    const object = this.seams.notification(notification.object);
    this.process?.engine.feed({ kind: "notification", change: { kind: "put", object } });
  }

  removeNotification(notification: NotificationOfWorld): void {
    this.#note(notification);
    const removed = { kind: "Notification", namespace, name: notification.name } as const;
    this.process?.engine.feed({ kind: "notification", change: { kind: "remove", notification: removed } });
  }

  #note(notification: NotificationOfWorld): void {
    if (notification === this.notification) this.isDisturbed = true;
    notification.change(this.nowMs);
  }

  /** Lets time pass until then, one thing after the other. `isQuiet` may end it earlier. */
  async advance(toMs: number, isQuiet: () => boolean = () => false): Promise<void> {
    let isWoken = true;
    for (;;) {
      if (isWoken) await this.#settle();
      if (isQuiet()) return;
      const nextMs = Math.max(this.clock.now(), Math.min(this.clock.nextMs(), this.fleet.nextMs));
      if (nextMs > toMs) break;
      isWoken = this.#moveTo(nextMs);
    }
    if (this.#moveTo(toMs)) await this.#settle();
  }

  /** True where somebody waited for that moment: without, nothing goes on in the product. */
  #moveTo(ms: number): boolean {
    const span = ms - (ms % 10_000);
    this.steps.set(span, (this.steps.get(span) ?? 0) + 1);
    this.fleet.advance(ms);
    if (this.fleet.liveRevision !== this.#seenRevision) this.lookAtTruth();
    if (this.hasClusterNews)
      for (const cluster of this.fleet.clusterNames) this.checkins.look(cluster, this.fleet.agentSeenMs(cluster));
    return this.clock.moveTo(ms);
  }

  /** From now on everything works. */
  endFaults(): void {
    this.tell("faults end");
    this.faults.end();
    this.objects.isCalm = true;
    this.calmSinceMs = this.nowMs;
  }

  lookAtTruth(): void {
    this.#seenRevision = this.fleet.liveRevision;
    this.truth.look(
      this.fleet,
      { offline: this.offline, stages: this.stages, gitRepos: new Set(this.gitRepos.map(({ name }) => name)) },
      this.fleet.nowMs,
    );
  }

  #died({ process, replica }: { process: SimulatedProcess; replica: SimulatedReplica | null }, why: string): void {
    this.deaths += 1;
    this.tell(`killed: ${why}`);
    process.engine.stop();
    replica?.die(why);
    if (this.process === process) this.process = null;
    const downMs = 200 + ((this.deaths * 7_919) % 20_000);
    this.clock.wakeAt(this.clock.now() + downMs, () => (replica === null ? void this.#begin(null) : replica.start()));
  }

  /**
   * Until nothing goes on without time: what is on its way has come to rest, and no engine has a turn to take. All of it is promises, and a tick comes after
   * the last of them: a turn of the event loop would be one more for each moment.
   */
  async #settle(): Promise<void> {
    do await new Promise<void>((resolve) => process.nextTick(resolve));
    while (this.#takeTurns());
  }

  /** Those that were due; false where none was. */
  #takeTurns(): boolean {
    const turns = this.#turns;
    this.#turns = [];
    for (const take of turns) take();
    return turns.length > 0;
  }
}

export type { Act, GitRepoOfWorld };
