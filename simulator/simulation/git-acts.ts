import type { BundleContent, BundleOutcome, FleetTree } from "../world/fleet-content.ts";
import type { Dice } from "./dice.ts";
import type { RepositoryTruth, TrueCommit } from "./repository-truth.ts";
import { namespace, notificationName } from "./simulated-notification.ts";
import type { GitRepoOfWorld, SimulatedWorld } from "./simulated-world.ts";

/** Every poll and the Job that follows it have been within this time of a push, milliseconds. */
const clonedMs = 60_000;

/** Where an act happens. */
export interface Scene {
  readonly world: SimulatedWorld;
  readonly dice: Dice;
  readonly gitRepo: GitRepoOfWorld;
  readonly repository: RepositoryTruth;
}

interface Pushed {
  /** null: nothing that Fleet deploys changes. */
  readonly outcome: BundleOutcome | null;
  readonly from?: readonly string[];
  /** Whose tree it begins with, where that is not its first parent's. */
  readonly treeOf?: string;
  /** Another branch than `main`. */
  readonly branch?: string;
  readonly pullRequest?: { readonly number: number; readonly headSha: string };
}

export function badOutcome(dice: Dice): BundleOutcome {
  const kind = dice.pick(["jobFails", "applyFails", "applyFails", "neverReady", "unhealthyLate"] as const);
  const message = `it is ${kind}`;
  return kind === "applyFails" ? { kind, message, partly: dice.chance(0.5) } : { kind, message };
}

export function push(
  { world, dice, repository }: Omit<Scene, "gitRepo">,
  { outcome, from, treeOf, branch, pullRequest }: Pushed,
): TrueCommit {
  const parents = from ?? [repository.head];
  const sha = shaOf(repository);
  const base = treeOf ?? parents[0];
  const before = base === undefined ? null : repository.commit(base).tree;
  const commit = repository.add({
    sha,
    parents,
    tree: treeAfter({ before, outcome, sha }, dice),
    pushedMs: world.nowMs,
    // Who knows a commit knows all that it descends from.
    knownMs: Math.max(world.nowMs + lagMs(dice), ...parents.map((parent) => repository.commit(parent).knownMs)),
    pullRequest: pullRequest === undefined ? null : asPullRequest(repository, { ...pullRequest, sha }),
  });
  if (branch === undefined) repository.moveHead(sha, world.nowMs);
  else repository.branches.set(branch, sha);
  const where = branch === undefined ? repository.name : `${branch} of ${repository.name}`;
  const what = outcome?.kind ?? (treeOf === undefined ? "nothing changes" : `what ${treeOf} was`);
  world.tell(`push ${sha} to ${where}, after ${parents.join(" and ") || "nothing"}: ${what}`);
  return commit;
}

export function merge(scene: Scene): void {
  const { world, dice, repository } = scene;
  const number = repository.commits.size + 100;
  const onto = repository.head;
  const headSha = sideBranch(scene);
  prepareConversation(world, { repository: repository.name, number }, dice);
  push(scene, { outcome: { kind: "ok" }, from: [onto, headSha], pullRequest: { number, headSha } });
}

/** Two branches come in at once: a commit with three parents. */
export function octopus(scene: Scene): void {
  const onto = scene.repository.head;
  push(scene, { outcome: { kind: "ok" }, from: [onto, sideBranch(scene), sideBranch(scene)] });
}

/** A commit on a branch of its own, which begins where `main` is or was. */
function sideBranch({ world, dice, repository }: Scene): string {
  const sha = shaOf(repository);
  const base = dice.pick([...repository.commit(repository.head).contains].slice(0, 3));
  const tree = treeAfter({ before: repository.commit(base).tree, outcome: { kind: "ok" }, sha }, dice);
  repository.add({ sha, parents: [base], tree, pushedMs: world.nowMs, knownMs: world.nowMs, pullRequest: null });
  return sha;
}

/** A new commit with the tree of an older one. */
export function revert(scene: Scene): void {
  push(scene, { outcome: null, treeOf: someCommit(scene) });
}

/** Others talk too, sometimes at length, and somebody plants our marker. */
function prepareConversation(world: SimulatedWorld, where: { repository: string; number: number }, dice: Dice): void {
  const planted = `<!-- signalman:v1 simulated//${namespace}:${notificationName}/pr -->\nI was here first`;
  if (dice.chance(0.15)) world.gitHub.chat({ ...where, login: "mallory", body: planted });
  const length = dice.chance(0.15) ? 130 : 0;
  for (let index = 0; index < length; index += 1) world.gitHub.chat({ ...where, login: "alice", body: `remark ${index}` });
}

/** The branch beside `main` in each repository that has one. */
const otherBranch = "release";
/** A tag that moves. */
const movingTag = "stable";

/** A commit on the other branch, which begins where `main` is or was. */
export function pushRelease(scene: Scene): void {
  const { dice, repository } = scene;
  const from = repository.headOf(otherBranch) ?? dice.pick([...repository.commit(repository.head).contains].slice(0, 3));
  push(scene, { outcome: { kind: "ok" }, from: [from], branch: otherBranch });
}

/** Each of the two branches goes into the other one as it was before: neither result contains the other, and they have two best common ancestors. */
export function crissCross(scene: Scene): void {
  const { repository } = scene;
  if (repository.headOf(otherBranch) === null) pushRelease(scene);
  const [main, other] = [repository.head, repository.headOf(otherBranch) ?? repository.head];
  push(scene, { outcome: { kind: "ok" }, from: [other, main], branch: otherBranch });
  push(scene, { outcome: { kind: "ok" }, from: [main, other] });
}

export function switchBranch({ world, gitRepo, repository }: Scene): void {
  const branch = gitRepo.branch === otherBranch ? "main" : otherBranch;
  if (!gitRepo.isThere || repository.headOf(branch) === null) return;
  Object.assign(gitRepo, { branch, movedMs: world.nowMs });
  world.tell(`${gitRepo.name} follows the branch ${branch}`);
  world.fleet.changeGitRepo(gitRepo.name, { branch });
}

/** A tag that moves and moves back before everybody has polled and cloned it nobody can know, as with a branch. */
export function moveTag(scene: Scene): void {
  const { world, repository } = scene;
  if (world.nowMs - repository.tagMovedMs < clonedMs) return;
  const sha = someCommit(scene);
  repository.tags.set(movingTag, sha);
  repository.tagMovedMs = world.nowMs;
  world.tell(`the tag ${movingTag} of ${repository.name} is at ${sha}`);
}

/** Its Job begins at once; in some stories the tag moves while it does, and what that clones is another commit than it is named after. */
export function pinTag(scene: Scene): void {
  const { world, dice, gitRepo, repository } = scene;
  if (!gitRepo.isThere) return;
  if (!repository.tags.has(movingTag)) repository.tags.set(movingTag, someCommit(scene));
  Object.assign(gitRepo, { revision: movingTag, movedMs: world.nowMs });
  world.tell(`${gitRepo.name} is pinned to the tag ${movingTag}`);
  world.fleet.setRevision(gitRepo.name, movingTag);
  if (dice.chance(0.5)) world.clock.wakeAt(world.nowMs + dice.between(200, 2_500), () => moveTag(scene));
}

export function forcePush(scene: Scene): void {
  const { world, dice, repository } = scene;
  const back = someCommit(scene);
  if (dice.chance(0.5)) {
    push(scene, { outcome: { kind: "ok" }, from: [back] });
    return;
  }
  // A branch that moves on and back before everybody has polled and cloned it nobody can know (docs/guarantees.md).
  if (world.nowMs - (repository.heads.at(-1)?.fromMs ?? 0) < clonedMs) return;
  repository.moveHead(back, world.nowMs);
  world.tell(`${repository.name}'s branch is forced to ${back}`);
}

/** One of the newest, on whatever branch. */
function someCommit({ dice, repository }: Scene): string {
  return dice.pick([...repository.commits.keys()].slice(-6));
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
