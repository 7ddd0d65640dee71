import type { CommitNode, PullRequest } from "../../src/core/history/relation.ts";
import type { BundleOutcome, FleetGit, FleetTree } from "../world/fleet-content.ts";

export interface TrueCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly tree: FleetTree;
  readonly pushedMs: number;
  /** From when on the host's API knows it; Infinity where it never will. */
  readonly knownMs: number;
  readonly pullRequest: PullRequest | null;
  /** Itself and everything that it descends from. */
  readonly contains: ReadonlySet<string>;
  /** Whether Fleet can deploy it. */
  readonly isGood: boolean;
}

/** The branch whose heads are remembered. */
const mainBranch = "main";

/** The truth about one repository: a graph of commits, its branch, other branches and tags where a story has them, and when the host's API shows what. */
export class RepositoryTruth {
  readonly name: string;
  readonly commits = new Map<string, TrueCommit>();
  head = "";
  /** The branch's heads in the order in which they were. */
  readonly heads: { readonly sha: string; readonly fromMs: number }[] = [];
  /** Other branches, by name. */
  readonly branches = new Map<string, string>();
  readonly tags = new Map<string, string>();
  /** When a tag was last moved. */
  tagMovedMs = -Infinity;

  constructor(name: string) {
    this.name = name;
  }

  get url(): string {
    return `https://github.com/acme/${this.name}`;
  }

  add(commit: Omit<TrueCommit, "contains" | "isGood">): TrueCommit {
    const contains = new Set([commit.sha, ...commit.parents.flatMap((parent) => [...this.commit(parent).contains])]);
    const outcomes = [...commit.tree.values()].map((bundle): BundleOutcome["kind"] => bundle.outcome.kind);
    const added = { ...commit, contains, isGood: outcomes.every((kind) => kind === "ok") };
    this.commits.set(commit.sha, added);
    return added;
  }

  moveHead(sha: string, fromMs: number): void {
    this.head = sha;
    this.heads.push({ sha, fromMs });
  }

  /** null where there is no such branch. */
  headOf(branch: string): string | null {
    const sha = branch === mainBranch ? this.head : this.branches.get(branch);
    return sha === undefined || sha === "" ? null : sha;
  }

  /** What who follows this branch, or is pinned to this commit or tag, is to run. */
  wanted({ branch, revision }: { readonly branch: string; readonly revision: string }): string {
    const sha = revision === "" ? this.headOf(branch) : (this.tags.get(revision) ?? revision);
    if (sha === null) throw new Error(`no branch "${branch}" in ${this.name}`);
    return sha;
  }

  commit(sha: string): TrueCommit {
    const found = this.commits.get(sha);
    if (found === undefined) throw new Error(`no commit "${sha}" in ${this.name}`);
    return found;
  }

  /** How `head` stands to `base`, in truth. */
  relation(base: string, head: string): "same" | "ahead" | "behind" | "diverged" {
    if (base === head) return "same";
    if (this.commit(head).contains.has(base)) return "ahead";
    return this.commit(base).contains.has(head) ? "behind" : "diverged";
  }

  /** What the product learns from a comparison, each commit with its parents: the base, where the two lines part, and the second of what lies between. */
  compared(base: string, head: string): readonly CommitNode[] {
    const [before, after] = [this.commit(base).contains, this.commit(head).contains];
    const mergeBase = [...this.commits.keys()].findLast((it) => before.has(it) && after.has(it)) ?? base;
    return [...[...new Set([base, mergeBase])].map((it) => nodeOf(this.commit(it))), ...this.between(base, head).slice(1, 2)];
  }

  /** What came in with base..head, each commit with its parents, oldest first. */
  between(base: string, head: string): readonly CommitNode[] {
    const [before, after] = [this.commit(base).contains, this.commit(head).contains];
    return [...this.commits.values()].filter(({ sha }) => after.has(sha) && !before.has(sha)).map(nodeOf);
  }

  /** The pull requests that came in with base..head, oldest first. */
  pullRequests(base: string, head: string): readonly PullRequest[] {
    const before = base === "" ? new Set<string>() : this.commit(base).contains;
    const shas = base === "" ? [head] : [...this.commits.keys()].filter((sha) => this.commit(head).contains.has(sha));
    return shas.flatMap((sha) => (before.has(sha) ? [] : (this.commit(sha).pullRequest ?? [])));
  }
}

function nodeOf({ sha, parents }: TrueCommit): CommitNode {
  return { sha, parents };
}

/** What Fleet's git server knows: every repository of the world, always up to date. */
export function gitOf(repositories: readonly RepositoryTruth[]): FleetGit {
  const find = (repo: string) => repositories.find((it) => it.url === repo);
  return {
    head: (repo, branch) => find(repo)?.headOf(branch) ?? null,
    tag: (repo, name) => find(repo)?.tags.get(name) ?? null,
    tree: (repo, sha) => find(repo)?.commits.get(sha)?.tree ?? null,
  };
}
