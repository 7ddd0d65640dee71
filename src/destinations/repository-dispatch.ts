import type { Outcome } from "../core/delivery/outcome.ts";
import { eventBody } from "../core/message/event-document.ts";
import type { RepositoryDispatchConfig } from "../core/notification/github/repository-dispatch.ts";
import { gitHubOutcome } from "../github/outcome.ts";
import { notOnGitHub } from "./commit-marks.ts";
import type { Destination } from "./destination.ts";

/**
 * `repository_dispatch` (design §5): wakes workflows. Nobody can ask GitHub which it got, so a lost answer means that it may be sent twice, under
 * the same `client_payload.id`. The payload is the body of `format: event`, five properties of at most ten, and the message's id.
 */
export const repositoryDispatch: Destination<RepositoryDispatchConfig> = {
  type: "repositoryDispatch",
  async apply({ repository, message, stream, config }, io, signal): Promise<Outcome> {
    if (repository === null) return notOnGitHub(message.gitRepo.repo);
    let isWrite = false;
    try {
      const octokit = await io.github(repository, signal);
      isWrite = true;
      await octokit.rest.repos.createDispatchEvent({
        owner: repository.owner,
        repo: repository.name,
        event_type: config.eventType,
        client_payload: { id: message.id, ...(JSON.parse(eventBody(message, stream)) as Record<string, unknown>) },
        request: { signal },
      });
      return { kind: "delivered" };
    } catch (error) {
      return gitHubOutcome(error, { isWrite, now: io.now() });
    }
  },
};
