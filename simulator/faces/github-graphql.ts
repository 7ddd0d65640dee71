import type { GitCommit } from "../world/git-history.ts";
import type { GitHubAccount } from "../world/github-account.ts";
import { GitHubError } from "../world/github-error.ts";
import type { NeededPermission } from "./github-api-operations.ts";
import type { Principal } from "../world/github-installations.ts";
import type { PullRequest } from "../world/github-pull-request.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import type { GitHubWorld } from "../world/github.ts";
import { principalName } from "./github-api-app.ts";
import { isoDate, nodeId } from "./github-api-shapes.ts";
import type { GitHubUrls } from "./github-api-urls.ts";
import type { GitHubGraphqlSchema } from "./github-graphql-schema.ts";
import {
  executeGraphql,
  GraphqlFieldError,
  GraphqlSchemaError,
  type GraphqlArguments,
  type GraphqlError,
  type GraphqlObject,
} from "./graphql-execute.ts";
import { GraphqlSyntaxError, parseGraphql, type GraphqlValue } from "./graphql-query.ts";

export interface GraphqlRequest {
  readonly world: GitHubWorld;
  readonly principal: Principal;
  readonly urls: GitHubUrls;
  readonly body: Readonly<Record<string, unknown>>;
  /** null: nothing is held against GitHub's schema. */
  readonly schema: GitHubGraphqlSchema | null;
}

export interface GraphqlAnswer {
  /** What of `data` GitHub's schema does not know, in one line each. */
  readonly problems: readonly string[];
  readonly data?: unknown;
  readonly errors?: readonly (GraphqlError | { readonly message: string })[];
}

/**
 * The part of GitHub's GraphQL that reads repositories, commits, their pull requests, branches and comparisons. Names and meanings
 * are the schema's; a field that is not here is answered as one that GitHub does not have.
 */
export async function answerGraphql(request: GraphqlRequest): Promise<GraphqlAnswer> {
  const { body, schema } = request;
  const { query, variables } = body;
  const problems: string[] = [];
  if (typeof query !== "string") throw new GitHubError(400, "A query attribute must be specified and must be a string.");
  try {
    const parsed = parseGraphql(query, (variables ?? {}) as Record<string, GraphqlValue>);
    const { data, errors } = await executeGraphql(parsed, rootObject(request), (field, value) => {
      problems.push(...(schema?.fieldProblems(field, value) ?? []));
    });
    const [refusal] = schema?.queryProblems(query) ?? [];
    if (refusal !== undefined) return { problems, errors: [{ message: refusal }] };
    return errors.length === 0 ? { problems, data } : { problems, data, errors };
  } catch (error) {
    if (error instanceof GraphqlSyntaxError || error instanceof GraphqlSchemaError)
      return { problems, errors: [{ message: error.message }] };
    throw error;
  }
}

function rootObject(request: GraphqlRequest): GraphqlObject {
  const { world, principal } = request;
  return {
    typeName: "Query",
    fields: {
      repository: (given) => {
        const name = `${text(given, "owner")}/${text(given, "name")}`;
        // Unlike REST, GraphQL follows a former name silently.
        const repository = world.findRepository(name) ?? world.renamedRepository(name);
        if (repository === null || !sees(request, repository, { permission: "metadata", level: "read" })) {
          throw new GraphqlFieldError("NOT_FOUND", `Could not resolve to a Repository with the name '${name}'.`);
        }
        return repositoryObject(request, repository);
      },
      rateLimit: () => {
        const { limit, remaining, used, resetSeconds } = world.rateLimits.state(principalName(principal), "graphql");
        return { typeName: "RateLimit", fields: { limit, remaining, used, cost: 1, resetAt: isoDate(resetSeconds * 1000) } };
      },
      viewer: () => {
        const account = principal.kind === "user" ? principal.account : world.installations.app.bot;
        return accountObject(account, request);
      },
    },
  };
}

function repositoryObject(request: GraphqlRequest, repository: GitHubRepository): GraphqlObject {
  const requireContents = () => requirePermission(request, repository, { permission: "contents", level: "read" });
  return {
    typeName: "Repository",
    fields: {
      id: nodeId("R", repository.id),
      databaseId: repository.id,
      name: repository.name,
      nameWithOwner: repository.fullName,
      url: `${request.urls.web}/${repository.fullName}`,
      isPrivate: repository.private,
      owner: () => accountObject(repository.owner, request),
      defaultBranchRef: () => referenceObject(request, repository, repository.defaultBranch),
      object: (given) => {
        requireContents();
        const sha = repository.resolve(text(given, given["oid"] === undefined ? "expression" : "oid"));
        const commit = sha === null ? null : repository.history.lookup(sha);
        return commit === null ? null : commitObject(request, repository, commit);
      },
      ref: (given) => {
        requireContents();
        return referenceObject(request, repository, text(given, "qualifiedName").replace(/^refs\/heads\//, ""));
      },
      pullRequest: (given) => {
        requirePermission(request, repository, { permission: "pull_requests", level: "read" });
        const number = Number(given["number"]);
        const pullRequest = repository.pullRequests().find((each) => each.number === number);
        if (pullRequest !== undefined) return pullRequestObject(request, repository, pullRequest);
        throw new GraphqlFieldError("NOT_FOUND", `Could not resolve to a PullRequest with the number of ${number}.`);
      },
    },
  };
}

function commitObject(request: GraphqlRequest, repository: GitHubRepository, commit: GitCommit): GraphqlObject {
  const parents = () =>
    commit.parents.flatMap((sha) => {
      const parent = repository.history.lookup(sha);
      return parent === null ? [] : [commitObject(request, repository, parent)];
    });
  return {
    typeName: "Commit",
    fields: {
      id: nodeId("C", commit.sha),
      oid: commit.sha,
      abbreviatedOid: commit.sha.slice(0, 7),
      message: commit.message,
      messageHeadline: commit.message.split("\n")[0] ?? "",
      committedDate: isoDate(commit.committedMs),
      url: `${request.urls.web}/${repository.fullName}/commit/${commit.sha}`,
      parents: (given) => connection("Commit", parents(), given),
      associatedPullRequests: async (given) => {
        requirePermission(request, repository, { permission: "pull_requests", level: "read" });
        const pullRequests = await repository.associatedPullRequests(commit.sha);
        const objects = pullRequests.map((each) => pullRequestObject(request, repository, each));
        return connection("PullRequest", objects, given);
      },
    },
  };
}

function pullRequestObject(request: GraphqlRequest, repository: GitHubRepository, pullRequest: PullRequest): GraphqlObject {
  const commit = (sha: string | null) => {
    const found = sha === null ? null : repository.history.lookup(sha);
    return found === null ? null : commitObject(request, repository, found);
  };
  const merged = pullRequest.mergeCommitSha !== null;
  return {
    typeName: "PullRequest",
    fields: {
      id: nodeId("PR", pullRequest.id),
      databaseId: pullRequest.id,
      number: pullRequest.number,
      title: pullRequest.title,
      url: `${request.urls.web}/${repository.fullName}/pull/${pullRequest.number}`,
      state: merged ? "MERGED" : pullRequest.state.toUpperCase(),
      merged,
      mergedAt: pullRequest.mergedMs === null ? null : isoDate(pullRequest.mergedMs),
      mergeCommit: () => commit(pullRequest.mergeCommitSha),
      locked: pullRequest.conversation === "locked",
      baseRefName: pullRequest.baseBranch,
      baseRefOid: pullRequest.baseSha,
      headRefName: pullRequest.headBranch,
      headRefOid: pullRequest.headSha,
      createdAt: isoDate(pullRequest.createdMs),
      baseRepository: () => repositoryObject(request, repository),
      headRepository: () => repositoryObject(request, repository),
      author: () => accountObject(pullRequest.author, request),
    },
  };
}

/** A branch; null where there is none. */
function referenceObject(request: GraphqlRequest, repository: GitHubRepository, branch: string): GraphqlObject | null {
  const sha = repository.shownHead(branch);
  const commit = sha === null ? null : repository.history.lookup(sha);
  if (sha === null || commit === null) return null;
  return {
    typeName: "Ref",
    fields: {
      name: branch,
      prefix: "refs/heads/",
      target: () => commitObject(request, repository, commit),
      // `headRef` may be a SHA (github-facts §1.6); the branch is the base.
      compare: async (given) => {
        const head = repository.resolve(text(given, "headRef"));
        if (head === null) return null;
        const { status, aheadBy, behindBy } = await repository.history.compare(sha, head);
        return { typeName: "Comparison", fields: { status: status.toUpperCase(), aheadBy, behindBy } };
      },
    },
  };
}

function accountObject(account: GitHubAccount, { urls }: GraphqlRequest): GraphqlObject {
  return {
    typeName: account.type,
    fields: { login: account.login, databaseId: account.id, url: `${urls.web}/${account.login}` },
  };
}

/** GitHub refuses a connection without `first` or `last`, and more than 100 (github-facts §1.5). */
function connection(type: string, nodes: readonly GraphqlObject[], given: GraphqlArguments): GraphqlObject {
  const count = given["first"] ?? given["last"];
  if (typeof count !== "number") {
    throw new GraphqlFieldError(
      "MISSING_PAGINATION_BOUNDARIES",
      "You must provide a `first` or `last` value to properly paginate the connection.",
    );
  }
  if (count > 100) {
    throw new GraphqlFieldError(
      "EXCESSIVE_PAGINATION",
      `Requesting ${count} records exceeds the \`first\` limit of 100 records.`,
    );
  }
  const shown = given["first"] === undefined ? nodes.slice(Math.max(0, nodes.length - count)) : nodes.slice(0, count);
  const pageInfo = { typeName: "PageInfo", fields: { hasNextPage: shown.length < nodes.length, endCursor: null } };
  return { typeName: `${type}Connection`, fields: { nodes: shown, totalCount: nodes.length, pageInfo } };
}

function sees(request: GraphqlRequest, repository: GitHubRepository, needed: NeededPermission): boolean {
  try {
    request.world.installations.checkAccess(request.principal, repository, needed);
    return true;
  } catch {
    return false;
  }
}

function requirePermission(request: GraphqlRequest, repository: GitHubRepository, needed: NeededPermission): void {
  if (!sees(request, repository, needed)) throw new GraphqlFieldError("FORBIDDEN", "Resource not accessible by integration");
}

function text(given: GraphqlArguments, name: string): string {
  const value = given[name];
  if (typeof value === "string") return value;
  throw new GraphqlSchemaError(`Field is missing required arguments: ${name}`);
}
