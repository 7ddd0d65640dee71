import { hash } from "node:crypto";
import { GitHubError, notFound } from "../world/github-error.ts";
import type { Principal } from "../world/github-installations.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import type { GitHubWorld } from "../world/github.ts";
import { principalName } from "./github-api-app.ts";
import type { OperationAnswer } from "./github-api-operation.ts";
import type { GitHubOperation } from "./github-api-operations.ts";
import { matchRoute, type MatchedRoute } from "./github-api-routes.ts";
import type { GitHubSchema } from "./github-api-schema.ts";
import { answerGraphql } from "./github-graphql.ts";
import type { GitHubGraphqlSchema } from "./github-graphql-schema.ts";
import type { GitHubUrls } from "./github-api-urls.ts";

/** A request as the API gets it: off the wire, and without the prefix by which GHES is reached. */
export interface ApiRequest {
  readonly method: string;
  /** As it came, without query; `/graphql` for GHES's `/api/graphql` too. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** undefined: no body. */
  readonly bodyText: string | undefined;
  readonly urls: GitHubUrls;
}

export interface ApiSurroundings {
  readonly world: GitHubWorld;
  /** null: nothing is held against GitHub's OpenAPI. */
  readonly schema: GitHubSchema | null;
  /** The same for GitHub's GraphQL schema, which is read when the first query comes. */
  readonly graphqlSchema: () => Promise<GitHubGraphqlSchema | null>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** "" where there is none. */
  readonly body: string;
}

/** Answers one request as GitHub would, faults apart: who asks, whether he may, what there is, and what became of it. */
export async function answerRequest(surroundings: ApiSurroundings, request: ApiRequest): Promise<ApiAnswer> {
  const { world } = surroundings;
  const resource = request.path === "/graphql" ? "graphql" : "core";
  let principal: Principal = { kind: "anonymous" };
  try {
    requireUserAgent(request);
    principal = world.installations.authenticate(request.headers["authorization"]);
    const name = principalName(principal);
    if (request.path !== "/rate_limit" && world.rateLimits.state(name, resource).remaining === 0) {
      if (resource === "graphql")
        return withLimits(surroundings, { principal, resource }, rendered(request, graphqlLimitAnswer(principal)));
      throw new GitHubError(403, limitMessage(principal));
    }
    const answer = rendered(request, await perform(surroundings, { request, principal }));
    if (answer.status !== 304 && request.path !== "/rate_limit") world.rateLimits.use(name, resource);
    return withLimits(surroundings, { principal, resource }, answer);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    if (error.status >= 400) world.rateLimits.use(principalName(principal), resource);
    return withLimits(surroundings, { principal, resource }, rendered(request, errorAnswer(error)));
  }
}

/** The words of GitHub's primary limit. */
export function limitMessage(principal: Principal): string {
  if (principal.kind === "installation") return `API rate limit exceeded for installation ID ${principal.token.installationId}.`;
  return `API rate limit exceeded for ${principalName(principal)}.`;
}

/** GraphQL says so with 200 (github-facts §1.7). */
export function graphqlLimitAnswer(principal: Principal): OperationAnswer {
  return { status: 200, body: { errors: [{ type: "RATE_LIMITED", message: limitMessage(principal) }] } };
}

/** `{ message, errors, documentation_url, status }` and the status, as GitHub's errors are. */
export function errorAnswer(error: GitHubError): OperationAnswer {
  const url = `https://docs.github.com/rest${error.documentation === "" ? "" : `/${error.documentation}`}`;
  const errors = error.errors.length === 0 ? {} : { errors: error.errors };
  const body = { message: error.message, ...errors, documentation_url: url, status: String(error.status) };
  return { status: error.status, body, headers: error.headers };
}

/** Makes the bytes of an answer, with its ETag; 304 where the client has them already. */
export function rendered(request: ApiRequest, answer: OperationAnswer): ApiAnswer {
  const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
  const headers: Record<string, string> = {
    "content-type": "application/json; charset=utf-8",
    "x-github-media-type": "github.v3; format=json",
    "x-github-api-version-selected": "2022-11-28",
    ...answer.headers,
  };
  if (request.method !== "GET" || answer.status !== 200) return { status: answer.status, headers, body };
  headers["etag"] = `W/"${hash("sha256", body, "hex")}"`;
  const matches = request.headers["if-none-match"] === headers["etag"];
  return matches ? { status: 304, headers, body: "" } : { status: 200, headers, body };
}

interface Asked {
  readonly request: ApiRequest;
  readonly principal: Principal;
}

async function perform(surroundings: ApiSurroundings, asked: Asked): Promise<OperationAnswer> {
  const { request, principal } = asked;
  const { world } = surroundings;
  const body = parsedBody(request);
  if (request.path === "/graphql") {
    if (principal.kind === "anonymous") throw new GitHubError(401, "This endpoint requires you to be authenticated.");
    const schema = await surroundings.graphqlSchema();
    const asked = { world, principal, urls: request.urls, body: asObject(body), schema };
    const { problems, ...answer } = await answerGraphql(asked);
    if (answer.data === undefined) violation(surroundings, request, { of: "request", message: JSON.stringify(answer.errors) });
    for (const message of problems) violation(surroundings, request, { of: "response", message });
    return { status: 200, body: answer };
  }
  const { path, repository } = locate(world, request);
  const route = matchRoute(request.method, path);
  if (route === null) {
    violation(surroundings, request, { of: "request", message: "GitHub, as far as it is simulated, has no such operation" });
    throw notFound();
  }
  try {
    if (repository === "unknown") throw notFound();
    if (repository !== null && route.operation.needs !== null) {
      world.installations.checkAccess(principal, repository, route.operation.needs);
    }
    validateRequest(surroundings, { request, route, body });
    const canonicalPath = repository === null ? path : path.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${repository.id}`);
    const { urls, query, headers } = request;
    const answer = await route.perform({
      world,
      principal,
      urls,
      query,
      headers,
      canonicalPath,
      repository,
      parameters: route.parameters,
      body: asObject(body),
    });
    validateResponse(surroundings, { request, operation: route.operation }, answer);
    return { ...answer, headers: { ...acceptedPermissions(route.operation), ...answer.headers } };
  } catch (error) {
    if (error instanceof GitHubError && error.documentation === "") error.documentation = route.operation.documentation;
    throw error;
  }
}

/**
 * The path as `/repos/{owner}/{name}/…` with the name that the repository has now, and the repository. By a former name: 301, and
 * 307 for what is not GET, with the address by id, which keeps for ever.
 */
function locate(world: GitHubWorld, request: ApiRequest): { path: string; repository: GitHubRepository | "unknown" | null } {
  const byName = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(request.path);
  const byId = /^\/repositories\/(\d+)(\/.*)?$/.exec(request.path);
  if (byName === null && byId === null) return { path: request.path, repository: null };
  const rest = (byName === null ? byId?.[2] : byName[3]) ?? "";
  const fullName = byName === null ? "" : `${decodeURIComponent(byName[1] ?? "")}/${decodeURIComponent(byName[2] ?? "")}`;
  const repository = byName === null ? world.repositoryById(Number(byId?.[1])) : world.findRepository(fullName);
  if (repository !== null) return { path: `/repos/${repository.owner.login}/${repository.name}${rest}`, repository };
  const renamed = byName === null ? null : world.renamedRepository(fullName);
  if (renamed === null) return { path: byName === null ? `/repos/unknown/unknown${rest}` : request.path, repository: "unknown" };
  const search = request.query.size === 0 ? "" : `?${request.query.toString()}`;
  const location = `${request.urls.api}/repositories/${renamed.id}${rest}${search}`;
  throw new GitHubRedirect(request.method === "GET" ? 301 : 307, location);
}

/** Where a renamed repository's operations are now; GitHub's words, with the address in the body too. */
class GitHubRedirect extends GitHubError {
  constructor(status: 301 | 307, location: string) {
    super(status, "Moved Permanently", { headers: { location } });
    this.documentation = "guides/best-practices-for-using-the-rest-api#follow-redirects";
  }
}

function validateRequest(
  surroundings: ApiSurroundings,
  { request, route, body }: { readonly request: ApiRequest; readonly route: MatchedRoute; readonly body: unknown },
): void {
  const { operation, parameters } = route;
  const problems = surroundings.schema?.requestProblems(operation, { parameters, query: request.query, body }) ?? [];
  if (problems.length === 0) return;
  for (const message of problems) violation(surroundings, request, { of: "request", message });
  throw new GitHubError(422, `Invalid request.\n\n${problems.join("\n")}`);
}

function validateResponse(
  surroundings: ApiSurroundings,
  { request, operation }: { readonly request: ApiRequest; readonly operation: GitHubOperation },
  answer: OperationAnswer,
): void {
  for (const message of surroundings.schema?.responseProblems(operation, answer) ?? []) {
    violation(surroundings, request, { of: "response", message });
  }
}

function violation(
  { world }: ApiSurroundings,
  { method, path }: ApiRequest,
  problem: { readonly of: "request" | "response"; readonly message: string },
): void {
  world.violations.push({ ...problem, method, path });
}

function withLimits(
  { world }: ApiSurroundings,
  { principal, resource }: { readonly principal: Principal; readonly resource: string },
  answer: ApiAnswer,
): ApiAnswer {
  const { limit, remaining, used, resetSeconds } = world.rateLimits.state(principalName(principal), resource);
  const limits = {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-used": String(used),
    "x-ratelimit-reset": String(resetSeconds),
    "x-ratelimit-resource": resource,
  };
  return { ...answer, headers: { ...limits, ...answer.headers } };
}

function acceptedPermissions({ needs }: GitHubOperation): Readonly<Record<string, string>> {
  return needs === null ? {} : { "x-accepted-github-permissions": `${needs.permission}=${needs.level}` };
}

function requireUserAgent(request: ApiRequest): void {
  if ((request.headers["user-agent"] ?? "") !== "") return;
  throw new GitHubError(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.");
}

function parsedBody(request: ApiRequest): unknown {
  if (request.bodyText === undefined || request.bodyText === "") return undefined;
  try {
    return JSON.parse(request.bodyText) as unknown;
  } catch {
    throw new GitHubError(400, "Problems parsing JSON");
  }
}

function asObject(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new GitHubError(400, "Body should be a JSON object");
}
