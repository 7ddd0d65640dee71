import { createHash } from "node:crypto";
import { Fleet } from "../../simulator/world/fleet.ts";
import type { BundleOutcome, FleetGit, FleetTree } from "../../simulator/world/fleet-content.ts";
import { fleetObjectsIn } from "../../simulator/world/fleet-objects.ts";
import { fastTimings } from "../../simulator/world/fleet-timings.ts";
import { RecordedHistory } from "../../simulator/world/git-recorded-history.ts";
import type { GitHubWorld } from "../../simulator/world/github.ts";
import type { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { seededRandom } from "../../simulator/world/seeded-random.ts";

const passMs = 10;

/** A simulated Fleet that goes on by itself, some ten times faster than a real one. Every GitRepo has the repository acme/<its name>. */
export class PlayedFleet {
  readonly #fleet: Fleet;
  readonly #git = new Repositories();
  readonly #github: GitHubWorld;
  readonly #timer: NodeJS.Timeout;

  /** What Fleet writes comes into `objects`. */
  constructor(objects: KubernetesObjects, github: GitHubWorld) {
    const now = () => Date.now();
    this.#github = github;
    this.#fleet = new Fleet({
      startMs: now(),
      git: this.#git,
      timings: fastTimings,
      objects: fleetObjectsIn(objects, now),
      random: seededRandom(7),
    });
    this.#timer = setInterval(() => this.#fleet.advance(now()), passMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** To do something to Fleet or its clusters, now. */
  get now(): Fleet {
    this.#fleet.advance(Date.now());
    return this.#fleet;
  }

  /** A GitRepo of the repository acme/<name>, looked at every second; its first commit is the caller's to make, before. */
  addGitRepo(name: string, repo = repoOf(name)): void {
    this.now.addGitRepo({ name, repo, pollingIntervalMs: 1_000 });
  }

  /** Pushes a commit and returns its SHA. The repository is made with the first one. */
  async commit(name: string, outcome: BundleOutcome = { kind: "ok" }): Promise<string> {
    const parent = this.#git.head(repoOf(name));
    const text = `${name} ${this.#git.count}`;
    const sha = createHash("sha1").update(text).digest("hex");
    const isThere = this.#github.repositories().some((it) => it.fullName === `acme/${name}`);
    if (!isThere) await this.#github.createRepository(`acme/${name}`, { history: new RecordedHistory([], {}) });
    const history = this.#github.repository(`acme/${name}`).history as RecordedHistory;
    history.add({ sha, parents: parent === null ? [] : [parent], message: text });
    await history.setBranch("main", sha);
    this.#git.push(repoOf(name), { sha, tree: new Map([["app", { manifest: text, outcome }]]) });
    return sha;
  }

  /** The ground truth: whether a cluster runs exactly this commit of a GitRepo's repository, acme/<its name> by default. */
  holds(cluster: string, { name, sha, repository = name }: { name: string; sha: string; repository?: string }): boolean {
    const tree = this.#git.tree(repoOf(repository), sha);
    return tree !== null && this.now.holds(cluster, name, tree);
  }

  /** Makes what acme/<name> has available to Fleet at another address, of which GitHub knows nothing. */
  mirror(name: string, repo: string): void {
    const sha = this.#git.head(repoOf(name)) ?? "";
    this.#git.push(repo, { sha, tree: this.#git.tree(repo, sha) ?? new Map() });
  }

  /** A commit of the caller's came in by a pull request, whose head is returned. */
  pullRequest(name: string, { number, sha, title = "Change" }: { number: number; sha: string; title?: string }): string {
    const repository = this.#github.repository(`acme/${name}`);
    const history = repository.history as RecordedHistory;
    const headSha = createHash("sha1").update(`head of ${sha}`).digest("hex");
    history.add({ sha: headSha, parents: history.lookup(sha)?.parents ?? [], message: title });
    repository.recordMergedPullRequest({ number, title, headSha, mergeCommitSha: sha });
    return headSha;
  }
}

export function repoOf(name: string): string {
  return `https://github.com/acme/${name}.git`;
}

/** Fleet's git servers: repositories with one branch. */
class Repositories implements FleetGit {
  readonly #heads = new Map<string, string>();
  readonly #trees = new Map<string, FleetTree>();

  get count(): number {
    return this.#trees.size;
  }

  push(repo: string, { sha, tree }: { sha: string; tree: FleetTree }): void {
    this.#trees.set(sha, tree);
    this.#heads.set(repo, sha);
  }

  head(repo: string): string | null {
    return this.#heads.get(repo) ?? null;
  }

  tree(_repo: string, sha: string): FleetTree | null {
    return this.#trees.get(sha) ?? null;
  }
}
