import type { Octokit } from "@octokit/rest";
import type { CommitNode, Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";

/** GitHub's page of a comparison: more are not given (github-facts §1.6). */
const commitsInPage = 100;

interface Comparison {
  readonly octokit: Octokit;
  readonly repository: Repository;
  readonly base: string;
  readonly head: string;
}

/**
 * The commits that head has and base has not, with their parents, oldest first; of more than `limits.rangeCommitsMax` the newest. A range that GitHub
 * cannot compare at all (rewritten from its root, or too long for it) is the head alone: its own pull request is better than none.
 */
export async function commitRange(comparison: Comparison, signal: AbortSignal): Promise<readonly CommitNode[]> {
  try {
    const first = await page(comparison, 1, signal);
    const pages = Math.ceil(first.total / commitsInPage);
    const from = Math.max(2, pages - limits.rangeCommitsMax / commitsInPage + 1);
    const commits = from > 2 ? [] : [...first.commits];
    for (let number = from; number <= pages; number += 1) commits.push(...(await page(comparison, number, signal)).commits);
    return commits.slice(-limits.rangeCommitsMax);
  } catch (error) {
    if (isIncomparable(error)) return [{ sha: comparison.head, parents: [] }];
    throw error;
  }
}

/** History was rewritten from its root: GitHub says so with a 404 that is not "not found" (github-facts §1.6). */
export function hasNoCommonAncestor(error: unknown): boolean {
  return (error as { status?: unknown } | null)?.status === 404 && /no common ancestor/i.test(messageOf(error));
}

/** A comparison's commits that carry their parents, whatever else GitHub answered: facts for the known graph. */
export function nodesOf(commits: readonly (ComparedCommit | undefined)[]): readonly CommitNode[] {
  const known = commits.filter((it) => it !== undefined && Array.isArray(it.parents)) as readonly ComparedCommit[];
  return known.map((it) => ({ sha: it.sha, parents: it.parents.flatMap((parent) => parent.sha ?? []) }));
}

interface ComparedCommit {
  readonly sha: string;
  readonly parents: readonly { readonly sha?: string }[];
}

async function page(
  { octokit, repository, base, head }: Comparison,
  number: number,
  signal: AbortSignal,
): Promise<{ total: number; commits: readonly CommitNode[] }> {
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
    owner: repository.owner,
    repo: repository.name,
    basehead: `${base}...${head}`,
    per_page: commitsInPage,
    page: number,
    request: { signal },
  });
  return { total: data.total_commits, commits: nodesOf(data.commits) };
}

function isIncomparable(error: unknown): boolean {
  return hasNoCommonAncestor(error) || /diff is taking too long/i.test(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
