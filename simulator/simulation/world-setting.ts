import { Dice } from "./dice.ts";
import { isDividedWorld } from "./is-divided-world.ts";
import { type FaultPlace, FaultPlan } from "./fault-plan.ts";
import { hasClusterNews } from "./has-cluster-news.ts";
import { RepositoryTruth } from "./repository-truth.ts";
import { hasTeam } from "./has-team.ts";
import type { NotificationMaker } from "./notification-of-world.ts";
import { simulatedNotification } from "./simulated-notification.ts";
import { type ReplicaSetting, skewMaxMs } from "./simulated-replica.ts";
import { worldScale } from "./world-scale.ts";

/** Which GitRepo of the world deploys which repository. */
export interface GitRepoOfWorld {
  readonly name: string;
  readonly repository: RepositoryTruth;
  isThere: boolean;
  /** When it was deleted and came back, oldest first; Infinity where it has not. */
  readonly absences: { readonly fromMs: number; toMs: number }[];
  branch: string;
  /** A commit or a tag; "" where it follows its branch. */
  revision: string;
  /** When it began to follow that. */
  movedMs: number;
}

/** How often a watch is cut, of all the changes that it brings, and for how long at most. */
export interface WatchCuts {
  readonly rate: number;
  readonly mostMs: number;
}

/** What there is in a world before anything happens. */
export interface WorldSetting {
  readonly faults: FaultPlan;
  readonly cuts: WatchCuts;
  readonly repositories: readonly RepositoryTruth[];
  readonly gitRepos: readonly GitRepoOfWorld[];
  readonly clusters: readonly string[];
  /** Somebody hears of single bundles, and of GitRepos that come and go. */
  readonly hasNews: boolean;
  /** Somebody hears of clusters that go offline and come back. */
  readonly hasClusterNews: boolean;
  /** Commits are marked by check runs and deployments too, and workflows are woken. */
  readonly marksMore: boolean;
  /** The Notification has targets, and clusters join, leave and move between them. */
  readonly isDivided: boolean;
  /** All GitRepos of a repository have one status more. */
  readonly isGrouped: boolean;
  /** A second Notification tells of some GitRepos. */
  readonly hasTeam: boolean;
  readonly notification: NotificationMaker;
  /** Empty: one process alone, which takes part in no election. */
  readonly replicas: readonly ReplicaSetting[];
}

const cutMaxMs = 20_000;
/** Ill health is reported this much after it began (fleet-timings.ts, agentNotices and agentReport), and arrives a little later: a watch that is cut for longer
 * than the rest of the hold hides it until the hold is over (docs/guarantees.md). */
const seenLateMs = 6_000;

export function randomSetting(seed: number): WorldSetting {
  const dice = new Dice(seed);
  const shape = dice.fork("shape");
  const faults = new FaultPlan(dice.fork("faults"), randomRates(dice.fork("rates")));
  const scale = worldScale(seed);
  const settleMs = dice.fork("settle").pick([8_000, 15_000, 15_000, 30_000]);
  const cuts = { rate: shape.pick([0, 0.005, 0.02]), mostMs: Math.min(cutMaxMs, settleMs - seenLateMs) };
  const isDivided = isDividedWorld(seed);
  const isGrouped = !isDivided && dice.fork("group").chance(0.2);
  const repositories = Array.from({ length: scale.repositories }, (_, index) => new RepositoryTruth(`repo${index}`));
  const gitRepos = Array.from({ length: scale.gitRepos }, (_, index) => ({
    name: `shop${index}`,
    repository: isGrouped ? firstOf(repositories) : shape.pick(repositories),
    isThere: false,
    absences: [],
    branch: "main",
    revision: "",
    movedMs: -Infinity,
  }));
  const clusters = Array.from({ length: scale.clusters }, (_, index) => `c${index + 1}`);
  const replicas = isElectedWorld(seed) ? randomReplicas(dice.fork("clocks")) : [];
  const hasNews = !isDivided && dice.fork("news").chance(0.3);
  const marksMore = dice.fork("marks").chance(0.25);
  const kind = { hasNews, hasClusterNews: hasClusterNews(seed), marksMore, isDivided, isGrouped };
  const notification = simulatedNotification(dice.fork("notification"), { ...kind, settleMs });
  return { faults, cuts, repositories, gitRepos, clusters, ...kind, hasTeam: hasTeam(seed), notification, replicas };
}

function firstOf<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined) throw new Error("a world has a repository");
  return first;
}

/** In some worlds two replicas stand for one product. */
export function isElectedWorld(seed: number): boolean {
  return new Dice(seed).fork("replicas").chance(0.25);
}

/** On machines whose clocks are up to 20 s apart. */
function randomReplicas(dice: Dice): readonly ReplicaSetting[] {
  return ["a", "b"].map((name) => ({ name, skewMs: dice.between(-skewMaxMs, skewMaxMs) }));
}

/** Some worlds are calm, in some one thing goes wrong often, in some everything does. */
function randomRates(dice: Dice): Readonly<Record<FaultPlace, number>> {
  const rate = () => dice.pick([0, 0.02, 0.1, 0.3]);
  return { save: rate(), ask: rate(), read: rate(), write: rate(), hook: rate(), lease: dice.pick([0, 0.02, 0.1]) };
}
