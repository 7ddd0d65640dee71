import {
  convertManifest,
  createInstallationToken,
  getApp,
  getInstallation,
  getRateLimit,
  getRepositoryInstallation,
  listInstallationRepositories,
  listInstallations,
} from "./github-api-app.ts";
import {
  compareCommits,
  createStatus,
  getBranch,
  getCombinedStatus,
  getCommit,
  getReference,
  listPullRequestsOfCommit,
  listStatuses,
} from "./github-api-commits.ts";
import { createCheckRun, listCheckRuns, updateCheckRun } from "./github-api-checks.ts";
import {
  createDeployment,
  createDeploymentStatus,
  createDispatch,
  listDeployments,
  listDeploymentStatuses,
} from "./github-api-deployments.ts";
import {
  createComment,
  getComment,
  getPullRequest,
  getRepository,
  listComments,
  updateComment,
} from "./github-api-conversations.ts";
import type { Operation } from "./github-api-operation.ts";
import { githubOperations, operationKey, type GitHubOperation, type GitHubOperationKey } from "./github-api-operations.ts";

const operations: Readonly<Record<GitHubOperationKey, Operation>> = {
  "GET /app": getApp,
  "GET /app/installations": listInstallations,
  "GET /app/installations/{installation_id}": getInstallation,
  "POST /app/installations/{installation_id}/access_tokens": createInstallationToken,
  "POST /app-manifests/{code}/conversions": convertManifest,
  "GET /installation/repositories": listInstallationRepositories,
  "GET /rate_limit": getRateLimit,
  "GET /repos/{owner}/{repo}": getRepository,
  "GET /repos/{owner}/{repo}/installation": getRepositoryInstallation,
  "POST /repos/{owner}/{repo}/statuses/{sha}": createStatus,
  "GET /repos/{owner}/{repo}/commits/{ref}": getCommit,
  "GET /repos/{owner}/{repo}/commits/{ref}/status": getCombinedStatus,
  "GET /repos/{owner}/{repo}/commits/{ref}/statuses": listStatuses,
  "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls": listPullRequestsOfCommit,
  "GET /repos/{owner}/{repo}/compare/{basehead}": compareCommits,
  "GET /repos/{owner}/{repo}/git/ref/{ref}": getReference,
  "GET /repos/{owner}/{repo}/branches/{branch}": getBranch,
  "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": listCheckRuns,
  "POST /repos/{owner}/{repo}/check-runs": createCheckRun,
  "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}": updateCheckRun,
  "GET /repos/{owner}/{repo}/deployments": listDeployments,
  "POST /repos/{owner}/{repo}/deployments": createDeployment,
  "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses": listDeploymentStatuses,
  "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses": createDeploymentStatus,
  "POST /repos/{owner}/{repo}/dispatches": createDispatch,
  "GET /repos/{owner}/{repo}/pulls/{pull_number}": getPullRequest,
  "GET /repos/{owner}/{repo}/issues/comments/{comment_id}": getComment,
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}": updateComment,
  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments": listComments,
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": createComment,
};

export interface MatchedRoute {
  readonly operation: GitHubOperation;
  readonly perform: Operation;
  /** Decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Parameters that may hold slashes, encoded or not (a branch `feature/x`). */
const slashedParameters = new Set(["ref", "branch", "basehead"]);

const routes = githubOperations.map((operation) => ({
  operation,
  perform: operations[operationKey(operation)],
  pattern: new RegExp(
    `^${operation.path.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${slashedParameters.has(name) ? ".+" : "[^/]+"})`)}$`,
  ),
}));

/** The operation of a method and path, null where GitHub (as far as it is simulated) has none. */
export function matchRoute(method: string, path: string): MatchedRoute | null {
  for (const { operation, perform, pattern } of routes) {
    const match = operation.method === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const parameters = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { operation, perform, parameters: Object.fromEntries(parameters) as Record<string, string> };
  }
  return null;
}
