import { KnownCommits } from "../../core/history/known-commits.ts";
import type { PullRequest, Repository } from "../../core/history/relation.ts";
import { limits } from "../../core/limits.ts";
import type { RepositoryHost } from "../../engine/ports.ts";
import type { RecordedCommit } from "./recording.ts";

/**
 * The history that a recording brings along, as the host of its repositories. It knows no branches: where a branch's head is on GitHub is
 * not known in a replay, later polls confirm instead (design §11).
 */
export class RecordedHost implements RepositoryHost {
  readonly #commits = new KnownCommits();
  readonly #bySha: ReadonlyMap<string, RecordedCommit>;

  constructor(commits: readonly RecordedCommit[]) {
    this.#commits.add(commits);
    this.#bySha = new Map(commits.map((it) => [it.sha, it]));
  }

  async relation({ base, head }: { base: string; head: string }): ReturnType<RepositoryHost["relation"]> {
    if (!this.#bySha.has(base) || !this.#bySha.has(head))
      return { kind: "noRepository", reason: "the recording does not know the commit" };
    const status = this.#commits.relation({ base, head });
    if (status === null || status === "unknownEver") return { kind: "noRepository", reason: "the recording's history has gaps" };
    return { kind: "known", status, commits: [] };
  }

  async branchHead(): ReturnType<RepositoryHost["branchHead"]> {
    return { kind: "noRepository", reason: "a recording does not know where a branch's head is" };
  }

  async pullRequests(question: {
    repository: Repository;
    base: string;
    head: string;
  }): ReturnType<RepositoryHost["pullRequests"]> {
    const found = new Map<number, PullRequest>();
    for (const commit of this.#range(question)) {
      const pullRequest = pullRequestOf(commit, question.repository);
      if (pullRequest !== null && !found.has(pullRequest.number)) found.set(pullRequest.number, pullRequest);
    }
    return { kind: "pullRequests", pullRequests: [...found.values()].slice(0, limits.pullRequestsMax), commits: [] };
  }

  /** The commits of base..head in the recording's order, which is the order in which they were made. */
  #range({ base, head }: { base: string; head: string }): RecordedCommit[] {
    const isIn = (sha: string, of: string) => {
      const relation = this.#commits.relation({ base: sha, head: of });
      return relation === "same" || relation === "ahead";
    };
    if (base === "") return [...this.#bySha.values()].filter((it) => it.sha === head);
    return [...this.#bySha.values()].filter((it) => isIn(it.sha, head) && !isIn(it.sha, base));
  }
}

function pullRequestOf(commit: RecordedCommit, repository: Repository): PullRequest | null {
  if (commit.pullRequest === undefined) return null;
  const given = typeof commit.pullRequest === "number" ? { number: commit.pullRequest } : commit.pullRequest;
  const text = (field: string) => (typeof given[field as "number"] === "string" ? String(given[field as "number"]) : "");
  const url = `https://${repository.host}/${repository.owner}/${repository.name}/pull/${given.number}`;
  return {
    number: given.number,
    mergeCommit: commit.sha,
    headSha: text("headSha"),
    title: text("title") || commit.message,
    url,
  };
}
