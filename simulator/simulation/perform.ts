import {
  badOutcome,
  crissCross,
  forcePush,
  merge,
  moveTag,
  octopus,
  pinTag,
  push,
  pushRelease,
  revert,
  type Scene,
  switchBranch,
} from "./git-acts.ts";
import { joinCluster, leaveCluster, moveCluster } from "./cluster-acts.ts";
import type { Act, ActKind } from "./act.ts";
import { Dice } from "./dice.ts";
import { addNotification, changeTeam, removeNotification, suspend } from "./notification-acts.ts";
import type { RepositoryTruth } from "./repository-truth.ts";
import { labelsOf, namespace } from "./simulated-notification.ts";
import type { GitRepoOfWorld, SimulatedWorld } from "./simulated-world.ts";

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

const acts: Readonly<Record<ActKind, (scene: Scene) => void>> = {
  push: (scene) => push(scene, { outcome: { kind: "ok" } }),
  pushTwice: (scene) => pushTwice(scene),
  pushBad: (scene) => push(scene, { outcome: badOutcome(scene.dice) }),
  pushSame: (scene) => push(scene, { outcome: null }),
  merge: (scene) => merge(scene),
  revert: (scene) => revert(scene),
  octopus: (scene) => octopus(scene),
  crissCross: (scene) => crissCross(scene),
  forcePush: (scene) => forcePush(scene),
  pin({ world, dice, gitRepo, repository }) {
    if (!gitRepo.isThere) return;
    const older = [...repository.commits.keys()].slice(-8);
    Object.assign(gitRepo, { revision: dice.pick(older), movedMs: world.nowMs });
    world.tell(`${gitRepo.name} is pinned to ${gitRepo.revision}`);
    world.fleet.setRevision(gitRepo.name, gitRepo.revision);
  },
  pinTag: (scene) => pinTag(scene),
  moveTag: (scene) => moveTag(scene),
  pushRelease: (scene) => pushRelease(scene),
  switchBranch: (scene) => switchBranch(scene),
  unpin({ world, gitRepo }) {
    if (!gitRepo.isThere || gitRepo.revision === "") return;
    Object.assign(gitRepo, { revision: "", movedMs: world.nowMs });
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
    if (gitRepo.isThere) world.fleet.webhook(gitRepo.name, repository.wanted(gitRepo));
  },
  clusterOffline: ({ world, dice }) => setOnline(world, dice, false),
  clusterOnline: ({ world, dice }) => setOnline(world, dice, true),
  joinCluster: (scene) => joinCluster(scene),
  leaveCluster: (scene) => leaveCluster(scene),
  moveCluster: (scene) => moveCluster(scene),
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
  suspend: ({ world }) => suspend(world, world.notification, true),
  resume: ({ world }) => suspend(world, world.notification, false),
  removeNotification: ({ world }) => removeNotification(world, world.notification),
  addNotification: ({ world }) => addNotification(world, world.notification),
  changeTeam: (scene) => changeTeam(scene),
  suspendTeam: ({ world }) => suspend(world, world.team, true),
  resumeTeam: ({ world }) => suspend(world, world.team, false),
  removeTeam: ({ world }) => removeNotification(world, world.team),
  addTeam: ({ world }) => addNotification(world, world.team),
  kill: ({ world }) => world.kill("by the story"),
  uninstall: ({ world }) => setInstalled(world, { isInstalled: false, isTold: false }),
  install: ({ world, dice }) => setInstalled(world, { isInstalled: true, isTold: dice.chance(0.5) }),
  rotateSecret({ world }) {
    world.access.rotate();
    world.tell("the receiver's token is another one, and so is the Secret");
  },
  removeSecret({ world }) {
    world.access.secret = "";
    world.tell("the Secret is deleted");
  },
  restoreSecret: ({ world }) => restoreSecret(world),
  closeReceiver: ({ world }) => setReceiver(world, { isGone: true }),
  openReceiver: ({ world }) => setReceiver(world, { isGone: false }),
  deleteLease({ world }) {
    if (world.lease.remove(world.nowMs)) world.tell("the Lease is deleted by hand");
  },
  stealLease({ world }) {
    if (world.lease.nameHolder("somebody")) world.tell("the Lease is edited by hand: somebody else holds it");
  },
};

/** Adds a GitRepo that is not there; one that was deleted has to be gone first. */
export function addGitRepo(world: SimulatedWorld, gitRepo: GitRepoOfWorld): void {
  if (gitRepo.isThere || isGoing(world, gitRepo)) return;
  gitRepo.isThere = true;
  const absence = gitRepo.absences.at(-1);
  if (absence !== undefined) absence.toMs = world.nowMs;
  Object.assign(gitRepo, { revision: "", branch: "main", movedMs: world.nowMs });
  world.tell(`${gitRepo.name} is added`);
  world.fleet.addGitRepo({ namespace, name: gitRepo.name, repo: gitRepo.repository.url });
}

/** Fleet hears of the first one at once; the second one comes while its Job starts, and is what the Job clones. */
function pushTwice(scene: Scene): void {
  const { world, dice, repository } = scene;
  push(scene, { outcome: { kind: "ok" } });
  for (const gitRepo of world.gitRepos)
    if (gitRepo.isThere && gitRepo.repository === repository) world.fleet.webhook(gitRepo.name, repository.head);
  world.clock.wakeAt(world.nowMs + dice.between(200, 2_500), () => push(scene, { outcome: { kind: "ok" } }));
}

/** Everything that people can put right is put right: what is left at the end is what the last commit brings. */
export function putRight(world: SimulatedWorld): void {
  for (const cluster of world.fleet.clusterNames) goOnline(world, cluster);
  putRightAround(world);
}

/** All but the clusters that are offline. */
export function putRightAround(world: SimulatedWorld): void {
  for (const gitRepo of world.gitRepos) heal(world, gitRepo);
  for (const notification of world.notifications) suspend(world, notification, false);
  setInstalled(world, { isInstalled: true, isTold: false });
  restoreSecret(world);
  setReceiver(world, { isGone: false });
  world.lookAtTruth();
}

/** Fleet looks at every Bundle again, as it does some time: its status can stay behind until then (fleet-facts §1.6). */
export function resync(world: SimulatedWorld): void {
  for (const cluster of world.fleet.clusterNames)
    world.fleet.setClusterLabels(cluster, labelsOf(world.stages.get(cluster) ?? ""));
}

function isGoing(world: SimulatedWorld, { name }: GitRepoOfWorld): boolean {
  try {
    world.fleet.targets(name);
    return true;
  } catch {
    return false;
  }
}

/** `isTold`: GitHub's webhook of the installation arrives. */
function setInstalled(world: SimulatedWorld, { isInstalled, isTold }: { isInstalled: boolean; isTold: boolean }): void {
  if (world.access.isInstalled === isInstalled) return;
  world.access.isInstalled = isInstalled;
  // What came in meanwhile nobody could be asked about.
  world.isDisturbed = true;
  world.tell(isInstalled ? "the App is installed again" : "the App is uninstalled");
  if (isTold) world.process?.engine.feed({ kind: "installed" });
}

function setReceiver(world: SimulatedWorld, { isGone }: { isGone: boolean }): void {
  if (world.access.isReceiverGone === isGone) return;
  world.access.isReceiverGone = isGone;
  world.tell(isGone ? "the receivers are gone (410)" : "the receivers are there again");
}

function restoreSecret(world: SimulatedWorld): void {
  if (world.access.secret !== "") return;
  world.access.restore();
  world.tell("the Secret is there again");
}

export function setOnline(world: SimulatedWorld, dice: Dice, isOnline: boolean): void {
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
