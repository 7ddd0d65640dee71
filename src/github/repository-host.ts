import type { Octokit } from "@octokit/rest";
import type { CommitNode, Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import type { AncestryAnswer, BranchHeadAnswer, Clock, PullRequestsAnswer, RepositoryHost } from "../engine/ports.ts";
import type { GitHubClients } from "./clients.ts";
import { NotInstalledError, restUntil } from "./outcome.ts";
import { pullRequestsOf } from "./pull-requests.ts";

const statuses = { identical: "same", ahead: "ahead", behind: "behind", diverged: "diverged" } as const;

/** Fleet's default where a GitRepo names no branch (fleet-facts §1.1). */
const defaultBranch = "master";

/** Ancestry, branch heads and pull requests from GitHub's API. Never throws: every failure is an answer. */
export class GitHubRepositoryHost implements RepositoryHost {
  readonly #clients: GitHubClients;
  readonly #clock: Clock;
  /** Last head by branch, with its ETag: a 304 costs nothing of the limit. Bounded by `limits.inquiriesMax`. */
  readonly #heads = new Map<string, { readonly etag: string; readonly sha: string }>();

  constructor({ clients, clock }: { clients: GitHubClients; clock: Clock }) {
    this.#clients = clients;
    this.#clock = clock;
  }

  /** One commit a page: only the status is wanted, and page 2 leaves out the files' patches (github-facts §1.6). */
  async relation(
    { repository, base, head }: { repository: Repository; base: string; head: string },
    signal: AbortSignal,
  ): Promise<AncestryAnswer> {
    return await this.#ask(
      { repository, signal },
      async (octokit) => {
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
          ...nameOf(repository),
          basehead: `${base}...${head}`,
          per_page: 1,
          page: 2,
          request: { signal },
        });
        return { kind: "known", status: statuses[data.status], commits: [] };
      },
      noCommonAncestor,
    );
  }

  async branchHead(
    { repository, branch }: { repository: Repository; branch: string },
    signal: AbortSignal,
  ): Promise<BranchHeadAnswer> {
    const ref = branch === "" ? defaultBranch : branch;
    const key = `${repository.host}/${repository.owner}/${repository.name} ${ref}`;
    const known = this.#heads.get(key);
    const answer = await this.#ask<BranchHeadAnswer>(
      { repository, signal },
      async (octokit) => {
        const response = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", {
          ...nameOf(repository),
          ref: `heads/${ref}`,
          headers: { accept: "application/vnd.github.sha", ...(known === undefined ? {} : { "if-none-match": known.etag }) },
          request: { signal },
        });
        const sha = typeof response.data === "string" ? response.data : response.data.sha;
        this.#remember(key, { etag: response.headers.etag ?? "", sha });
        return { kind: "head", sha };
      },
      (error) => (statusOf(error) === 304 && known !== undefined ? { kind: "head", sha: known.sha } : null),
    );
    // A branch that is not there: nothing that could be waited for.
    return answer.kind === "commitNotKnown" ? { kind: "noRepository", reason: `${key} is not there` } : answer;
  }

  async pullRequests(
    { repository, base, head, branch }: { repository: Repository; base: string; head: string; branch: string },
    signal: AbortSignal,
  ): Promise<PullRequestsAnswer> {
    const answer = await this.#ask<PullRequestsAnswer>({ repository, signal }, async (octokit) => {
      const commits = base === "" ? [{ sha: head, parents: [] }] : await this.#range({ octokit, repository, base, head }, signal);
      const shas = commits.map((it) => it.sha);
      const pullRequests = await pullRequestsOf({ octokit, repository, shas, branch }, signal);
      return { kind: "pullRequests", pullRequests, commits: base === "" ? [] : commits };
    });
    return answer.kind === "commitNotKnown"
      ? { kind: "unavailable", retryAtMs: 0, reason: "a commit is not known to GitHub (yet)" }
      : answer;
  }

  /** The commits of base..head, oldest first; of a longer range the newest `limits.rangeCommitsMax`. */
  async #range(
    { octokit, repository, base, head }: { octokit: Octokit; repository: Repository; base: string; head: string },
    signal: AbortSignal,
  ): Promise<CommitNode[]> {
    const commits: CommitNode[] = [];
    for (let page = 1; commits.length < limits.rangeCommitsMax; page += 1) {
      const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
        ...nameOf(repository),
        basehead: `${base}...${head}`,
        per_page: 100,
        page,
        request: { signal },
      });
      commits.push(...data.commits.map((it) => ({ sha: it.sha, parents: it.parents.map((parent) => parent.sha) })));
      if (data.commits.length < 100) break;
    }
    return commits;
  }

  async #ask<Answer>(
    { repository, signal }: { repository: Repository; signal: AbortSignal },
    ask: (octokit: Octokit) => Promise<Answer>,
    expected: (error: unknown) => Answer | null = () => null,
  ): Promise<
    | Answer
    | { kind: "commitNotKnown" }
    | { kind: "noRepository"; reason: string }
    | { kind: "unavailable"; retryAtMs: number; reason: string }
  > {
    try {
      return await ask(await this.#clients.forRepository(repository, signal));
    } catch (error) {
      return expected(error) ?? this.#failure(error);
    }
  }

  #failure(
    error: unknown,
  ):
    | { kind: "commitNotKnown" }
    | { kind: "noRepository"; reason: string }
    | { kind: "unavailable"; retryAtMs: number; reason: string } {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof NotInstalledError) return { kind: "noRepository", reason };
    const status = statusOf(error);
    // GitHub answers 404 and 422 for a commit or branch that it does not know, and for a repository that may not be read.
    if (status === 404 || status === 422) return { kind: "commitNotKnown" };
    if (status === 401 || status === 410 || status === 451) return { kind: "noRepository", reason };
    const headers = (error as { response?: { headers?: Record<string, string> } }).response?.headers ?? {};
    return { kind: "unavailable", retryAtMs: restUntil({ status, headers, reason }, this.#clock.now()), reason };
  }

  #remember(key: string, head: { etag: string; sha: string }): void {
    this.#heads.delete(key);
    if (head.etag !== "") this.#heads.set(key, head);
    const [oldest] = this.#heads.keys();
    if (this.#heads.size > limits.inquiriesMax && oldest !== undefined) this.#heads.delete(oldest);
  }
}

/** History was rewritten from its root: GitHub says so with a 404 (github-facts §1.6). */
function noCommonAncestor(error: unknown): AncestryAnswer | null {
  const isRewritten = statusOf(error) === 404 && error instanceof Error && /no common ancestor/i.test(error.message);
  return isRewritten ? { kind: "known", status: "diverged", commits: [] } : null;
}

function nameOf({ owner, name }: Repository): { owner: string; repo: string } {
  return { owner, repo: name };
}

function statusOf(error: unknown): number {
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === "number" ? status : 0;
}
