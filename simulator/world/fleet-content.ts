import { hash } from "node:crypto";

/** What becomes of a bundle on a cluster. */
export type BundleOutcome =
  | { readonly kind: "ok" }
  /** `fleet apply` cannot read it: the Job fails, and nothing of the commit is written. */
  | { readonly kind: "jobFails"; readonly message: string }
  /** Helm refuses it, on these clusters (absent: on all). Where `partly`, some of its objects are there all the same. */
  | { readonly kind: "applyFails"; readonly message: string; readonly clusters?: readonly string[]; readonly partly?: boolean }
  /** It is applied, and never becomes healthy. */
  | { readonly kind: "neverReady"; readonly message: string }
  /** The same, but it looks healthy until the agent looks again: custom resources without conditions (fleet-facts §1.2, W8). */
  | { readonly kind: "unhealthyLate"; readonly message: string };

/** What one commit holds of one bundle. */
export interface BundleContent {
  /** Names the content: the same text, the same content. */
  readonly manifest: string;
  readonly outcome: BundleOutcome;
  /** Paths of the bundles that must be ready on a cluster before this one is brought to it; none where absent. */
  readonly dependsOn?: readonly string[];
  /** Absent: one partition of all clusters, which may all be unavailable at once. */
  readonly rollout?: RolloutStrategy;
}

/** `rolloutStrategy` of a fleet.yaml, in counts of clusters. Who is in no partition is never brought anything. */
export interface RolloutStrategy {
  readonly maxUnavailable: number;
  readonly partitions: readonly {
    readonly name: string;
    readonly maxUnavailable: number;
    /** Names, which the clusters have as label `name` too. */
    readonly clusters: readonly string[];
  }[];
}

/** What one commit holds: bundle (the path in the repository) → content. */
export type FleetTree = ReadonlyMap<string, BundleContent>;

/** What Fleet asks the git server. */
export interface FleetGit {
  /** The branch's head; null where there is no such branch. Throws an Error with Fleet's words where the server does not answer. */
  head(repo: string, branch: string): string | null;
  /** What a commit holds; null where there is no such commit. */
  tree(repo: string, sha: string): FleetTree | null;
  /** The commit of a tag; null where there is none. Absent: a server without tags. */
  tag?(repo: string, name: string): string | null;
}

/** The commit that a GitRepo asks for now: what `revision` names, a tag or a commit, else the branch's head. Throws as `FleetGit.head` does. */
export function wantedCommit(
  git: FleetGit,
  { repo, branch, revision }: { readonly repo: string; readonly branch: string; readonly revision: string },
): string | null {
  return revision === "" ? git.head(repo, branch) : (git.tag?.(repo, revision) ?? revision);
}

export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/** Fleet's name for a bundle's content: the label `content-name` and the first part of a deploymentID. */
export function manifestId(manifest: string): string {
  return `s-${sha256(manifest).slice(0, 61)}`;
}

/** An in-memory git server for tests: `history` is whatever the test says it is. */
export class MemoryGit implements FleetGit {
  readonly trees = new Map<string, FleetTree>();
  readonly #heads = new Map<string, string>();
  /** Set: nobody answers, and Fleet's error says so. */
  isDown = false;

  /** A commit exists from now on, and the branch (where one is named) points at it. */
  commit(sha: string, tree: FleetTree, branch: string | null = "main"): void {
    this.trees.set(sha, tree);
    if (branch !== null) this.#heads.set(branch, sha);
  }

  setHead(branch: string, sha: string): void {
    this.#heads.set(branch, sha);
  }

  head(repo: string, branch: string): string | null {
    if (this.isDown) {
      const url = `${repo}/info/refs?service=git-upload-pack`;
      throw new Error(`Get "${url}": dial tcp github.com:443: connect: connection refused`);
    }
    return this.#heads.get(branch) ?? null;
  }

  tree(_repo: string, sha: string): FleetTree | null {
    return this.trees.get(sha) ?? null;
  }
}
