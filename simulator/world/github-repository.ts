import { branchName, type GitHistory } from "./git-history.ts";
import type { Files, GitRepository } from "./git-repository.ts";
import type { GitHubAccount } from "./github-account.ts";
import { CommitStatuses, type CommitStatus, type CommitStatusDraft } from "./github-commit-status.ts";
import { type CheckRun, type CheckRunDraft, CheckRuns } from "./github-check-run.ts";
import { type Deployment, Deployments, type DeploymentStatus } from "./github-deployment.ts";
import { GitHubError, notFound } from "./github-error.ts";
import { checkConversation, IssueComments, type ConversationState, type IssueComment } from "./github-issue-comment.ts";
import type { MergeMethod, PullRequest, PullRequestDraft } from "./github-pull-request.ts";

/** What a repository needs of the world around it. */
export interface GitHubSurroundings {
  readonly now: () => number;
  readonly nextId: () => number;
  readonly account: (login: string) => GitHubAccount;
}

export interface GitHubRepositoryOptions {
  readonly id: number;
  readonly owner: GitHubAccount;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly history: GitHistory;
  readonly git: GitRepository | null;
}

/** Who writes through the API: the App's bot or a token's owner. */
export interface Writer {
  readonly account: GitHubAccount;
  readonly appId: number | null;
}

/**
 * One repository: git history, and what GitHub keeps beside it. People's acts (`openPullRequest`, `merge`, `lock`, …) are methods
 * for tests and the demo; what a client may do goes through the HTTP face and ends in `postStatus`, `createComment`, `editComment`.
 */
export class GitHubRepository {
  readonly id: number;
  owner: GitHubAccount;
  name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly createdMs: number;
  readonly history: GitHistory;
  readonly statuses = new CommitStatuses();
  readonly issueComments = new IssueComments();
  readonly checkRuns = new CheckRuns();
  readonly deployments = new Deployments();
  /** `repository_dispatch` events, oldest first. */
  readonly dispatches: { readonly eventType: string; readonly payload: Readonly<Record<string, unknown>> }[] = [];
  readonly #git: GitRepository | null;
  readonly #surroundings: GitHubSurroundings;
  readonly #pullRequests = new Map<number, PullRequest>();
  /** SHA → until when the API does not know it, milliseconds since the epoch. */
  readonly #hiddenUntilMs = new Map<string, number>();

  constructor(options: GitHubRepositoryOptions, surroundings: GitHubSurroundings) {
    this.id = options.id;
    this.owner = options.owner;
    this.name = options.name;
    this.private = options.private;
    this.defaultBranch = options.defaultBranch;
    this.history = options.history;
    this.createdMs = surroundings.now();
    this.#git = options.git;
    this.#surroundings = surroundings;
  }

  /** `owner/name`. */
  get fullName(): string {
    return `${this.owner.login}/${this.name}`;
  }

  /** The real git repository. Throws where the history is a recorded one, which nobody can commit to. */
  get git(): GitRepository {
    if (this.#git !== null) return this.#git;
    throw new Error(`${this.fullName} has a recorded history: it cannot be committed to. Remedy: create it without \`history\`.`);
  }

  // -- commits

  /** The SHA that the API knows for a branch, SHA or abbreviation; null where it knows none (yet). */
  resolve(reference: string): string | null {
    const branch = branchName(reference);
    if (this.history.head(branch) !== null) return this.shownHead(branch);
    const sha = this.history.resolve(reference);
    return sha === null || this.isHidden(sha) ? null : sha;
  }

  /** The branch's head as the API shows it: the newest first parent that it knows. null where there is no such branch. */
  shownHead(branch: string): string | null {
    let sha = this.history.head(branch);
    while (sha !== null && this.isHidden(sha)) sha = this.history.lookup(sha)?.parents[0] ?? null;
    return sha;
  }

  /** From now on, and until `untilMs` or `revealCommit`, the API does not know the commit: GitHub's API may lag behind a push. */
  hideCommit(sha: string, untilMs = Number.POSITIVE_INFINITY): void {
    this.#hiddenUntilMs.set(sha, untilMs);
  }
  revealCommit(sha: string): void {
    this.#hiddenUntilMs.delete(sha);
  }
  isHidden(sha: string): boolean {
    const untilMs = this.#hiddenUntilMs.get(sha);
    return untilMs !== undefined && this.#surroundings.now() < untilMs;
  }

  /** Throws 422 `No commit found for SHA: …` for a commit that the API does not know. */
  postStatus(sha: string, draft: CommitStatusDraft, writer: Writer): CommitStatus {
    const known = this.resolve(sha);
    if (known === null || !known.startsWith(sha)) throw new GitHubError(422, `No commit found for SHA: ${sha}`);
    return this.statuses.add(known, draft, this.#stamp(writer));
  }

  /** Throws 422 for a commit that the API does not know. */
  createCheckRun(sha: string, draft: CheckRunDraft & { readonly name: string }): CheckRun {
    const known = this.resolve(sha);
    if (known === null || !known.startsWith(sha)) throw new GitHubError(422, `No commit found for SHA: ${sha}`);
    return this.checkRuns.add(known, draft, { id: this.#surroundings.nextId(), nowMs: this.#surroundings.now() });
  }
  editCheckRun(id: number, draft: CheckRunDraft): CheckRun {
    return this.checkRuns.edit(id, draft, this.#surroundings.now());
  }

  createDeployment(draft: Parameters<Deployments["add"]>[0], writer: Writer): Deployment {
    return this.deployments.add(draft, this.#stamp(writer));
  }
  createDeploymentStatus(id: number, draft: Parameters<Deployments["addStatus"]>[1], writer: Writer): DeploymentStatus {
    return this.deployments.addStatus(id, draft, this.#stamp(writer));
  }

  #stamp({ account }: Writer): { id: number; creator: GitHubAccount; createdMs: number } {
    return { id: this.#surroundings.nextId(), creator: account, createdMs: this.#surroundings.now() };
  }

  // -- pull requests

  pullRequests(): readonly PullRequest[] {
    return [...this.#pullRequests.values()];
  }

  /** Throws 404 where there is no such pull request. */
  pullRequest(number: number): PullRequest {
    const pullRequest = this.#pullRequests.get(number);
    if (pullRequest === undefined) throw notFound();
    return pullRequest;
  }

  /**
   * Opens a pull request. With `files` the branch is made from the base's head and the files are committed to it; without, the
   * branch must be there.
   */
  async openPullRequest(draft: PullRequestDraft, files?: Files): Promise<PullRequest> {
    const number = this.#pullRequests.size + 1;
    const baseBranch = draft.base ?? this.defaultBranch;
    const headBranch = draft.branch ?? `change-${number}`;
    const baseSha = this.#headOf(baseBranch);
    if (files !== undefined) {
      if (this.history.head(headBranch) === null) await this.git.createBranch(headBranch, baseSha);
      await this.git.commit(files, { branch: headBranch, message: draft.title });
    }
    const now = this.#surroundings.now();
    return this.#keep({
      id: this.#surroundings.nextId(),
      number,
      title: draft.title,
      body: draft.body ?? null,
      author: this.#surroundings.account(draft.author ?? "ada"),
      headBranch,
      headSha: this.#headOf(headBranch),
      baseBranch,
      baseSha,
      state: "open",
      mergeCommitSha: null,
      broughtIn: new Set(),
      createdMs: now,
      updatedMs: now,
      mergedMs: null,
      conversation: "open",
    });
  }

  /** Commits to an open pull request's branch. */
  async pushToPullRequest(number: number, files: Files, message?: string): Promise<PullRequest> {
    const { headBranch } = this.pullRequest(number);
    const headSha = await this.git.commit(files, { branch: headBranch, ...(message === undefined ? {} : { message }) });
    return this.#change(number, { headSha });
  }

  /** Merges an open pull request; its `mergeCommitSha` is then the commit by which it came in. */
  async mergePullRequest(number: number, method: MergeMethod = "merge"): Promise<PullRequest> {
    const { state, title, headBranch, headSha, baseBranch } = this.pullRequest(number);
    if (state !== "open") throw new Error(`Cannot merge pull request ${number} of ${this.fullName}: it is ${state}.`);
    const before = this.#headOf(baseBranch);
    const messages = {
      merge: `Merge pull request #${number} from ${this.owner.login}/${headBranch}\n\n${title}`,
      squash: `${title} (#${number})`,
    };
    const mergeCommitSha =
      method === "rebase"
        ? await this.git.rebase(headSha, { into: baseBranch })
        : await this.git[method](headSha, { into: baseBranch, message: messages[method] });
    const broughtIn = new Set(await this.history.range(before, mergeCommitSha));
    return this.#change(number, { state: "closed", mergeCommitSha, broughtIn, mergedMs: this.#surroundings.now() });
  }

  closePullRequest(number: number): PullRequest {
    return this.#change(number, { state: "closed" });
  }

  /** Locks a conversation (writes get 403), removes it (410) or opens it again. */
  setConversation(number: number, conversation: ConversationState): PullRequest {
    return this.#change(number, { conversation });
  }

  /** A pull request as it was before this world began: for recorded histories. */
  recordMergedPullRequest(merged: { number: number; title: string; headSha: string; mergeCommitSha: string }): PullRequest {
    const now = this.#surroundings.now();
    return this.#keep({
      ...merged,
      id: this.#surroundings.nextId(),
      body: null,
      author: this.#surroundings.account("ada"),
      headBranch: `change-${merged.number}`,
      baseBranch: this.defaultBranch,
      baseSha: this.history.lookup(merged.mergeCommitSha)?.parents[0] ?? merged.mergeCommitSha,
      state: "closed",
      broughtIn: new Set([merged.mergeCommitSha]),
      createdMs: now,
      updatedMs: now,
      mergedMs: now,
      conversation: "open",
    });
  }

  /**
   * The pull requests of a commit, as GitHub's "list pull requests associated with a commit" has them: those that brought it in
   * (through several where they were stacked) and, where it is not in the default branch, also the open ones that contain it.
   */
  async associatedPullRequests(sha: string): Promise<readonly PullRequest[]> {
    const merged = this.pullRequests().filter((pullRequest) => pullRequest.broughtIn.has(sha));
    const defaultHead = this.history.head(this.defaultBranch);
    if (defaultHead !== null && (await this.history.contains(defaultHead, sha))) return merged;
    const open: PullRequest[] = [];
    for (const pullRequest of this.pullRequests()) {
      if (pullRequest.state !== "open") continue;
      const range = await this.history.range(this.#headOf(pullRequest.baseBranch), pullRequest.headSha);
      if (range.includes(sha)) open.push(pullRequest);
    }
    return [...merged, ...open].sort((one, other) => one.number - other.number);
  }

  // -- comments

  /** Throws 404 without the pull request, 403 where it is locked, 410 where it is gone, 422 where the body is too long. */
  createComment(number: number, body: string, writer: Writer): IssueComment {
    checkConversation(this.pullRequest(number).conversation);
    const { nextId, now } = this.#surroundings;
    return this.issueComments.add({ id: nextId(), number, body, author: writer.account, appId: writer.appId, createdMs: now() });
  }

  /** As `createComment`. Whoever may write in the repository may edit everybody's comments. */
  editComment(id: number, body: string): IssueComment {
    checkConversation(this.pullRequest(this.issueComments.get(id).number).conversation);
    return this.issueComments.edit(id, body, this.#surroundings.now());
  }

  #keep(pullRequest: PullRequest): PullRequest {
    this.#pullRequests.set(pullRequest.number, pullRequest);
    return pullRequest;
  }

  #change(number: number, change: Partial<PullRequest>): PullRequest {
    return this.#keep({ ...this.pullRequest(number), ...change, updatedMs: this.#surroundings.now() });
  }

  #headOf(branch: string): string {
    const head = this.history.head(branch);
    if (head === null) throw new Error(`No branch "${branch}" in ${this.fullName}. Remedy: commit to it first.`);
    return head;
  }
}
