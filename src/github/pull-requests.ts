import type { Octokit } from "@octokit/rest";
import type { PullRequest, Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";

/** One node of `associatedPullRequests`. */
interface Node {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly merged: boolean;
  readonly mergedAt: string | null;
  readonly mergeCommit: { readonly oid: string } | null;
  readonly baseRefName: string;
  readonly baseRepository: { readonly nameWithOwner: string } | null;
  readonly headRefOid: string;
}

interface Answer {
  readonly nameWithOwner: string;
  readonly [commit: `c${number}`]: { readonly associatedPullRequests?: { readonly nodes: readonly (Node | null)[] } } | null;
}

/** 50 commits with five pull requests each cost one point of GitHub's limit (github-facts §1.5). */
const commitsInQuery = 50;
const fields = "number title url merged mergedAt mergeCommit{oid} baseRefName baseRepository{nameWithOwner} headRefOid";

/**
 * The pull requests by which commits came in, oldest merge first, each once, at most `limits.pullRequestsMax`. A commit is also "associated"
 * with pull requests that it merely passes through (stacked ones, release branches, another repository's of the same forks): one counts where it
 * was merged here, and its merge commit is the commit itself or it was merged into the branch that Fleet follows; of several the one that was
 * merged first.
 */
export async function pullRequestsOf(
  { octokit, repository, shas, branch }: { octokit: Octokit; repository: Repository; shas: readonly string[]; branch: string },
  signal: AbortSignal,
): Promise<readonly PullRequest[]> {
  const found = new Map<number, { readonly pullRequest: PullRequest; readonly mergedAt: string }>();
  for (let start = 0; start < shas.length; start += commitsInQuery) {
    const batch = shas.slice(start, start + commitsInQuery).filter((it) => /^[0-9a-f]{40,64}$/.test(it));
    if (batch.length === 0) continue;
    const commits = batch.map(
      (sha, index) => `c${index}:object(oid:"${sha}"){... on Commit{associatedPullRequests(first:5){nodes{${fields}}}}}`,
    );
    const query = `query($owner:String!,$name:String!){repository(owner:$owner,name:$name){nameWithOwner ${commits.join(" ")}}}`;
    const { owner, name } = repository;
    const answer = await octokit.graphql<{ repository: Answer | null }>(query, { owner, name, request: { signal } });
    for (const [index, sha] of batch.entries()) {
      const nodes = answer.repository?.[`c${index}`]?.associatedPullRequests?.nodes ?? [];
      const here = nodes.filter((it) => it?.baseRepository?.nameWithOwner === answer.repository?.nameWithOwner);
      const node = introducing(here, { sha, branch });
      if (node !== null && !found.has(node.number))
        found.set(node.number, { pullRequest: toPullRequest(node, sha), mergedAt: node.mergedAt ?? "" });
    }
  }
  const oldestFirst = [...found.values()].sort((a, b) => (a.mergedAt < b.mergedAt ? -1 : a.mergedAt > b.mergedAt ? 1 : 0));
  return oldestFirst.slice(-limits.pullRequestsMax).map((it) => it.pullRequest);
}

function introducing(nodes: readonly (Node | null)[], { sha, branch }: { sha: string; branch: string }): Node | null {
  const merged = nodes.filter((it): it is Node => it !== null && it.merged);
  const candidates = merged.filter((it) => it.mergeCommit?.oid === sha || branch === "" || it.baseRefName === branch);
  return candidates.toSorted((a, b) => ((a.mergedAt ?? "") < (b.mergedAt ?? "") ? -1 : 1))[0] ?? null;
}

function toPullRequest(node: Node, sha: string): PullRequest {
  return {
    number: node.number,
    mergeCommit: node.mergeCommit?.oid ?? sha,
    headSha: node.headRefOid,
    title: node.title,
    url: node.url,
  };
}
