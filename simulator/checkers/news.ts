import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import { receivers } from "../simulation/simulated-notification.ts";
import type { Hook } from "../simulation/ledger.ts";
import type { RepositoryTruth } from "../simulation/repository-truth.ts";
import { finalStates } from "./final-state.ts";
import type { Checker, Violation } from "./violation.ts";

/** As in truth.ts: so old may be what a message was made from. */
const knownLateMs = 26_500;

/** What is told of a GitRepo itself, or of one bundle on one cluster. */
interface ToldNews {
  readonly hook: Hook;
  readonly type: string;
  readonly timestampMs: number;
  readonly gitRepo: string;
  readonly uid: string;
  readonly commit: string;
  /** "" where it is about the GitRepo itself. */
  readonly cluster: string;
  readonly path: string;
}

/**
 * What is told of a bundle on a cluster was so, and at the end the last word about each is so; every GitRepo that is there was announced, once,
 * and none of them was told to be gone.
 */
export const news: Checker<SimulatedWorld> = (world) => {
  const told = world.ledger.of("hook").flatMap((hook) => (hook.receiver === receivers.news ? [toldNews(hook)] : []));
  if (told.length === 0 && !world.hasNews) return [];
  return [...lies(world, told), ...announcements(world, told), ...lastWords(world, told)];
};

function toldNews(hook: Hook): ToldNews {
  const { type, timestamp, data } = JSON.parse(hook.body) as {
    type: string;
    timestamp: string;
    data: {
      gitRepo: { name: string; uid: string };
      commit: string;
      cluster: { name: string } | null;
      bundle: { name: string } | null;
    };
  };
  const { gitRepo, commit, cluster, bundle } = data;
  return {
    hook,
    type,
    timestampMs: Date.parse(timestamp),
    gitRepo: gitRepo.name,
    uid: gitRepo.uid,
    commit,
    cluster: cluster?.name ?? "",
    path: bundle?.name.slice(gitRepo.name.length + 1) ?? "",
  };
}

function lies(world: SimulatedWorld, told: readonly ToldNews[]): Violation[] {
  return told.flatMap((it): Violation[] => {
    const isLie = it.path !== "" && !wasSo(world, it);
    const text = `${it.hook.stream} was told ${it.type} of ${it.commit}: the cluster denies it`;
    return isLie ? [{ promise: "news", ms: it.hook.ms, text }] : [];
  });
}

function wasSo(world: SimulatedWorld, { hook, type, timestampMs, gitRepo, commit, cluster, path }: ToldNews): boolean {
  const { absences, repository } = world.find(gitRepo);
  const fromMs = Math.min(hook.sinceMs, timestampMs) - knownLateMs - world.skewMs;
  const absence = absences.find((it) => it.fromMs <= hook.ms && hook.ms < it.toMs);
  const span = [Math.min(fromMs, (absence?.fromMs ?? Infinity) - knownLateMs), hook.ms] as const;
  const content = repository.commit(commit).tree.get(path);
  const wanted = `${path}=${content?.manifest}`;
  // What falls ill at once is well to its agent for some seconds (fleet-facts §1.2, W8): with a watch that is cut meanwhile the hold passes over that.
  const seemsWell = content?.outcome.kind === "unhealthyLate" ? [wanted, `${wanted} ill`] : [wanted];
  return world.truth.heldOn({ gitRepo, cluster: targeted(world).indexOf(cluster), span }, (bundles) => {
    if (type === "BundleDeployed") return bundles.some((it) => seemsWell.includes(it));
    // What an agent that is offline has not reported nobody knows.
    if (bundles[0] === "offline") return true;
    if (type === "BundleDrifted") return bundles.some((it) => it.startsWith(`${path}=`) && it.endsWith(" changed"));
    return !bundles.includes(wanted) || laterFails(repository, { commit, path });
  });
}

/** Where a Job has cloned a later commit than it is named after, what fails is that one's content under the earlier name (docs/guarantees.md). */
function laterFails({ commits }: RepositoryTruth, { commit, path }: { commit: string; path: string }): boolean {
  const later = [...commits.values()].filter((it) => it.sha !== commit && it.contains.has(commit));
  return later.some(({ tree }) => (tree.get(path)?.outcome.kind ?? "ok") !== "ok");
}

/** The clusters in the order of what the truth holds of a GitRepo: each one targets them all. */
function targeted(world: SimulatedWorld): readonly string[] {
  return world.fleet.clusterNames.toSorted((one, other) => (one < other ? -1 : 1));
}

function announcements(world: SimulatedWorld, told: readonly ToldNews[]): Violation[] {
  const ms = world.nowMs;
  return finalStates(world).flatMap(({ gitRepo: { name }, uid }): Violation[] => {
    const of = (type: string) => new Set(told.filter((it) => it.uid === uid && it.type === type).map(({ hook }) => hook.id)).size;
    const [added, removed] = [of("GitRepoAdded"), of("GitRepoRemoved")];
    if (added === 1 && removed === 0) return [];
    return [
      { promise: "news", ms, text: `${name} is there; it was announced ${added} times, and told to be gone ${removed} times` },
    ];
  });
}

function lastWords(world: SimulatedWorld, told: readonly ToldNews[]): Violation[] {
  return finalStates(world).flatMap(({ gitRepo: { name, repository }, uid, commit }): Violation[] => {
    const { tree } = repository.commit(commit);
    // Where the Job fails the bundles are still those of an earlier commit.
    if ([...tree.values()].some(({ outcome }) => outcome.kind === "jobFails")) return [];
    return [...tree].flatMap(([path, { manifest }]) =>
      targeted(world).flatMap((cluster, index): Violation[] => {
        const where = { gitRepo: name, cluster: index, span: [world.nowMs, world.nowMs] as const };
        const isWell = world.truth.heldOn(where, (bundles) => bundles.includes(`${path}=${manifest}`));
        const ours = told.filter((it) => it.uid === uid && it.path === path && it.cluster === cluster && it.hook.isTaken);
        // What comes late is dropped where its place is not greater (docs/guarantees.md).
        const [last] = ours.toSorted((one, other) => other.hook.sequence - one.hook.sequence);
        const isRight = isWell
          ? last === undefined || last.type === "BundleDeployed"
          : last !== undefined && last.type !== "BundleDeployed";
        if (isRight) return [];
        const text = `${path} of ${name} on ${cluster} is ${isWell ? "well" : "not well"}; the last word is ${last?.type ?? "nothing"}`;
        return [{ promise: "news", ms: world.nowMs, text }];
      }),
    );
  });
}
