import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { branchName, resolveReference, type GitCommit, type GitComparison, type GitHistory } from "./git-history.ts";
import { fastImportStream, type FileChange } from "./git-fast-import.ts";
import { blobContents } from "./git-blob-contents.ts";
import { runGit } from "./git-process.ts";
import { readPushes } from "./git-pushes.ts";

/** Path → content; null deletes. What is not named stays as in the first parent. */
export type Files = Readonly<Record<string, string | null>>;

export interface CommitOptions {
  /** The branch that moves to the new commit; the default branch where absent. null: no branch moves (a commit that hangs loose). */
  readonly branch?: string | null;
  readonly message?: string;
  /** The branch's head where absent (none for the first commit of a branch that does not exist yet: then a root commit). */
  readonly parents?: readonly string[];
  readonly authorName?: string;
}

/**
 * A real, temporary, bare git repository. Every answer about history is git's own; only the list of commits and branches is kept
 * beside it: what others push is seen once `takePushes` was called. Changes run one after another, whoever asks for them.
 */
export interface GitRepository extends GitHistory {
  /** The bare repository; a `git clone` from it works. */
  readonly directory: string;
  readonly defaultBranch: string;
  /** Makes a commit and returns its SHA. The same content, parents, message and second make the same SHA, as in any git. */
  commit(files: Files, options?: CommitOptions): Promise<string>;
  /** Makes `branch` point at `sha`; it is created where it is not there. */
  createBranch(branch: string, sha: string): Promise<void>;
  /** A merge commit of `head` into `into`. Where both changed one file, the side of `head` wins: there are no conflicts here. */
  merge(head: string, options?: MergeOptions): Promise<string>;
  /** One commit on `into` with all that `head` changed since they parted. */
  squash(head: string, options?: MergeOptions): Promise<string>;
  /** `head`'s commits made anew on top of `into`, one by one; returns the last one. */
  rebase(head: string, options?: MergeOptions): Promise<string>;
  /** A new commit that gives every file that `sha` changed back its content from before. */
  revert(sha: string, options?: { readonly branch?: string; readonly message?: string }): Promise<string>;
  forcePush(branch: string, sha: string): Promise<void>;
  /** Takes over what others have pushed into `directory`; returns the SHAs of the new commits, parents first. */
  takePushes(): Promise<readonly string[]>;
  /** Every file at a commit, path → content. */
  files(sha: string): Promise<ReadonlyMap<string, string>>;
}

export interface MergeOptions {
  /** The default branch where absent. */
  readonly into?: string;
  readonly message?: string;
}

export interface GitRepositoryOptions {
  /** Dates of commits come from here, milliseconds since the epoch. */
  readonly now: () => number;
  readonly defaultBranch?: string;
}

/** Creates an empty repository under the system's temporary directory; `close()` removes it. */
export async function createGitRepository(options: GitRepositoryOptions): Promise<GitRepository> {
  const directory = await mkdtemp(join(tmpdir(), "signalman-git-"));
  const defaultBranch = options.defaultBranch ?? "main";
  await runGit(directory, ["init", "--quiet", "--bare", "--initial-branch", defaultBranch, directory]);
  return new TemporaryGitRepository(directory, defaultBranch, options.now);
}

interface NewCommit {
  readonly branch: string | null;
  readonly parents: readonly string[];
  readonly message: string;
  readonly authorName: string;
  readonly changes: readonly FileChange[];
}

class TemporaryGitRepository implements GitRepository {
  readonly directory: string;
  readonly defaultBranch: string;
  readonly #now: () => number;
  readonly #commits = new Map<string, GitCommit>();
  readonly #branches = new Map<string, string>();
  readonly #comparisons = new Map<string, Promise<GitComparison>>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(directory: string, defaultBranch: string, now: () => number) {
    this.directory = directory;
    this.defaultBranch = defaultBranch;
    this.#now = now;
  }

  lookup(sha: string): GitCommit | null {
    return this.#commits.get(sha) ?? null;
  }
  head(branch: string): string | null {
    return this.#branches.get(branch) ?? null;
  }
  branches(): ReadonlyMap<string, string> {
    return this.#branches;
  }
  resolve(reference: string): string | null {
    return resolveReference(reference, this.#branches, this.#commits.keys());
  }

  commit(files: Files, options: CommitOptions = {}): Promise<string> {
    return this.#alone(() => {
      const branch = options.branch === undefined ? this.defaultBranch : options.branch;
      const head = branch === null ? null : this.head(branch);
      return this.#write({
        branch,
        parents: options.parents ?? (head === null ? [] : [head]),
        message: options.message ?? `Change ${Object.keys(files).join(", ") || "nothing"}`,
        authorName: options.authorName ?? "Ada Lovelace",
        changes: Object.entries(files).map(([path, content]) =>
          content === null ? { kind: "delete", path } : { kind: "write", path, content },
        ),
      });
    });
  }

  createBranch(branch: string, sha: string): Promise<void> {
    return this.setBranch(branch, sha);
  }
  forcePush(branch: string, sha: string): Promise<void> {
    return this.setBranch(branch, sha);
  }

  merge(head: string, options: MergeOptions = {}): Promise<string> {
    return this.#alone(async () => {
      const { into, base, tip } = this.#sides(head, options);
      const changes = await this.#changesSinceParting(base, tip);
      const message = options.message ?? `Merge ${head} into ${into}`;
      return this.#write({ branch: into, parents: [base, tip], message, authorName: "Ada Lovelace", changes });
    });
  }

  squash(head: string, options: MergeOptions = {}): Promise<string> {
    return this.#alone(async () => {
      const { into, base, tip } = this.#sides(head, options);
      const changes = await this.#changesSinceParting(base, tip);
      const message = options.message ?? this.#existing(tip).message;
      return this.#write({ branch: into, parents: [base], message, authorName: "Ada Lovelace", changes });
    });
  }

  rebase(head: string, options: MergeOptions = {}): Promise<string> {
    return this.#alone(async () => {
      const { into, base, tip } = this.#sides(head, options);
      let parent = base;
      for (const sha of await this.range(base, tip)) {
        const { parents, message, authorName } = this.#existing(sha);
        if (parents.length > 1) continue; // `git rebase` leaves merges out as well
        const changes = await this.#difference(parents[0] ?? null, sha);
        parent = await this.#write({ branch: into, parents: [parent], message, authorName, changes });
      }
      return parent;
    });
  }

  revert(sha: string, options: { readonly branch?: string; readonly message?: string } = {}): Promise<string> {
    return this.#alone(async () => {
      const { parents, message: original } = this.#existing(sha);
      const branch = options.branch ?? this.defaultBranch;
      const head = this.#headOf(branch);
      const parent = parents[0];
      if (parent === undefined) throw new Error(`Cannot revert ${sha}: it is a root commit. Allowed: a commit with a parent.`);
      const changes = await this.#difference(sha, parent);
      const message = options.message ?? `Revert "${original.split("\n")[0]}"\n\nThis reverts commit ${sha}.`;
      return this.#write({ branch, parents: [head], message, authorName: "Ada Lovelace", changes });
    });
  }

  compare(base: string, head: string): Promise<GitComparison> {
    const key = `${this.#existing(base).sha}...${this.#existing(head).sha}`;
    const known = this.#comparisons.get(key) ?? this.#compareInGit(base, head);
    this.#comparisons.set(key, known);
    return known;
  }

  async range(base: string, head: string): Promise<readonly string[]> {
    const output = await runGit(this.directory, ["rev-list", "--topo-order", "--reverse", head, `^${base}`, "--"]);
    return output.split("\n").filter((line) => line !== "");
  }

  async contains(descendant: string, ancestor: string): Promise<boolean> {
    const { status } = await this.compare(ancestor, descendant);
    return status === "identical" || status === "ahead";
  }

  async files(sha: string): Promise<ReadonlyMap<string, string>> {
    const listing = await runGit(this.directory, ["ls-tree", "-r", "-z", this.#existing(sha).sha]);
    const entries = listing.split("\0").filter((line) => line !== "");
    const blobs = entries.map((entry) => entry.split(/[ \t]/)[2] ?? "");
    const contents = blobContents(await runGit(this.directory, ["cat-file", "--batch"], { input: `${blobs.join("\n")}\n` }));
    return new Map(entries.map((entry, index) => [entry.slice(entry.indexOf("\t") + 1), contents[index] ?? ""]));
  }

  setBranch(branch: string, sha: string | null): Promise<void> {
    return this.#alone(async () => {
      const reference = `refs/heads/${branchName(branch)}`;
      if (sha === null) await runGit(this.directory, ["update-ref", "-d", reference]);
      else await runGit(this.directory, ["update-ref", reference, this.#existing(sha).sha]);
      if (sha === null) this.#branches.delete(branchName(branch));
      else this.#branches.set(branchName(branch), sha);
    });
  }

  takePushes(): Promise<readonly string[]> {
    return this.#alone(async () => {
      const { commits, branches } = await readPushes(this.directory, this.#branches);
      for (const commit of commits) this.#commits.set(commit.sha, commit);
      for (const branch of this.#branches.keys()) if (!branches.has(branch)) this.#branches.delete(branch);
      for (const [branch, sha] of branches) this.#branches.set(branch, sha);
      return commits.map(({ sha }) => sha);
    });
  }

  async close(): Promise<void> {
    await this.#tail;
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Runs `work` after everything that was asked for before. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {}); // the caller gets the error; the next change goes on
    return result;
  }

  async #write(commit: NewCommit): Promise<string> {
    const committedMs = this.#now();
    const seconds = Math.floor(committedMs / 1000);
    const authorEmail = `${commit.authorName.split(" ")[0]?.toLowerCase()}@example.com`;
    // A commit without a branch gets a hidden ref, as GitHub's refs/pull: what was pushed once can be asked for.
    const reference = commit.branch === null ? `refs/loose/${this.#commits.size}` : `refs/heads/${branchName(commit.branch)}`;
    for (const parent of commit.parents) this.#existing(parent);
    const input = fastImportStream({ ...commit, reference, authorEmail, seconds });
    const output = await runGit(this.directory, ["fast-import", "--quiet", "--force", "--done"], { input });
    const [sha = "", treeLine = ""] = output.split("\n");
    const tree = treeLine.split(/[ \t]/)[2] ?? "";
    const { parents, message, authorName } = commit;
    this.#commits.set(sha, { sha, parents, message, tree, authorName, authorEmail, committedMs: seconds * 1000 });
    if (commit.branch !== null) this.#branches.set(branchName(commit.branch), sha);
    return sha;
  }

  #sides(head: string, options: MergeOptions): { into: string; base: string; tip: string } {
    const into = options.into ?? this.defaultBranch;
    const tip = this.resolve(head);
    if (tip === null) throw new Error(`Cannot merge "${head}": no such branch or commit in ${this.directory}.`);
    return { into, base: this.#headOf(into), tip };
  }

  async #changesSinceParting(base: string, tip: string): Promise<readonly FileChange[]> {
    const { mergeBase } = await this.compare(base, tip);
    return this.#difference(mergeBase, tip);
  }

  /** What turns the files of `from` (null: none at all) into those of `to`. */
  async #difference(from: string | null, to: string): Promise<readonly FileChange[]> {
    const trees = from === null ? ["--root", to] : [from, to];
    const output = await runGit(this.directory, ["diff-tree", "-r", "-z", "--no-renames", "--no-commit-id", ...trees]);
    const fields = output.split("\0");
    const changes: FileChange[] = [];
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const [, mode = "", , blob = "", status = ""] = (fields[index] ?? "").split(" ");
      const path = fields[index + 1] ?? "";
      changes.push(status === "D" ? { kind: "delete", path } : { kind: "blob", path, mode, blob });
    }
    return changes;
  }

  async #compareInGit(base: string, head: string): Promise<GitComparison> {
    const counts = await runGit(this.directory, ["rev-list", "--left-right", "--count", `${base}...${head}`, "--"]);
    const [behindBy = 0, aheadBy = 0] = counts.trim().split("\t").map(Number);
    if (behindBy === 0) return { status: aheadBy === 0 ? "identical" : "ahead", aheadBy, behindBy, mergeBase: base };
    if (aheadBy === 0) return { status: "behind", aheadBy, behindBy, mergeBase: head };
    const mergeBase = await runGit(this.directory, ["merge-base", base, head], { exitCodes: [1] }); // 1: no common ancestor
    return { status: "diverged", aheadBy, behindBy, mergeBase: mergeBase.trim() || null };
  }

  #existing(sha: string): GitCommit {
    const commit = this.#commits.get(sha);
    if (commit === undefined)
      throw new Error(`No commit ${sha} in ${this.directory}. Allowed: the full SHA of a commit made here.`);
    return commit;
  }

  #headOf(branch: string): string {
    const head = this.head(branch);
    if (head === null) throw new Error(`No branch "${branch}" in ${this.directory}. Remedy: commit to it first.`);
    return head;
  }
}
