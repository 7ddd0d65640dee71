import type { CheckRun, CheckRunConclusion, CheckRunDraft, CheckRunStatus } from "../world/github-check-run.ts";
import { GitHubError } from "../world/github-error.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import { appShape } from "./github-api-app-shapes.ts";
import {
  commitOf,
  created,
  numberParameter,
  ok,
  parameter,
  repositoryOf,
  type OperationAnswer,
  type OperationRequest,
} from "./github-api-operation.ts";
import { pageOf } from "./github-api-page.ts";
import { isoDate, nodeId, type Schemas } from "./github-api-shapes.ts";
import { repositoryUrls } from "./github-api-urls.ts";

/** Check runs: Apps write them, everybody with the permission reads them. */

export function createCheckRun(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  checkApp(request);
  const { name, head_sha: sha } = request.body as { name: string; head_sha: string };
  const run = repository.createCheckRun(sha, { ...draftOf(request.body), name });
  const shape = shapeOf(run, repository, request);
  return created(shape, { location: shape.url });
}

export function updateCheckRun(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  checkApp(request);
  const run = repository.editCheckRun(numberParameter(request, "check_run_id"), draftOf(request.body));
  return ok(shapeOf(run, repository, request));
}

export function listCheckRuns(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const sha = commitOf(request, parameter(request, "ref"));
  const [name, status, filter] = ["check_name", "status", "filter"].map((it) => request.query.get(it));
  const wanted = repository.checkRuns
    .list(sha)
    .filter((it) => (name === null || it.name === name) && (status === null || it.status === status));
  const runs = filter === "all" ? wanted : wanted.filter((it) => wanted.find(({ name }) => name === it.name) === it);
  const { entries, headers } = pageOf(runs, request);
  return ok({ total_count: runs.length, check_runs: entries.map((it) => shapeOf(it, repository, request)) }, headers);
}

function checkApp({ world, principal }: OperationRequest): void {
  if (world.installations.writer(principal).appId !== null) return;
  throw new GitHubError(403, "You must authenticate via a GitHub App.");
}

function draftOf(body: OperationRequest["body"]): CheckRunDraft {
  const { name, external_id, status, conclusion, output } = body as {
    name?: string;
    external_id?: string;
    status?: CheckRunStatus;
    conclusion?: CheckRunConclusion;
    output?: { title?: string; summary: string };
  };
  return {
    ...(name !== undefined && { name }),
    ...(external_id !== undefined && { externalId: external_id }),
    ...(status !== undefined && { status }),
    ...(conclusion !== undefined && { conclusion }),
    ...(output !== undefined && { title: output.title ?? null, summary: output.summary }),
  };
}

function shapeOf(run: CheckRun, repository: GitHubRepository, request: OperationRequest): Schemas["check-run"] {
  const { url, html_url: web } = repositoryUrls(request.urls, repository.fullName);
  const { app } = request.world.installations;
  return {
    id: run.id,
    head_sha: run.sha,
    node_id: nodeId("CR", run.id),
    external_id: run.externalId,
    url: `${url}/check-runs/${run.id}`,
    html_url: `${web}/runs/${run.id}`,
    details_url: null,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoDate(run.startedMs),
    completed_at: run.completedMs === null ? null : isoDate(run.completedMs),
    output: {
      title: run.title,
      summary: run.summary,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/check-runs/${run.id}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.id },
    app: appShape(app, request.urls),
    pull_requests: [],
  };
}
