import type { Deployment, DeploymentState, DeploymentStatus } from "../world/github-deployment.ts";
import { GitHubError } from "../world/github-error.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import {
  created,
  numberParameter,
  ok,
  repositoryOf,
  type OperationAnswer,
  type OperationRequest,
} from "./github-api-operation.ts";
import { pageOf } from "./github-api-page.ts";
import { accountShape, isoDate, nodeId, type Schemas } from "./github-api-shapes.ts";
import { repositoryUrls } from "./github-api-urls.ts";

/** Deployments and their statuses; `repository_dispatch`. */

interface DeploymentBody {
  readonly ref: string;
  readonly task?: string;
  readonly auto_merge?: boolean;
  readonly required_contexts?: readonly string[];
  readonly environment?: string;
  readonly description?: string | null;
  readonly payload?: string | Record<string, unknown>;
}

/** As GitHub: merging is asked for unless it is forbidden, and every context must be green unless none is asked (github-facts §1.3). */
export function createDeployment(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const body = request.body as unknown as DeploymentBody;
  const sha = repository.resolve(body.ref);
  if (sha === null) throw new GitHubError(422, `No ref found for: ${body.ref}`);
  if (body.auto_merge !== false) throw new GitHubError(409, "Conflict merging the default branch into the ref");
  if (body.required_contexts === undefined && repository.statuses.latest(sha).some((it) => it.state !== "success"))
    throw new GitHubError(409, `Conflict: Commit status checks failed for ${body.ref}.`);
  const deployment = repository.createDeployment(
    {
      sha,
      ref: body.ref,
      task: body.task ?? "deploy",
      environment: body.environment ?? "production",
      description: body.description ?? null,
      payload: body.payload ?? "",
    },
    request.world.installations.writer(request.principal),
  );
  const shape = shapeOf(deployment, repository, request);
  return created(shape, { location: shape.url });
}

export function listDeployments(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const asked = (name: string) => request.query.get(name);
  const found = repository.deployments.list({ sha: asked("sha"), task: asked("task"), environment: asked("environment") });
  const { entries, headers } = pageOf(found, request);
  return ok(
    entries.map((it) => shapeOf(it, repository, request)),
    headers,
  );
}

export function createDeploymentStatus(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const {
    state,
    description = "",
    auto_inactive: autoInactive = true,
  } = request.body as {
    state: DeploymentState;
    description?: string;
    auto_inactive?: boolean;
  };
  const id = numberParameter(request, "deployment_id");
  const writer = request.world.installations.writer(request.principal);
  const status = repository.createDeploymentStatus(id, { state, description, autoInactive }, writer);
  const shape = statusShape(status, { deployment: repository.deployments.get(id), repository, request });
  return created(shape, { location: shape.url });
}

export function listDeploymentStatuses(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const deployment = repository.deployments.get(numberParameter(request, "deployment_id"));
  const { entries, headers } = pageOf(deployment.statuses, request);
  return ok(
    entries.map((it) => statusShape(it, { deployment, repository, request })),
    headers,
  );
}

/** GitHub's OpenAPI: `client_payload` has at most ten properties on its first level. */
const dispatchPropertiesMax = 10;

export function createDispatch(request: OperationRequest): OperationAnswer {
  const { event_type: eventType, client_payload: payload = {} } = request.body as {
    event_type: string;
    client_payload?: Record<string, unknown>;
  };
  if (Object.keys(payload).length > dispatchPropertiesMax) {
    const found = Object.keys(payload).length;
    throw new GitHubError(
      422,
      `Invalid request.\n\nNo more than ${dispatchPropertiesMax} properties are allowed; ${found} were supplied.`,
    );
  }
  repositoryOf(request).dispatches.push({ eventType, payload });
  return { status: 204, body: "" };
}

function shapeOf(deployment: Deployment, repository: GitHubRepository, request: OperationRequest): Schemas["deployment"] {
  const { url: api } = repositoryUrls(request.urls, repository.fullName);
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId("DE", deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: accountShape(deployment.creator, request.urls),
    created_at: isoDate(deployment.createdMs),
    updated_at: isoDate(deployment.statuses[0]?.createdMs ?? deployment.createdMs),
    statuses_url: `${url}/statuses`,
    repository_url: api,
    transient_environment: false,
    production_environment: deployment.environment === "production",
  };
}

function statusShape(
  status: DeploymentStatus,
  { deployment, repository, request }: { deployment: Deployment; repository: GitHubRepository; request: OperationRequest },
): Schemas["deployment-status"] {
  const { url: api } = repositoryUrls(request.urls, repository.fullName);
  const deploymentUrl = `${api}/deployments/${deployment.id}`;
  return {
    url: `${deploymentUrl}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DES", status.id),
    state: status.state,
    creator: accountShape(status.creator, request.urls),
    description: status.description,
    environment: deployment.environment,
    target_url: "",
    log_url: "",
    environment_url: "",
    created_at: isoDate(status.createdMs),
    updated_at: isoDate(status.createdMs),
    deployment_url: deploymentUrl,
    repository_url: api,
  };
}
