import type { GitHubApp, Installation } from "../world/github-installations.ts";
import type { IssueComment } from "../world/github-issue-comment.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import { accountShape, isoDate, nodeId, type Schemas } from "./github-api-shapes.ts";
import { repositoryUrls, type GitHubUrls } from "./github-api-urls.ts";

/** GitHub's name for an App's description is "integration". */
export function appShape(app: GitHubApp, urls: GitHubUrls, installationsCount?: number): Schemas["integration"] {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    client_id: `Iv23${app.id}`,
    owner: accountShape(app.owner, urls),
    name: app.name,
    description: null,
    external_url: "https://signalman.example",
    html_url: `${urls.web}/apps/${app.slug}`,
    created_at: isoDate(app.createdMs),
    updated_at: isoDate(app.createdMs),
    permissions: app.permissions,
    events: ["push"],
    ...(installationsCount === undefined ? {} : { installations_count: installationsCount }),
  };
}

export function installationShape(installation: Installation, app: GitHubApp, urls: GitHubUrls): Schemas["installation"] {
  return {
    id: installation.id,
    account: accountShape(installation.account, urls),
    repository_selection: installation.repositoryIds === null ? "all" : "selected",
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.web}/organizations/${installation.account.login}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions,
    events: ["push"],
    created_at: isoDate(installation.createdMs),
    updated_at: isoDate(installation.createdMs),
    single_file_name: null,
    suspended_at: installation.suspendedMs === null ? null : isoDate(installation.suspendedMs),
    suspended_by: installation.suspendedMs === null ? null : accountShape(installation.account, urls),
  };
}

export function issueCommentShape(
  comment: IssueComment,
  repository: GitHubRepository,
  { app, urls }: { readonly app: GitHubApp; readonly urls: GitHubUrls },
): Schemas["issue-comment"] {
  const { url, html_url: web } = repositoryUrls(urls, repository.fullName);
  return {
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    url: `${url}/issues/comments/${comment.id}`,
    html_url: `${web}/pull/${comment.number}#issuecomment-${comment.id}`,
    issue_url: `${url}/issues/${comment.number}`,
    body: comment.body,
    user: accountShape(comment.author, urls),
    created_at: isoDate(comment.createdMs),
    updated_at: isoDate(comment.updatedMs),
    author_association: "NONE",
    performed_via_github_app: comment.appId === app.id ? appShape(app, urls) : null,
  };
}
