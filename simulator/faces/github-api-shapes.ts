import type { components } from "@octokit/openapi-types";
import type { GitCommit } from "../world/git-history.ts";
import type { GitHubAccount } from "../world/github-account.ts";
import type { CommitStatus } from "../world/github-commit-status.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import { accountUrls, repositoryUrls, type GitHubUrls } from "./github-api-urls.ts";

/** The shapes of GitHub's REST API: world in, JSON out, typed by GitHub's own description. */
export type Schemas = components["schemas"];

/** GitHub's opaque global ids: a prefix for the kind, and something that is the same for the same thing. */
export function nodeId(prefix: string, id: number | string): string {
  return `${prefix}_${Buffer.from(String(id)).toString("base64url")}`;
}

/** GitHub writes whole seconds. */
export function isoDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function accountShape(account: GitHubAccount, urls: GitHubUrls): Schemas["simple-user"] {
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("U", account.id),
    avatar_url: `${urls.web}/avatars/${account.id}`,
    gravatar_id: "",
    ...accountUrls(urls, account.login),
    type: account.type,
    site_admin: false,
  };
}

export function minimalRepositoryShape(repository: GitHubRepository, urls: GitHubUrls): Schemas["minimal-repository"] {
  return repositoryCore(repository, urls);
}

/** What every form of a repository has. */
function repositoryCore(repository: GitHubRepository, urls: GitHubUrls) {
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: repository.fullName,
    owner: accountShape(repository.owner, urls),
    private: repository.private,
    description: null,
    fork: false,
    ...repositoryUrls(urls, repository.fullName),
  };
}

export function repositoryShape(repository: GitHubRepository, urls: GitHubUrls): Schemas["repository"] {
  const head = repository.history.head(repository.defaultBranch);
  const pushedMs = (head === null ? null : repository.history.lookup(head)?.committedMs) ?? repository.createdMs;
  const openIssues = repository.pullRequests().filter(({ state }) => state === "open").length;
  return {
    ...repositoryCore(repository, urls),
    default_branch: repository.defaultBranch,
    archived: false,
    disabled: false,
    forks: 0,
    forks_count: 0,
    has_downloads: true,
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    homepage: null,
    language: null,
    license: null,
    mirror_url: null,
    open_issues: openIssues,
    open_issues_count: openIssues,
    size: 1,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    visibility: repository.private ? "private" : "public",
    created_at: isoDate(repository.createdMs),
    updated_at: isoDate(pushedMs),
    pushed_at: isoDate(pushedMs),
  };
}

export function commitShape(commit: GitCommit, repository: GitHubRepository, urls: GitHubUrls): Schemas["commit"] {
  const { url, html_url: web } = repositoryUrls(urls, repository.fullName);
  const signature = { name: commit.authorName, email: commit.authorEmail, date: isoDate(commit.committedMs) };
  return {
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    url: `${url}/commits/${commit.sha}`,
    html_url: `${web}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.sha}`,
      author: signature,
      committer: signature,
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      comment_count: 0,
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
    },
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${web}/commit/${sha}` })),
  };
}

export function statusShape(status: CommitStatus, repository: GitHubRepository, urls: GitHubUrls): Schemas["status"] {
  return {
    url: `${urls.api}/repos/${repository.fullName}/statuses/${status.sha}`,
    avatar_url: `${urls.web}/avatars/${status.creator.id}`,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: isoDate(status.createdMs),
    updated_at: isoDate(status.createdMs),
    creator: accountShape(status.creator, urls),
  };
}
