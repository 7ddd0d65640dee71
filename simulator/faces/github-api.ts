import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { GitHubError } from "../world/github-error.ts";
import type { FaultKind } from "../world/github-fault.ts";
import type { Principal } from "../world/github-installations.ts";
import type { GitHubWorld } from "../world/github.ts";
import {
  answerRequest,
  errorAnswer,
  graphqlLimitAnswer,
  limitMessage,
  rendered,
  type ApiAnswer,
  type ApiRequest,
  type ApiSurroundings,
} from "./github-api-answer.ts";
import { answerRegistration } from "./github-registration.ts";
import { principalName } from "./github-api-app.ts";
import type { OperationAnswer } from "./github-api-operation.ts";
import type { GitHubGraphqlSchema } from "./github-graphql-schema.ts";
import { plainHeaders, readBody, startHttpFace, type HttpFace, type HttpFaceOptions } from "./http-face.ts";

export interface GitHubApiOptions extends HttpFaceOptions {
  /**
   * Hold every request and answer against GitHub's own OpenAPI and GraphQL schema (default true): a request that they do not allow is answered
   * as GitHub refuses it, and both are counted in `world.violations`. Needs development dependencies.
   */
  readonly validate?: boolean;
  /** Where people would see it; `https://github.com` by default. */
  readonly webUrl?: string;
}

/** More than GitHub takes anywhere that Signalman writes. */
const bodyBytesMax = 4 * 1024 * 1024;

/**
 * Serves a world over HTTP as GitHub's REST and GraphQL API: github.com's paths at the root (`GITHUB_API_URL=<url>`), and a GHES's
 * under `/api/v3` and `/api/graphql`, without rate limits as a GHES has by default. Faults and outages are the world's.
 */
export async function startGitHubApi(
  world: GitHubWorld,
  options: GitHubApiOptions = {},
): Promise<Pick<HttpFace, "url" | "close">> {
  const isValidated = options.validate ?? true;
  const schema = isValidated ? (await import("./github-api-schema.ts")).loadGitHubSchema() : null;
  const ending = new AbortController();
  const surroundings = { world, schema, graphqlSchema: isValidated ? readGraphqlSchema() : async () => null };
  const serving: Serving = {
    surroundings,
    signal: ending.signal,
    webUrl: options.webUrl ?? "https://github.com",
    requestCount: 0,
  };
  const face = await startHttpFace((request, response) => serve(serving, request, response), options);
  const follow = () => (world.outage === "refused" ? face.refuse() : face.accept());
  const unfollow = world.onOutage(follow);
  follow();
  return {
    url: face.url,
    close: async () => {
      unfollow();
      ending.abort();
      await face.close();
    },
  };
}

/** Reads it once, when it is first asked for. */
function readGraphqlSchema(): ApiSurroundings["graphqlSchema"] {
  let reading: Promise<GitHubGraphqlSchema> | null = null;
  return () => (reading ??= import("./github-graphql-schema.ts").then((it) => it.loadGitHubGraphqlSchema()));
}

interface Serving {
  readonly surroundings: ApiSurroundings;
  readonly signal: AbortSignal;
  readonly webUrl: string;
  requestCount: number;
}

async function serve(serving: Serving, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world } = serving.surroundings;
  const { request, isEnterprise } = await apiRequest(serving, incoming);
  const { method, path, query } = request;
  const search = query.size === 0 ? "" : `?${query.toString()}`;
  const principal = principalOf(world, request);
  const body = jsonOrText(request.bodyText);
  const answered = world.arrived({ atMs: world.now(), method, path, query: search, body, from: principalName(principal) });
  const { fault, latencyMs } = world.faults.take({ method, path });
  if (fault?.kind === "hang") return;
  if (fault?.kind === "resetBefore") return cut(incoming, answered);
  const refusal = world.outage === "503" ? unicorn(503) : refusalOf(fault, { request, principal, world });
  const answer = refusal ?? answerRegistration(world, request) ?? (await answerRequest(serving.surroundings, request));
  if (latencyMs > 0) await delay(latencyMs, undefined, { signal: serving.signal }).catch(() => {});
  if (fault?.kind === "resetAfter") return cut(incoming, answered);
  if (response.destroyed) return;
  serving.requestCount += 1;
  response.writeHead(answer.status, {
    ...(isEnterprise ? withoutRateLimits(answer.headers) : answer.headers),
    "x-github-request-id": `51A1:${serving.requestCount.toString(16).toUpperCase().padStart(6, "0")}`,
  });
  response.end(answer.status === 304 ? undefined : answer.body);
  answered(answer.status);
}

async function apiRequest(serving: Serving, incoming: IncomingMessage): Promise<{ request: ApiRequest; isEnterprise: boolean }> {
  const headers = plainHeaders(incoming);
  const url = new URL(incoming.url ?? "/", `http://${headers["host"] ?? "localhost"}`);
  const isEnterprise = url.pathname.startsWith("/api/");
  const path = url.pathname.replace(/^\/api(\/v3)?\//, "/").replace(/(?<=.)\/$/, "");
  const hasBody = incoming.headers["content-length"] !== undefined || incoming.headers["transfer-encoding"] !== undefined;
  const bodyText = hasBody ? await readBody(incoming, bodyBytesMax) : undefined;
  const urls = { api: `${url.origin}${isEnterprise ? "/api/v3" : ""}`, web: serving.webUrl };
  return { request: { method: incoming.method ?? "", path, query: url.searchParams, headers, bodyText, urls }, isEnterprise };
}

function cut(incoming: IncomingMessage, answered: (status: number) => void): void {
  incoming.socket.destroy();
  answered(0);
}

/** What a fault answers instead of GitHub; null where it answers nothing of its own. */
function refusalOf(
  fault: FaultKind | null,
  { request, principal, world }: { readonly request: ApiRequest; readonly principal: Principal; readonly world: GitHubWorld },
): ApiAnswer | null {
  switch (fault?.kind) {
    case "serverError":
      return unicorn(fault.status);
    case "compareTooLong":
      return rendered(request, compareTooLong());
    case "primaryLimit": {
      const headers = {
        "x-ratelimit-limit": String(world.rateLimits.limit),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-used": String(world.rateLimits.limit),
        "x-ratelimit-reset": String(Math.ceil(world.now() / 1000) + fault.resetInSeconds),
        "x-ratelimit-resource": request.path === "/graphql" ? "graphql" : "core",
      };
      if (request.path === "/graphql") return rendered(request, { ...graphqlLimitAnswer(principal), headers });
      const error = new GitHubError(fault.status ?? 403, limitMessage(principal), { headers });
      error.documentation = "overview/rate-limits-for-the-rest-api";
      return rendered(request, errorAnswer(error));
    }
    case "secondaryLimit": {
      const headers = fault.retryAfterSeconds === undefined ? {} : { "retry-after": String(fault.retryAfterSeconds) };
      const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
      const error = new GitHubError(fault.status ?? 403, message, { headers });
      error.documentation = "overview/rate-limits-for-the-rest-api#about-secondary-rate-limits";
      return rendered(request, errorAnswer(error));
    }
    default:
      return null;
  }
}

/** What is in front of GitHub answers with a page, not with JSON. */
function unicorn(status: number): ApiAnswer {
  const body = `<!DOCTYPE html><html><head><title>Unicorn! &middot; GitHub</title></head><body>${status}</body></html>\n`;
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

/** GitHub's answer where the diff of a comparison takes too long, though nobody asked for a diff (github-facts §1.6). */
function compareTooLong(): OperationAnswer {
  const message = "Server Error: Sorry, this diff is taking too long to generate.";
  const errors = [{ resource: "Comparison", field: "diff", code: "not_available" }];
  const documentation = "https://docs.github.com/rest/commits/commits#compare-two-commits";
  return { status: 500, body: { message, errors, documentation_url: documentation, status: "500" } };
}

function withoutRateLimits(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith("x-ratelimit-"));
  return { ...Object.fromEntries(kept), "x-github-enterprise-version": "3.19.0" };
}

function principalOf(world: GitHubWorld, request: ApiRequest): Principal {
  try {
    return world.installations.authenticate(request.headers["authorization"]);
  } catch {
    return { kind: "anonymous" };
  }
}

function jsonOrText(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
