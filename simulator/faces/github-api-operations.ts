/** What an operation needs of a token: a permission of the App's, in the words of its settings. null: the App's own JWT or nothing. */
export interface NeededPermission {
  readonly permission: string;
  readonly level: "read" | "write";
}

/** One operation of GitHub's REST API: its path as the OpenAPI has it, and its page below https://docs.github.com/rest. */
export interface GitHubOperation {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly needs: NeededPermission | null;
  readonly documentation: string;
}

const metadata = { permission: "metadata", level: "read" } as const;
const contents = { permission: "contents", level: "read" } as const;
const readStatuses = { permission: "statuses", level: "read" } as const;
const writeStatuses = { permission: "statuses", level: "write" } as const;
const readPullRequests = { permission: "pull_requests", level: "read" } as const;
const writePullRequests = { permission: "pull_requests", level: "write" } as const;

const readChecks = { permission: "checks", level: "read" } as const;
const writeChecks = { permission: "checks", level: "write" } as const;
const readDeployments = { permission: "deployments", level: "read" } as const;
const writeDeployments = { permission: "deployments", level: "write" } as const;
const writeContents = { permission: "contents", level: "write" } as const;

const repository = "/repos/{owner}/{repo}";

/**
 * The operations that the simulated GitHub has. The order matters: the first whose path fits a request takes it, so the longer
 * paths of one kind come first.
 */
export const githubOperations = [
  { method: "GET", path: "/app", needs: null, documentation: "apps/apps#get-the-authenticated-app" },
  {
    method: "GET",
    path: "/app/installations",
    needs: null,
    documentation: "apps/apps#list-installations-for-the-authenticated-app",
  },
  {
    method: "GET",
    path: "/app/installations/{installation_id}",
    needs: null,
    documentation: "apps/apps#get-an-installation-for-the-authenticated-app",
  },
  {
    method: "POST",
    path: "/app/installations/{installation_id}/access_tokens",
    needs: null,
    documentation: "apps/apps#create-an-installation-access-token-for-an-app",
  },
  {
    method: "POST",
    path: "/app-manifests/{code}/conversions",
    needs: null,
    documentation: "apps/apps#create-a-github-app-from-a-manifest",
  },
  {
    method: "GET",
    path: "/installation/repositories",
    needs: null,
    documentation: "apps/installations#list-repositories-accessible-to-the-app-installation",
  },
  {
    method: "GET",
    path: "/rate_limit",
    needs: null,
    documentation: "rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user",
  },
  {
    method: "GET",
    path: `${repository}/installation`,
    needs: null,
    documentation: "apps/apps#get-a-repository-installation-for-the-authenticated-app",
  },
  {
    method: "POST",
    path: `${repository}/statuses/{sha}`,
    needs: writeStatuses,
    documentation: "commits/statuses#create-a-commit-status",
  },
  {
    method: "GET",
    path: `${repository}/commits/{ref}/statuses`,
    needs: readStatuses,
    documentation: "commits/statuses#list-commit-statuses-for-a-reference",
  },
  {
    method: "GET",
    path: `${repository}/commits/{ref}/status`,
    needs: readStatuses,
    documentation: "commits/statuses#get-the-combined-status-for-a-specific-reference",
  },
  {
    method: "GET",
    path: `${repository}/commits/{commit_sha}/pulls`,
    needs: readPullRequests,
    documentation: "commits/commits#list-pull-requests-associated-with-a-commit",
  },
  {
    method: "GET",
    path: `${repository}/commits/{ref}/check-runs`,
    needs: readChecks,
    documentation: "checks/runs#list-check-runs-for-a-git-reference",
  },
  { method: "POST", path: `${repository}/check-runs`, needs: writeChecks, documentation: "checks/runs#create-a-check-run" },
  {
    method: "PATCH",
    path: `${repository}/check-runs/{check_run_id}`,
    needs: writeChecks,
    documentation: "checks/runs#update-a-check-run",
  },
  {
    method: "GET",
    path: `${repository}/deployments`,
    needs: readDeployments,
    documentation: "deployments/deployments#list-deployments",
  },
  {
    method: "POST",
    path: `${repository}/deployments`,
    needs: writeDeployments,
    documentation: "deployments/deployments#create-a-deployment",
  },
  {
    method: "GET",
    path: `${repository}/deployments/{deployment_id}/statuses`,
    needs: readDeployments,
    documentation: "deployments/statuses#list-deployment-statuses",
  },
  {
    method: "POST",
    path: `${repository}/deployments/{deployment_id}/statuses`,
    needs: writeDeployments,
    documentation: "deployments/statuses#create-a-deployment-status",
  },
  {
    method: "POST",
    path: `${repository}/dispatches`,
    needs: writeContents,
    documentation: "repos/repos#create-a-repository-dispatch-event",
  },
  { method: "GET", path: `${repository}/commits/{ref}`, needs: contents, documentation: "commits/commits#get-a-commit" },
  {
    method: "GET",
    path: `${repository}/compare/{basehead}`,
    needs: contents,
    documentation: "commits/commits#compare-two-commits",
  },
  { method: "GET", path: `${repository}/git/ref/{ref}`, needs: contents, documentation: "git/refs#get-a-reference" },
  { method: "GET", path: `${repository}/branches/{branch}`, needs: contents, documentation: "branches/branches#get-a-branch" },
  {
    method: "GET",
    path: `${repository}/issues/comments/{comment_id}`,
    needs: readPullRequests,
    documentation: "issues/comments#get-an-issue-comment",
  },
  {
    method: "PATCH",
    path: `${repository}/issues/comments/{comment_id}`,
    needs: writePullRequests,
    documentation: "issues/comments#update-an-issue-comment",
  },
  {
    method: "GET",
    path: `${repository}/issues/{issue_number}/comments`,
    needs: readPullRequests,
    documentation: "issues/comments#list-issue-comments",
  },
  {
    method: "POST",
    path: `${repository}/issues/{issue_number}/comments`,
    needs: writePullRequests,
    documentation: "issues/comments#create-an-issue-comment",
  },
  {
    method: "GET",
    path: `${repository}/pulls/{pull_number}`,
    needs: readPullRequests,
    documentation: "pulls/pulls#get-a-pull-request",
  },
  { method: "GET", path: repository, needs: metadata, documentation: "repos/repos#get-a-repository" },
] as const satisfies readonly GitHubOperation[];

/** `GET /repos/{owner}/{repo}/commits/{ref}` */
export type GitHubOperationKey = KeyOf<(typeof githubOperations)[number]>;

type KeyOf<Operation extends GitHubOperation> = Operation extends GitHubOperation
  ? `${Operation["method"]} ${Operation["path"]}`
  : never;

/** Its key in the table of what performs it. */
export function operationKey({ method, path }: GitHubOperation): GitHubOperationKey {
  return `${method} ${path}` as GitHubOperationKey;
}
