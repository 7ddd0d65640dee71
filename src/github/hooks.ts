import type { Probot } from "probot";
import { parseRepository } from "../core/history/parse-repository.ts";
import type { CommitNode, Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import { cut } from "../core/template/cut.ts";
import { oneLine } from "../core/template/one-line.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";

export interface HookHandlers {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Commits that a push brought, oldest first, chained by their parents. */
  readonly onPushed: (repository: Repository, commits: readonly CommitNode[]) => void;
  /** An installation came, went or changed: what was parked for it may heal. */
  readonly onInstalled: () => void;
}

/**
 * What GitHub's webhooks tell us: hints only, in any order and possibly never (github-facts §1.9). A push warms the history, an installation
 * takes up what was parked. A delivery that was handled is not handled again.
 */
export function listenToHooks(probot: Probot, { log, metrics, onPushed, onInstalled }: HookHandlers): void {
  const handled = new Set<string>();
  /** Marked when it is done, not when it is seen: GitHub redelivers a failed one under the same id (github-facts §1.9). */
  const once = (id: string, handle: () => void) => {
    if (handled.has(id)) return;
    handle();
    handled.add(id);
    const [oldest] = handled;
    if (handled.size > limits.hooksRememberedMax && oldest !== undefined) handled.delete(oldest);
  };
  probot.onAny(({ name }) => metrics.count("signalman_hooks_total", { event: name, outcome: "taken" }));
  probot.on("push", ({ id, payload }) => {
    const repository = parseRepository(payload.repository.clone_url);
    if (repository === null || payload.forced) return;
    const commits = chain(payload);
    if (commits.length > 0) once(id, () => onPushed(repository, commits));
  });
  probot.on(["installation", "installation_repositories"], ({ id, name }) => {
    once(id, () => {
      log.info({ hook: name }, "installations changed");
      onInstalled();
    });
  });
  probot.onError((error) => {
    metrics.count("signalman_hooks_total", { event: "error", outcome: "failed" });
    log.warn({ reasons: reasonsOf(error) }, "a hook was refused, or could not be handled");
  });
}

/** What went wrong, in words: the errors themselves carry the whole body, and that may be from anybody. */
function reasonsOf(error: Error): readonly string[] {
  const errors = error instanceof AggregateError ? (error.errors as readonly Error[]) : [error];
  return errors.slice(0, 3).map((it) => cut(oneLine(it.message), limits.gitHubReasonMax));
}

interface Push {
  readonly before: string;
  readonly after: string;
  readonly commits: readonly { readonly id: string }[];
}

/**
 * A push lists its commits without their parents, and merges bring others in between: of several nobody can say whose children they are. Of a
 * single one that was not forced it is certain, since all of its ancestors were there before: it is the child of what was the head.
 */
function chain({ before, after, commits }: Push): readonly CommitNode[] {
  const [only] = commits;
  const isNewBranch = /^0+$/.test(before);
  return commits.length === 1 && only?.id === after && !isNewBranch ? [{ sha: after, parents: [before] }] : [];
}
