import { GitHubError, notFound, validationFailed } from "../world/github-error.ts";
import type { Permissions } from "../world/github-installations.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import { appShape, installationShape } from "./github-api-app-shapes.ts";
import {
  created,
  numberParameter,
  ok,
  parameter,
  repositoryOf,
  type OperationAnswer,
  type OperationRequest,
} from "./github-api-operation.ts";
import { pageOf } from "./github-api-page.ts";
import { isoDate, repositoryShape } from "./github-api-shapes.ts";

/** The App, its installations and their tokens. */

export function getApp(request: OperationRequest): OperationAnswer {
  requireApp(request);
  const { app } = request.world.installations;
  return ok(appShape(app, request.urls, request.world.installations.list().length));
}

/** What the App is told once, its key included, for the code that its registration led to. */
export function convertManifest(request: OperationRequest): OperationAnswer {
  const registered = request.world.manifests.convert(parameter(request, "code"));
  if (registered === null) throw notFound();
  const { installations } = request.world;
  return created({
    ...appShape(installations.app, request.urls),
    name: registered.manifest.name,
    permissions: registered.manifest.permissions,
    events: registered.manifest.events,
    client_id: `Iv23${installations.app.id}`,
    client_secret: registered.clientSecret,
    webhook_secret: registered.webhookSecret,
    pem: installations.privateKey,
  });
}

export function listInstallations(request: OperationRequest): OperationAnswer {
  requireApp(request);
  const { app } = request.world.installations;
  const { entries, headers } = pageOf(request.world.installations.list(), request);
  return ok(
    entries.map((installation) => installationShape(installation, app, request.urls)),
    headers,
  );
}

export function getInstallation(request: OperationRequest): OperationAnswer {
  requireApp(request);
  const installation = request.world.installations.get(numberParameter(request, "installation_id"));
  if (installation === null) throw notFound();
  return ok(installationShape(installation, request.world.installations.app, request.urls));
}

export function getRepositoryInstallation(request: OperationRequest): OperationAnswer {
  requireApp(request);
  const installation = request.world.installations.ofRepository(repositoryOf(request));
  if (installation === null) throw notFound();
  return ok(installationShape(installation, request.world.installations.app, request.urls));
}

/** An installation token; narrower where the body names repositories or permissions. */
export function createInstallationToken(request: OperationRequest): OperationAnswer {
  requireApp(request);
  const installationId = numberParameter(request, "installation_id");
  const { installations } = request.world;
  const installation = installations.get(installationId);
  if (installation === null) throw notFound();
  const repositories = namedRepositories(request, installation.account.login);
  const token = installations.createToken(installationId, {
    repositoryIds: repositories?.map(({ id }) => id),
    permissions: request.body["permissions"] as Permissions | undefined,
  });
  return created({
    token: token.token,
    expires_at: isoDate(token.expiresMs),
    permissions: token.permissions,
    repository_selection: token.repositoryIds === null ? "all" : "selected",
    ...(repositories === undefined ? {} : { repositories: repositories.map((each) => repositoryShape(each, request.urls)) }),
  });
}

/** The repositories that the token of the request reaches. */
export function listInstallationRepositories(request: OperationRequest): OperationAnswer {
  if (request.principal.kind !== "installation") throw new GitHubError(403, "Resource not accessible by integration");
  const { token } = request.principal;
  const installation = request.world.installations.get(token.installationId);
  const reached = request.world
    .repositories()
    .filter((each) => each.owner.id === installation?.account.id)
    .filter((each) => token.repositoryIds === null || token.repositoryIds.has(each.id));
  const { entries, headers } = pageOf(reached, request);
  return ok({ total_count: reached.length, repositories: entries.map((each) => repositoryShape(each, request.urls)) }, headers);
}

/** Where a principal stands; asking costs nothing. */
export function getRateLimit(request: OperationRequest): OperationAnswer {
  const name = principalName(request.principal);
  const resource = (key: string) => {
    const { limit, used, remaining, resetSeconds } = request.world.rateLimits.state(name, key);
    return { limit, used, remaining, reset: resetSeconds };
  };
  const core = resource("core");
  return ok({ resources: { core, graphql: resource("graphql"), search: resource("search") }, rate: core });
}

/** "installation 42", "user ada", "app" or "anonymous": whose budget a request is on. */
export function principalName(principal: OperationRequest["principal"]): string {
  if (principal.kind === "installation") return `installation ${principal.token.installationId}`;
  return principal.kind === "user" ? `user ${principal.account.login}` : principal.kind;
}

function requireApp(request: OperationRequest): void {
  if (request.principal.kind !== "app") throw new GitHubError(401, "A JSON web token could not be decoded");
}

function namedRepositories(request: OperationRequest, owner: string): readonly GitHubRepository[] | undefined {
  const { repositories, repository_ids: ids } = request.body as { repositories?: string[]; repository_ids?: number[] };
  if (repositories === undefined && ids === undefined) return undefined;
  const found = [
    ...(repositories ?? []).map((name) => request.world.findRepository(`${owner}/${name}`)),
    ...(ids ?? []).map((id) => request.world.repositoryById(id)),
  ];
  return found.map((repository) => {
    if (repository !== null && request.world.installations.ofRepository(repository) !== null) return repository;
    throw validationFailed(
      "Installation",
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  });
}
