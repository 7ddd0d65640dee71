import type { PullRequest } from "../world/github-pull-request.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import { accountShape, isoDate, nodeId, repositoryShape, type Schemas } from "./github-api-shapes.ts";
import { repositoryUrls, type GitHubUrls } from "./github-api-urls.ts";

/** A pull request as lists have it. */
export function pullRequestShape(
  pullRequest: PullRequest,
  repository: GitHubRepository,
  urls: GitHubUrls,
): Schemas["pull-request-simple"] {
  const side = (branch: string, sha: string) => ({
    label: `${repository.owner.login}:${branch}`,
    ref: branch,
    sha,
    user: accountShape(repository.owner, urls),
    repo: repositoryShape(repository, urls),
  });
  return {
    id: pullRequest.id,
    node_id: nodeId("PR", pullRequest.id),
    number: pullRequest.number,
    ...pullRequestUrls(pullRequest, repository, urls),
    state: pullRequest.state,
    locked: pullRequest.conversation === "locked",
    title: pullRequest.title,
    user: accountShape(pullRequest.author, urls),
    body: pullRequest.body,
    labels: [],
    milestone: null,
    created_at: isoDate(pullRequest.createdMs),
    updated_at: isoDate(pullRequest.updatedMs),
    closed_at: pullRequest.state === "closed" ? isoDate(pullRequest.updatedMs) : null,
    merged_at: pullRequest.mergedMs === null ? null : isoDate(pullRequest.mergedMs),
    merge_commit_sha: pullRequest.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pullRequest.headBranch, pullRequest.headSha),
    base: side(pullRequest.baseBranch, pullRequest.baseSha),
    author_association: "CONTRIBUTOR",
    auto_merge: null,
    draft: false,
  };
}

function pullRequestUrls(pullRequest: PullRequest, repository: GitHubRepository, urls: GitHubUrls) {
  const { url: repositoryUrl, html_url: web } = repositoryUrls(urls, repository.fullName);
  const url = `${repositoryUrl}/pulls/${pullRequest.number}`;
  const page = `${web}/pull/${pullRequest.number}`;
  const issue = `${repositoryUrl}/issues/${pullRequest.number}`;
  const reviewComment = `${repositoryUrl}/pulls/comments{/number}`;
  const statuses = `${repositoryUrl}/statuses/${pullRequest.headSha}`;
  return {
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: reviewComment,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: reviewComment },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
  };
}
