import type { Octokit } from "@octokit/rest";
import { repositoryKey } from "../core/history/parse-repository.ts";
import type { Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import type { GitHubAccount } from "../core/notification/git-hub-account.ts";
import type { AncestryAnswer, BranchHeadAnswer, Clock, PullRequestsAnswer, Question, RepositoryHost } from "../engine/ports.ts";
import type { Log } from "../telemetry/log.ts";
import type { GitHubClients } from "./clients.ts";
import { commitRange, hasNoCommonAncestor, nodesOf } from "./commit-range.ts";
import { gitHubFailure } from "./failure.ts";
import { pullRequestsOf } from "./pull-requests.ts";

/** The same words mean the same in all three answers. */
type Failed = Extract<AncestryAnswer, { kind: "commitNotKnown" | "noRepository" | "unavailable" }>;

const statuses = new Map([
  ["identical", "same"],
  ["ahead", "ahead"],
  ["behind", "behind"],
  ["diverged", "diverged"],
] as const);

/** Fleet's default where a GitRepo names no branch (fleet-facts §1.1). */
const defaultBranch = "master";

/** null: Signalman itself. */
type ClientsOf = (account: GitHubAccount | null, signal: AbortSignal) => Promise<GitHubClients>;

interface Asker {
  readonly repository: Repository;
  readonly account: GitHubAccount | null;
}

/** Ancestry, branch heads and pull requests from GitHub's API. Never throws: every failure is an answer. */
export class GitHubRepositoryHost implements RepositoryHost {
  readonly #clientsOf: ClientsOf;
  readonly #clock: Clock;
  readonly #log: Log | null;
  /** Last head by branch, with its ETag: a 304 costs nothing of the limit. Bounded by `limits.inquiriesMax`. */
  readonly #heads = new Map<string, { readonly etag: string; readonly sha: string }>();
  /** What was warned of, and when: the same is said hourly at most. Bounded by `limits.installationsKnownMax`. */
  readonly #warned = new Map<string, number>();

  constructor({ clientsOf, clock, log }: { clientsOf: ClientsOf; clock: Clock; log?: Log }) {
    this.#clientsOf = clientsOf;
    this.#clock = clock;
    this.#log = log ?? null;
  }

  /** One commit a page: only the status is wanted, and page 2 leaves out the files' patches (github-facts §1.6). */
  async relation(
    { base, head, ...question }: Question & { base: string; head: string },
    signal: AbortSignal,
  ): Promise<AncestryAnswer> {
    const { repository } = question;
    return await this.#ask<AncestryAnswer>(
      { question, signal },
      async (octokit) => {
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
          ...nameOf(repository),
          basehead: `${base}...${head}`,
          per_page: 1,
          page: 2,
          request: { signal },
        });
        const status = statuses.get(data.status);
        if (status === undefined) throw new Error("GitHub's comparison was cut off");
        return { kind: "known", status, commits: nodesOf([data.base_commit, data.merge_base_commit, ...data.commits]) };
      },
      (error) => (hasNoCommonAncestor(error) ? { kind: "known", status: "diverged", commits: [] } : null),
    );
  }

  async branchHead({ branch, ...question }: Question & { branch: string }, signal: AbortSignal): Promise<BranchHeadAnswer> {
    const { repository } = question;
    const ref = branch === "" ? defaultBranch : branch;
    const key = `${repositoryKey(repository)} ${ref}`;
    const known = this.#heads.get(key);
    return await this.#ask<BranchHeadAnswer>(
      { question, signal },
      async (octokit) => {
        const { data, headers } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", {
          ...nameOf(repository),
          ref: `heads/${ref}`,
          headers: { accept: "application/vnd.github.sha", ...(known === undefined ? {} : { "if-none-match": known.etag }) },
          request: { signal },
        });
        const sha = shaOf(data);
        this.#rememberHead(key, { etag: headers.etag ?? "", sha });
        return { kind: "head", sha };
      },
      (error) => (statusOf(error) === 304 && known !== undefined ? { kind: "head", sha: known.sha } : null),
    );
  }

  async pullRequests(
    { base, head, branch, ...question }: Question & { base: string; head: string; branch: string },
    signal: AbortSignal,
  ): Promise<PullRequestsAnswer> {
    const { repository } = question;
    return await this.#ask<PullRequestsAnswer>({ question, signal }, async (octokit) => {
      const commits = base === "" ? [{ sha: head, parents: [] }] : await commitRange({ octokit, repository, base, head }, signal);
      const shas = commits.map((it) => it.sha);
      const pullRequests = await pullRequestsOf({ octokit, repository, shas, branch }, signal);
      return { kind: "pullRequests", pullRequests, commits: commits.filter((it) => it.parents.length > 0) };
    });
  }

  /** Those who report the repository go first, then Signalman itself: the next is asked where one has no access to it. */
  async #ask<Answer extends { readonly kind: string }>(
    { question: { repository, accounts = [] }, signal }: { question: Question; signal: AbortSignal },
    ask: (octokit: Octokit) => Promise<Answer>,
    expected: (error: unknown) => Answer | null = () => null,
  ): Promise<Answer | Failed> {
    let answer: Answer | Failed | null = null;
    for (const account of [...accounts.slice(0, limits.accountsAskedMax), null]) {
      const next = await this.#askAs({ repository, account }, { ask, expected, signal });
      // What an account may tell later is not given up because somebody else cannot tell it at all.
      if (next.kind !== "noRepository") answer = next;
      else answer ??= next;
      if (answer.kind !== "noRepository" && answer.kind !== "unavailable") return answer;
    }
    return answer ?? { kind: "noRepository", reason: "nobody was asked" };
  }

  async #askAs<Answer>(
    asker: Asker,
    how: {
      ask: (octokit: Octokit) => Promise<Answer>;
      expected: (error: unknown) => Answer | null;
      signal: AbortSignal;
    },
  ): Promise<Answer | Failed> {
    const { ask, expected, signal } = how;
    try {
      return await ask(await this.#octokit(asker, signal));
    } catch (error) {
      return expected(error) ?? (await this.#failed(asker, error, signal));
    }
  }

  async #octokit({ account, repository }: Asker, signal: AbortSignal): Promise<Octokit> {
    return await (await this.#clientsOf(account, signal)).forRepository(repository, signal);
  }

  async #failed(asker: Asker, error: unknown, signal: AbortSignal): Promise<Failed> {
    const { repository } = asker;
    const now = this.#clock.now();
    const failure = gitHubFailure(error, now);
    const { reason } = failure;
    switch (failure.kind) {
      case "noAccess":
        return failure.code === "SecretMissing"
          ? { kind: "unavailable", retryAtMs: now + limits.parkedSecretMs, reason }
          : { kind: "noRepository", reason };
      case "limited":
        return { kind: "unavailable", retryAtMs: failure.untilMs, reason };
      case "lost":
        return { kind: "unavailable", retryAtMs: 0, reason };
      case "refused":
        break;
    }
    // GitHub answers 404 or 422 for a commit or branch that it does not know, 409 for a repository without any commit; and 404 for a repository
    // that is not there, or that we may not see. A commit may come soon: that is waited for.
    const isCommit = [404, 409, 422].includes(failure.status);
    if (isCommit && (failure.status !== 404 || !(await this.#isMissing(asker, signal)))) return { kind: "commitNotKnown" };
    this.#warn(repository, reason);
    // With other keys it can be told: until then it is waited for. Without a permission it never can.
    return failure.status === 401 ? { kind: "unavailable", retryAtMs: 0, reason } : { kind: "noRepository", reason };
  }

  /** True where GitHub says that there is no such repository; false where it is there, or does not say. */
  async #isMissing(asker: Asker, signal: AbortSignal): Promise<boolean> {
    try {
      const octokit = await this.#octokit(asker, signal);
      await octokit.rest.repos.get({ ...nameOf(asker.repository), request: { signal } });
      return false;
    } catch (error) {
      return statusOf(error) === 404;
    }
  }

  #warn(repository: Repository, reason: string): void {
    const key = `${repositoryKey(repository)} ${reason}`;
    const now = this.#clock.now();
    if (now - (this.#warned.get(key) ?? -Infinity) < limits.askAgainMs) return;
    this.#warned.delete(key);
    this.#warned.set(key, now);
    forgetOldest(this.#warned, limits.installationsKnownMax);
    this.#log?.warn({ repository: `${repository.owner}/${repository.name}`, reason }, "GitHub does not tell the history");
  }

  #rememberHead(key: string, head: { etag: string; sha: string }): void {
    this.#heads.delete(key);
    if (head.etag !== "") this.#heads.set(key, head);
    forgetOldest(this.#heads, limits.inquiriesMax);
  }
}

/** The body of `application/vnd.github.sha`: the SHA alone. An older GHES may answer the whole commit. */
function shaOf(data: unknown): string {
  const text = data instanceof ArrayBuffer ? new TextDecoder().decode(data) : data;
  const sha = typeof text === "string" ? text.trim() : (text as { sha?: unknown } | null)?.sha;
  if (typeof sha !== "string" || !/^[0-9a-f]{40,64}$/.test(sha)) throw new Error("GitHub's answer is no commit");
  return sha;
}

function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}

function nameOf({ owner, name }: Repository): { owner: string; repo: string } {
  return { owner, repo: name };
}

function statusOf(error: unknown): unknown {
  return (error as { status?: unknown } | null)?.status;
}
