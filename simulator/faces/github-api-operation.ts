import type { Principal } from "../world/github-installations.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import type { GitHubWorld } from "../world/github.ts";
import { GitHubError, notFound } from "../world/github-error.ts";
import type { GitHubUrls } from "./github-api-urls.ts";

/** What one operation gets: the world, who asks, and the request's parts as its path template names them. */
export interface OperationRequest {
  readonly world: GitHubWorld;
  readonly principal: Principal;
  readonly urls: GitHubUrls;
  /** Decoded: `{ owner: "acme", repo: "shop", sha: "…" }`. For a repository's own paths `owner` and `repo` are set by either route. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** The path as GitHub writes it in `Link` headers, with the repository's id. */
  readonly canonicalPath: string;
  /** Set for the operations below `/repos/{owner}/{repo}`. */
  readonly repository: GitHubRepository | null;
}

/** An answer in the making. A string is sent as it is, everything else as JSON. */
export interface OperationAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Operation = (request: OperationRequest) => OperationAnswer | Promise<OperationAnswer>;

export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): OperationAnswer {
  return { status: 200, body, headers };
}
export function created(body: unknown, headers: Readonly<Record<string, string>> = {}): OperationAnswer {
  return { status: 201, body, headers };
}

/** The repository of the request. */
export function repositoryOf(request: OperationRequest): GitHubRepository {
  if (request.repository === null) throw new Error(`${request.canonicalPath} is not below /repos/{owner}/{repo}.`);
  return request.repository;
}

/** A path parameter that the operation's template names. */
export function parameter(request: OperationRequest, name: string): string {
  const value = request.parameters[name];
  if (value === undefined) throw new Error(`${request.canonicalPath} has no parameter {${name}}.`);
  return value;
}

/** A path parameter that must be a number; anything else is not there. */
export function numberParameter(request: OperationRequest, name: string): number {
  const value = parameter(request, name);
  if (!/^\d+$/.test(value)) throw notFound();
  return Number(value);
}

/** The commit that the request names by branch, SHA or abbreviation, as far as the API knows it. */
export function commitOf(request: OperationRequest, reference: string): string {
  const repository = repositoryOf(request);
  if (repository.history.branches().size === 0) throw new GitHubError(409, "Git Repository is empty.");
  const sha = repository.resolve(reference);
  if (sha === null) throw new GitHubError(422, `No commit found for SHA: ${reference}`);
  return sha;
}
