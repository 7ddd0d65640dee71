import type { Probot } from "probot";
import { parseRepository } from "../core/history/parse-repository.ts";
import type { CommitNode, Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
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
  const isNew = (id: string) => {
    if (handled.has(id)) return false;
    handled.add(id);
    const [oldest] = handled;
    if (handled.size > limits.hooksRememberedMax && oldest !== undefined) handled.delete(oldest);
    return true;
  };
  probot.onAny(({ name }) => metrics.count("signalman_hooks_total", { event: name, outcome: "taken" }));
  probot.on("push", ({ id, payload }) => {
    const repository = parseRepository(payload.repository.clone_url);
    if (!isNew(id) || repository === null || payload.forced) return;
    onPushed(
      repository,
      chain(
        payload.before,
        payload.commits.map((it) => it.id),
      ),
    );
  });
  probot.on(["installation", "installation_repositories"], ({ id, name }) => {
    if (!isNew(id)) return;
    log.info({ hook: name }, "installations changed");
    onInstalled();
  });
  probot.onError((error) => {
    metrics.count("signalman_hooks_total", { event: "error", outcome: "failed" });
    log.error({ error }, "a hook could not be handled");
  });
}

/**
 * A push lists its commits without their parents. In a line each is the child of the one before; a merge brings others in between, so a pair
 * that is not adjacent may be told wrongly apart: only a push of a single commit says for certain whose child it is.
 */
function chain(before: string, shas: readonly string[]): readonly CommitNode[] {
  const [only] = shas;
  const isNewBranch = /^0+$/.test(before);
  return shas.length === 1 && only !== undefined && !isNewBranch ? [{ sha: only, parents: [before] }] : [];
}
