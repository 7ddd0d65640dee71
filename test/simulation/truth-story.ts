import type { Fleet } from "../../simulator/world/fleet.ts";
import type { BundleContent, BundleOutcome, FleetTree, MemoryGit } from "../../simulator/world/fleet-content.ts";
import type { Random } from "../../simulator/world/seeded-random.ts";

export const gitRepoName = "shop";

/** What happens in one random story, and the history that comes of it. */
export class TruthStory {
  readonly parents = new Map<string, string>();
  readonly #offline = new Set<string>();
  /** cluster → when it came back, milliseconds. */
  readonly #backSinceMs = new Map<string, number>();
  readonly #fleet: Fleet;
  readonly #git: MemoryGit;
  readonly #random: Random;
  #head = "";
  #revision = "";
  #commits = 0;

  constructor(fleet: Fleet, git: MemoryGit, random: Random) {
    this.#fleet = fleet;
    this.#git = git;
    this.#random = random;
  }

  get head(): string {
    return this.#head;
  }

  /** Puts a good commit on the branch. */
  commitGood(): void {
    this.#commit({ kind: "ok" });
  }

  /** One thing that people, git hosts and networks do. */
  act(): void {
    const acts: readonly (() => void)[] = [
      () => this.#commit(this.#outcome()),
      () => this.#commit(this.#outcome()),
      () => this.#commit({ kind: "ok" }),
      () => this.#readmeOnly(),
      () => this.#revert(),
      () => this.#forcePush(),
      () => this.#toggleCluster(),
      () => this.#toggleCluster(),
      () => this.#fleet.setPaused(gitRepoName, this.#chance(0.3)),
      () => this.#pin(),
      () => this.#fleet.forceSync(gitRepoName),
      () => this.#fleet.webhook(gitRepoName, this.#chance(0.5) ? this.#head : this.#anyCommit()),
    ];
    acts[Math.floor(this.#random() * acts.length)]!();
  }

  /** Everything that was upset is put right, and a last good commit is on the branch. */
  mend(): void {
    for (const name of this.#offline) this.#setOnline(name);
    this.#fleet.setPaused(gitRepoName, false);
    this.#revision = "";
    this.#fleet.setRevision(gitRepoName, "");
    this.commitGood();
  }

  /** True where the older commit is the newer one or an ancestor of it. */
  contains(newer: string, older: string): boolean {
    for (let sha: string | undefined = newer; sha !== undefined; sha = this.parents.get(sha)) if (sha === older) return true;
    return false;
  }

  /** The cluster is offline, or came back so shortly that its agent may not have taken off what was removed meanwhile. */
  mayHaveLeftovers(cluster: string): boolean {
    return this.#offline.has(cluster) || this.#fleet.nowMs - (this.#backSinceMs.get(cluster) ?? -Infinity) < 1_000;
  }

  #commit(outcome: BundleOutcome): void {
    this.#commits += 1;
    const before = this.#git.trees.get(this.#head) ?? new Map<string, BundleContent>();
    const tree = new Map(before);
    // A mistake of an earlier commit is mended in passing, which makes it another content.
    for (const [path, { manifest, outcome: former }] of tree) {
      if (former.kind !== "ok") tree.set(path, { manifest: `${manifest} mended`, outcome: { kind: "ok" } });
    }
    const path = ["api", "db", "web"][Math.floor(this.#random() * 3)]!;
    const isRemoved = tree.size > 1 && tree.has(path) && outcome.kind === "ok" && this.#chance(0.2);
    if (isRemoved) tree.delete(path);
    else tree.set(path, { manifest: `${path} ${this.#commits}`, outcome });
    this.#add(tree);
  }

  #readmeOnly(): void {
    this.#add(this.#git.trees.get(this.#head)!);
  }

  #revert(): void {
    const parent = this.parents.get(this.#head);
    if (parent !== undefined) this.#add(this.#git.trees.get(parent)!);
  }

  #forcePush(): void {
    const parent = this.parents.get(this.#head);
    if (parent === undefined) return;
    this.#head = parent;
    this.#commit({ kind: "ok" });
  }

  #add(tree: FleetTree): void {
    const sha = this.#git.trees.size.toString(16).padStart(40, "a");
    if (this.#head !== "") this.parents.set(sha, this.#head);
    this.#head = sha;
    this.#git.commit(sha, tree);
  }

  #pin(): void {
    this.#revision = this.#revision === "" ? this.#anyCommit() : "";
    this.#fleet.setRevision(gitRepoName, this.#revision);
  }

  #anyCommit(): string {
    const shas = [...this.#git.trees.keys()];
    return shas[Math.floor(this.#random() * shas.length)]!;
  }

  #toggleCluster(): void {
    const names = this.#fleet.clusterNames;
    const name = names[Math.floor(this.#random() * names.length)]!;
    if (this.#offline.has(name)) this.#setOnline(name);
    else {
      this.#offline.add(name);
      this.#fleet.setClusterOnline(name, false);
    }
  }

  #setOnline(name: string): void {
    this.#offline.delete(name);
    this.#backSinceMs.set(name, this.#fleet.nowMs);
    this.#fleet.setClusterOnline(name, true);
  }

  #outcome(): BundleOutcome {
    const outcomes: readonly BundleOutcome[] = [
      { kind: "ok" },
      { kind: "ok" },
      { kind: "jobFails", message: "bad fleet.yaml" },
      { kind: "applyFails", message: "no matches for kind" },
      { kind: "applyFails", message: "field is immutable", partly: true },
      { kind: "applyFails", message: "no matches for kind", clusters: ["c1"] },
      { kind: "neverReady", message: "Replicas: 0/1" },
      { kind: "unhealthyLate", message: "not reconciled" },
    ];
    return outcomes[Math.floor(this.#random() * outcomes.length)]!;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
}
