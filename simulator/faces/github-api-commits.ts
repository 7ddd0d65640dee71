import { combinedState, type CommitStatusDraft } from "../world/github-commit-status.ts";
import { GitHubError, notFound } from "../world/github-error.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import {
  commitOf,
  created,
  ok,
  parameter,
  repositoryOf,
  type OperationAnswer,
  type OperationRequest,
} from "./github-api-operation.ts";
import { pageOf } from "./github-api-page.ts";
import { pullRequestShape } from "./github-api-pull-request-shape.ts";
import { commitShape, minimalRepositoryShape, nodeId, statusShape } from "./github-api-shapes.ts";
import { repositoryUrls } from "./github-api-urls.ts";

/** Commits, branches, comparisons and commit statuses. */

export function createStatus(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const {
    state,
    context,
    description,
    target_url: targetUrl,
  } = request.body as {
    state: CommitStatusDraft["state"];
    context?: string;
    description?: string | null;
    target_url?: string | null;
  };
  const draft = {
    state,
    ...(context === undefined ? {} : { context }),
    description: description ?? null,
    targetUrl: targetUrl ?? null,
  };
  const writer = request.world.installations.writer(request.principal);
  const status = repository.postStatus(parameter(request, "sha"), draft, writer);
  const shape = statusShape(status, repository, request.urls);
  return created(shape, { location: shape.url });
}

export function listStatuses(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const statuses = repository.statuses.list(commitOf(request, parameter(request, "ref")));
  const { entries, headers } = pageOf(statuses, request);
  return ok(
    entries.map((status) => statusShape(status, repository, request.urls)),
    headers,
  );
}

export function getCombinedStatus(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const sha = commitOf(request, parameter(request, "ref"));
  const latest = repository.statuses.latest(sha);
  const { entries, headers } = pageOf(latest, request);
  const url = `${repositoryUrls(request.urls, repository.fullName).url}/commits/${sha}`;
  return ok(
    {
      state: combinedState(latest),
      statuses: entries.map((status) => statusShape(status, repository, request.urls)),
      sha,
      total_count: latest.length,
      repository: minimalRepositoryShape(repository, request.urls),
      commit_url: url,
      url: `${url}/status`,
    },
    headers,
  );
}

/** The commit; its SHA alone with `Accept: application/vnd.github.sha`. Changed files are not modelled. */
export function getCommit(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const sha = commitOf(request, parameter(request, "ref"));
  if (/application\/vnd\.github\.(v3\.)?sha/.test(request.headers["accept"] ?? "")) {
    return ok(sha, { "content-type": "application/vnd.github.sha; charset=utf-8" });
  }
  return ok(shapeOf(sha, repository, request));
}

/** How many commits a comparison lists without paging, and with it in one page (github-facts §1.6). */
const commitsWithoutPagingMax = 250;

/**
 * `base...head`, each a branch or a SHA. Two 404s: one side is not there, and the two share no history. Changed files are not
 * modelled: page 1 has none.
 */
export async function compareCommits(request: OperationRequest): Promise<OperationAnswer> {
  const repository = repositoryOf(request);
  const [baseName = "", headName = "", ...rest] = parameter(request, "basehead").split("...");
  const base = repository.resolve(baseName);
  const head = repository.resolve(headName);
  if (base === null || head === null || rest.length > 0) throw notFound();
  const { status, aheadBy, behindBy, mergeBase } = await repository.history.compare(base, head);
  if (mergeBase === null) throw new GitHubError(404, `No common ancestor between ${baseName} and ${headName}.`);
  const shas = aheadBy === 0 ? [] : await repository.history.range(base, head);
  const paged = request.query.has("per_page") || request.query.has("page");
  const { entries, headers } = paged ? pageOf(shas, request) : { entries: shas.slice(-commitsWithoutPagingMax), headers: {} };
  const { url, html_url: web } = repositoryUrls(request.urls, repository.fullName);
  const range = `compare/${baseName}...${headName}`;
  return ok(
    {
      url: `${url}/${range}`,
      html_url: `${web}/${range}`,
      permalink_url: `${web}/compare/${repository.owner.login}:${base.slice(0, 7)}...${repository.owner.login}:${head.slice(0, 7)}`,
      diff_url: `${web}/${range}.diff`,
      patch_url: `${web}/${range}.patch`,
      base_commit: shapeOf(base, repository, request),
      merge_base_commit: shapeOf(mergeBase, repository, request),
      status,
      ahead_by: aheadBy,
      behind_by: behindBy,
      total_commits: aheadBy,
      commits: entries.map((sha) => shapeOf(sha, repository, request)),
      ...(request.query.get("page") === null || request.query.get("page") === "1" ? { files: [] } : {}),
    },
    headers,
  );
}

/** `heads/<branch>`: tags are not modelled. */
export function getReference(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const reference = parameter(request, "ref");
  const sha = /^heads\/./.test(reference) ? repository.shownHead(reference.slice("heads/".length)) : null;
  if (sha === null) throw notFound();
  const { url } = repositoryUrls(request.urls, repository.fullName);
  return ok({
    ref: `refs/${reference}`,
    node_id: nodeId("REF", reference),
    url: `${url}/git/refs/${reference}`,
    object: { type: "commit", sha, url: `${url}/git/commits/${sha}` },
  });
}

export function getBranch(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const name = parameter(request, "branch");
  const sha = repository.shownHead(name);
  if (sha === null) throw new GitHubError(404, "Branch not found");
  const { url, html_url: web } = repositoryUrls(request.urls, repository.fullName);
  return ok({
    name,
    commit: shapeOf(sha, repository, request),
    _links: { self: `${url}/branches/${name}`, html: `${web}/tree/${name}` },
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: "off", contexts: [], checks: [] },
    },
    protection_url: `${url}/branches/${name}/protection`,
  });
}

export async function listPullRequestsOfCommit(request: OperationRequest): Promise<OperationAnswer> {
  const repository = repositoryOf(request);
  const sha = commitOf(request, parameter(request, "commit_sha"));
  const { entries, headers } = pageOf(await repository.associatedPullRequests(sha), request);
  return ok(
    entries.map((pullRequest) => pullRequestShape(pullRequest, repository, request.urls)),
    headers,
  );
}

function shapeOf(sha: string, repository: GitHubRepository, request: OperationRequest) {
  const commit = repository.history.lookup(sha);
  if (commit === null) throw notFound();
  return commitShape(commit, repository, request.urls);
}
