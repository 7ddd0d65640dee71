import { GitHubError } from "../world/github-error.ts";
import { issueCommentShape } from "./github-api-app-shapes.ts";
import {
  created,
  numberParameter,
  ok,
  repositoryOf,
  type OperationAnswer,
  type OperationRequest,
} from "./github-api-operation.ts";
import { pageOf } from "./github-api-page.ts";
import { pullRequestShape } from "./github-api-pull-request-shape.ts";
import { accountShape, repositoryShape } from "./github-api-shapes.ts";

/** Pull requests and the comments in their conversations; the repository itself. */

export function listComments(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const { number, conversation } = repository.pullRequest(numberParameter(request, "issue_number"));
  if (conversation === "gone") throw new GitHubError(410, "This issue was deleted");
  const since = request.query.get("since");
  const sinceMs = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const comments = repository.issueComments.list(number).filter(({ updatedMs }) => updatedMs >= sinceMs);
  const { entries, headers } = pageOf(comments, request);
  const { app } = request.world.installations;
  return ok(
    entries.map((comment) => issueCommentShape(comment, repository, { app, urls: request.urls })),
    headers,
  );
}

export function createComment(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const { installations } = request.world;
  const number = numberParameter(request, "issue_number");
  const comment = repository.createComment(number, bodyText(request), installations.writer(request.principal));
  const shape = issueCommentShape(comment, repository, { app: installations.app, urls: request.urls });
  return created(shape, { location: shape.url });
}

export function getComment(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const comment = repository.issueComments.get(numberParameter(request, "comment_id"));
  return ok(issueCommentShape(comment, repository, { app: request.world.installations.app, urls: request.urls }));
}

export function updateComment(request: OperationRequest): OperationAnswer {
  const repository = repositoryOf(request);
  const comment = repository.editComment(numberParameter(request, "comment_id"), bodyText(request));
  return ok(issueCommentShape(comment, repository, { app: request.world.installations.app, urls: request.urls }));
}

export async function getPullRequest(request: OperationRequest): Promise<OperationAnswer> {
  const repository = repositoryOf(request);
  const pullRequest = repository.pullRequest(numberParameter(request, "pull_number"));
  const commits = await repository.history.range(pullRequest.baseSha, pullRequest.headSha);
  const merged = pullRequest.mergeCommitSha !== null;
  return ok({
    ...pullRequestShape(pullRequest, repository, request.urls),
    merged,
    mergeable: merged ? null : true,
    rebaseable: null,
    mergeable_state: merged ? "unknown" : "clean",
    merged_by: merged ? accountShape(pullRequest.author, request.urls) : null,
    comments: repository.issueComments.list(pullRequest.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: commits.length,
    // Changed lines are not modelled.
    additions: 0,
    deletions: 0,
    changed_files: 0,
  });
}

export function getRepository(request: OperationRequest): OperationAnswer {
  return ok({ ...repositoryShape(repositoryOf(request), request.urls), network_count: 0, subscribers_count: 0 });
}

function bodyText(request: OperationRequest): string {
  const text = request.body["body"];
  if (typeof text !== "string") throw new GitHubError(422, `Invalid request.\n\n"body" wasn't supplied.`);
  return text;
}
