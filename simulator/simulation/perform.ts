import type { BundleContent, BundleOutcome, FleetTree } from "../world/fleet-content.ts";
import type { Act, ActKind } from "./act.ts";
import { Dice } from "./dice.ts";
import type { RepositoryTruth, TrueCommit } from "./repository-truth.ts";
import { namespace, notificationName } from "./simulated-notification.ts";
import type { GitRepoOfWorld, SimulatedWorld } from "./simulated-world.ts";

/** Every poll and the Job that follows it have been within this time of a push, milliseconds. */
const clonedMs = 60_000;

/** What an agent has brought to its cluster it has reported within this time (fleet-timings.ts, agentReport), milliseconds. */
const reportedMs = 500;

/** Does one act of a story. What makes no sense at its time (a GitRepo that is gone, say) is not done. */
export function perform(world: SimulatedWorld, { kind, seed }: Act): void {
  const dice = new Dice(seed);
  const gitRepo = dice.pick(world.gitRepos);
  acts[kind]({ world, dice, gitRepo, repository: gitRepo.repository });
  world.lookAtTruth();
}

/** The first commit of each repository. */
export function firstCommits(world: SimulatedWorld, dice: Dice): void {
  for (const repository of world.repositories) {
    push({ world, dice, repository }, { outcome: { kind: "ok" }, from: [] });
  }
}

interface Scene {
  readonly world: SimulatedWorld;
  readonly dice: Dice;
  readonly gitRepo: GitRepoOfWorld;
  readonly repository: RepositoryTruth;
}

const acts: Readonly<Record<ActKind, (scene: Scene) => void>> = {
  push: (scene) => push(scene, { outcome: { kind: "ok" } }),
  pushBad: (scene) => push(scene, { outcome: badOutcome(scene.dice) }),
  pushSame: (scene) => push(scene, { outcome: null }),
  merge: (scene) => merge(scene),
  forcePush: (scene) => forcePush(scene),
  pin({ world, dice, gitRepo, repository }) {
    if (!gitRepo.isThere) return;
    const older = [...repository.commits.keys()].slice(-8);
    gitRepo.revision = dice.pick(older);
    world.tell(`${gitRepo.name} is pinned to ${gitRepo.revision}`);
    world.fleet.setRevision(gitRepo.name, gitRepo.revision);
  },
  unpin({ world, gitRepo }) {
    if (!gitRepo.isThere || gitRepo.revision === "") return;
    gitRepo.revision = "";
    world.tell(`${gitRepo.name} follows its branch again`);
    world.fleet.setRevision(gitRepo.name, "");
  },
  forceSync({ world, gitRepo }) {
    if (!gitRepo.isThere) return;
    world.tell(`${gitRepo.name}: forceSync`);
    world.fleet.forceSync(gitRepo.name);
  },
  lateHook({ world, dice, gitRepo, repository }) {
    if (!gitRepo.isThere) return;
    const sha = dice.pick([...repository.commits.keys()]);
    world.tell(`${gitRepo.name}: a webhook of ${sha} arrives late`);
    world.fleet.webhook(gitRepo.name, sha);
  },
  hook({ world, gitRepo, repository }) {
    if (gitRepo.isThere) world.fleet.webhook(gitRepo.name, repository.head);
  },
  clusterOffline: ({ world, dice }) => setOnline(world, dice, false),
  clusterOnline: ({ world, dice }) => setOnline(world, dice, true),
  illness: (scene) => setLive(scene, { isHealthy: false }),
  health: (scene) => heal(scene.world, scene.gitRepo),
  removeGitRepo({ world, gitRepo }) {
    if (!gitRepo.isThere) return;
    gitRepo.isThere = false;
    gitRepo.absences.push({ fromMs: world.nowMs, toMs: Infinity });
    world.isDisturbed = true;
    world.tell(`${gitRepo.name} is deleted`);
    world.fleet.removeGitRepo(gitRepo.name);
  },
  addGitRepo: ({ world, gitRepo }) => addGitRepo(world, gitRepo),
  suspend: ({ world }) => suspend(world, true),
  resume: ({ world }) => suspend(world, false),
  removeNotification({ world }) {
    if (!world.isNotificationThere) return;
    world.isNotificationThere = false;
    world.tell("the Notification is deleted");
    world.removeNotification();
  },
  addNotification: ({ world }) => addNotification(world),
  kill: ({ world }) => world.kill("by the story"),
};

/** Adds a GitRepo that is not there; one that was deleted has to be gone first. */
export function addGitRepo(world: SimulatedWorld, gitRepo: GitRepoOfWorld): void {
  if (gitRepo.isThere || isGoing(world, gitRepo)) return;
  gitRepo.isThere = true;
  const absence = gitRepo.absences.at(-1);
  if (absence !== undefined) absence.toMs = world.nowMs;
  gitRepo.revision = "";
  world.tell(`${gitRepo.name} is added`);
  world.fleet.addGitRepo({ namespace, name: gitRepo.name, repo: gitRepo.repository.url });
}

/** Everything that people can put right is put right: what is left at the end is what the last commit brings. */
export function putRight(world: SimulatedWorld): void {
  for (const cluster of world.fleet.clusterNames) goOnline(world, cluster);
  for (const gitRepo of world.gitRepos) heal(world, gitRepo);
  suspend(world, false);
  world.lookAtTruth();
}

/** Fleet looks at every Bundle again, as it does some time: its status can stay behind until then (fleet-facts §1.6). */
export function resync(world: SimulatedWorld): void {
  for (const cluster of world.fleet.clusterNames) world.fleet.setClusterLabels(cluster, {});
}

function isGoing(world: SimulatedWorld, { name }: GitRepoOfWorld): boolean {
  try {
    world.fleet.targets(name);
    return true;
  } catch {
    return false;
  }
}

function suspend(world: SimulatedWorld, isSuspended: boolean): void {
  if (!world.isNotificationThere || world.isSuspended === isSuspended) return;
  world.isSuspended = isSuspended;
  world.tell(isSuspended ? "the Notification is suspended" : "the Notification is in force again");
  world.putNotification();
}

function addNotification(world: SimulatedWorld): void {
  if (world.isNotificationThere) return;
  world.isNotificationThere = true;
  world.isSuspended = false;
  world.tell(`the Notification ${notificationName} is there again`);
  world.putNotification();
}

function setOnline(world: SimulatedWorld, dice: Dice, isOnline: boolean): void {
  const cluster = dice.pick(world.fleet.clusterNames);
  if (isOnline) {
    goOnline(world, cluster);
    return;
  }
  // What an agent has not seen, or has done and not reported, before it goes offline nobody can know (docs/guarantees.md).
  if (world.nowMs - world.truth.lastMs < reportedMs) return;
  if (world.nowMs - world.hurtMs < 10_000 || world.repositories.some((it) => showsLate(it))) return;
  world.tell(`${cluster} is offline`);
  world.offline.add(cluster);
  world.fleet.setClusterOnline(cluster, false);
}

/** True where one of the newest commits looks healthy at first. */
function showsLate({ commits }: RepositoryTruth): boolean {
  const trees = [...commits.values()].slice(-3).flatMap(({ tree }) => [...tree.values()]);
  return trees.some(({ outcome }) => outcome.kind === "unhealthyLate");
}

function goOnline(world: SimulatedWorld, cluster: string): void {
  if (!world.offline.delete(cluster)) return;
  world.tell(`${cluster} is online`);
  world.fleet.setClusterOnline(cluster, true);
}

function setLive({ world, dice, gitRepo }: Scene, { isHealthy }: { isHealthy: boolean }): void {
  if (!gitRepo.isThere) return;
  const cluster = dice.pick(world.fleet.clusterNames);
  if (world.offline.has(cluster)) return;
  world.hurtMs = world.nowMs;
  const isIll = dice.chance(0.6);
  for (const path of world.fleet.runs(cluster, gitRepo.name).keys()) {
    world.tell(`${path} of ${gitRepo.name} is ${isIll ? "ill" : "changed by hand"} on ${cluster}`);
    if (isIll) world.fleet.setHealthy({ gitRepo: gitRepo.name, path, cluster }, isHealthy);
    else world.fleet.setWhole({ gitRepo: gitRepo.name, path, cluster }, false);
    return;
  }
}

/** What fell ill or was changed by hand is as its commit says again; what a commit itself breaks stays so. */
function heal(world: SimulatedWorld, gitRepo: GitRepoOfWorld): void {
  if (!gitRepo.isThere) return;
  for (const cluster of world.fleet.clusterNames) {
    for (const [path, live] of world.fleet.runs(cluster, gitRepo.name)) {
      const target = { gitRepo: gitRepo.name, path, cluster };
      const isBroken = live.manifest.endsWith("neverReady") || live.manifest.endsWith("unhealthyLate");
      if (!live.isHealthy && !isBroken) world.fleet.setHealthy(target, true);
      if (!live.isWhole) world.fleet.setWhole(target, true);
    }
  }
}

function badOutcome(dice: Dice): BundleOutcome {
  const kind = dice.pick(["jobFails", "applyFails", "applyFails", "neverReady", "unhealthyLate"] as const);
  const message = `it is ${kind}`;
  return kind === "applyFails" ? { kind, message, partly: dice.chance(0.5) } : { kind, message };
}

interface Pushed {
  /** null: nothing that Fleet deploys changes. */
  readonly outcome: BundleOutcome | null;
  readonly from?: readonly string[];
  readonly pullRequest?: { readonly number: number; readonly headSha: string };
}

function push({ world, dice, repository }: Omit<Scene, "gitRepo">, { outcome, from, pullRequest }: Pushed): TrueCommit {
  const parents = from ?? [repository.head];
  const sha = shaOf(repository);
  const before = parents[0] === undefined ? null : repository.commit(parents[0]).tree;
  const commit = repository.add({
    sha,
    parents,
    tree: treeAfter({ before, outcome, sha }, dice),
    pushedMs: world.nowMs,
    // Who knows a commit knows all that it descends from.
    knownMs: Math.max(world.nowMs + lagMs(dice), ...parents.map((parent) => repository.commit(parent).knownMs)),
    pullRequest: pullRequest === undefined ? null : asPullRequest(repository, { ...pullRequest, sha }),
  });
  repository.moveHead(sha, world.nowMs);
  world.tell(
    `push ${sha} to ${repository.name}, after ${parents.join(" and ") || "nothing"}: ${outcome?.kind ?? "nothing changes"}`,
  );
  return commit;
}

function merge(scene: Scene): void {
  const { world, dice, repository } = scene;
  const number = repository.commits.size + 100;
  const headSha = shaOf(repository);
  const onto = repository.head;
  const base = dice.pick([...repository.commit(onto).contains].slice(0, 3));
  const tree = treeAfter({ before: repository.commit(base).tree, outcome: { kind: "ok" }, sha: headSha }, dice);
  repository.add({ sha: headSha, parents: [base], tree, pushedMs: world.nowMs, knownMs: world.nowMs, pullRequest: null });
  prepareConversation(world, { repository: repository.name, number }, dice);
  push(scene, { outcome: { kind: "ok" }, from: [onto, headSha], pullRequest: { number, headSha } });
}

/** Others talk too, sometimes at length, and somebody plants our marker. */
function prepareConversation(world: SimulatedWorld, where: { repository: string; number: number }, dice: Dice): void {
  const planted = `<!-- signalman:v1 simulated//${namespace}:${notificationName}/pr -->\nI was here first`;
  if (dice.chance(0.15)) world.gitHub.chat({ ...where, login: "mallory", body: planted });
  const length = dice.chance(0.15) ? 130 : 0;
  for (let index = 0; index < length; index += 1) world.gitHub.chat({ ...where, login: "alice", body: `remark ${index}` });
}

function forcePush(scene: Scene): void {
  const { world, dice, repository } = scene;
  const back = dice.pick([...repository.commits.keys()].slice(-6));
  if (dice.chance(0.5)) {
    push(scene, { outcome: { kind: "ok" }, from: [back] });
    return;
  }
  // A branch that moves on and back before everybody has polled and cloned it nobody can know (docs/guarantees.md).
  if (world.nowMs - (repository.heads.at(-1)?.fromMs ?? 0) < clonedMs) return;
  repository.moveHead(back, world.nowMs);
  world.tell(`${repository.name}'s branch is forced to ${back}`);
}

function treeAfter(
  { before, outcome, sha }: { before: FleetTree | null; outcome: BundleOutcome | null; sha: string },
  dice: Dice,
): FleetTree {
  const web = (kind: BundleOutcome): BundleContent => ({ manifest: `web ${sha} ${kind.kind}`, outcome: kind });
  if (before === null) return new Map([["web", web(outcome ?? { kind: "ok" })]]);
  const tree = new Map(before);
  if (outcome !== null) tree.set("web", web(outcome));
  if (outcome !== null && dice.chance(0.15)) {
    if (tree.has("db")) tree.delete("db");
    else tree.set("db", { manifest: `db ${sha} ok`, outcome: { kind: "ok" } });
  }
  return tree;
}

/** Mostly the host's API shows a commit at once or soon; sometimes later than anybody waits. */
function lagMs(dice: Dice): number {
  if (dice.chance(0.6)) return 0;
  return dice.chance(0.9) ? dice.between(100, 40_000) : dice.between(40_000, 500_000);
}

/** Forty characters, and short ones that people can read: the number comes first. */
function shaOf(repository: RepositoryTruth): string {
  const number = String(repository.commits.size + 1).padStart(3, "0");
  return `${number}${repository.name.at(-1) ?? "0"}${"abcdef0123456789".repeat(3)}`.slice(0, 40);
}

function asPullRequest(repository: RepositoryTruth, { number, headSha, sha }: { number: number; headSha: string; sha: string }) {
  return { number, mergeCommit: sha, headSha, title: `Change ${number}`, url: `${repository.url}/pull/${number}` };
}
