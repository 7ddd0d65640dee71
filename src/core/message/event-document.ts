import type { EventData, TemplateContext } from "../template/event-data.ts";
import type { Message } from "./message.ts";
import { summary } from "./summary.ts";

/**
 * The documented object that templates and CEL read and `format: event` sends as `data` (schema: core/template/event-data.ts). Times are ISO
 * 8601 in UTC; what a message is not about is null.
 */
export function eventDocument(message: Message): EventData {
  const { gitRepo, rollout } = message;
  const { clusters, failure } = rollout;
  return {
    type: message.event,
    summary: summary(message),
    gitRepo: {
      namespace: gitRepo.namespace,
      name: gitRepo.name,
      uid: gitRepo.uid,
      repo: gitRepo.repo,
      branch: gitRepo.branch,
      revision: gitRepo.revision,
    },
    commit: message.commit,
    previousCommit: message.previousCommit,
    relation: toldRelation(message),
    rolledBackTo: message.rolledBackTo,
    rolledBackFrom: message.rolledBackFrom,
    rollout: {
      phase: rollout.phase,
      applied: rollout.applied,
      changed: rollout.changed,
      startedTime: isoTime(rollout.startedMs),
      generation: rollout.key.generation,
      forceSyncGeneration: rollout.key.forceSyncGeneration,
      bundles: rollout.bundles,
      clusters: {
        total: clusters.total,
        ready: clusters.ready,
        updating: clusters.updating,
        failed: clusters.failed,
        offline: clusters.offline,
        paused: clusters.paused,
        updatingNames: [...clusters.updatingNames],
        failedNames: [...clusters.failedNames],
        offlineNames: [...clusters.offlineNames],
        pausedNames: [...clusters.pausedNames],
      },
      waitingFor: rollout.waitingFor.map((it) => ({
        code: it.code,
        bundle: it.bundle,
        cluster: it.cluster,
        message: it.message,
        sinceTime: isoTime(it.sinceMs),
      })),
      failure: failure && {
        kind: failure.kind,
        message: failure.message,
        clusters: failure.clusters.map((it) => ({ cluster: it.cluster, bundle: it.bundle, message: it.message })),
      },
    },
    target: { name: message.target },
    cluster: message.cluster === undefined ? null : { namespace: message.cluster.namespace, name: message.cluster.name },
    bundle: message.bundle === undefined ? null : { namespace: message.bundle.namespace, name: message.bundle.name },
    pullRequests: message.pullRequests.map((it) => ({
      number: it.number,
      title: it.title,
      url: it.url,
      headSha: it.headSha,
      mergeCommit: it.mergeCommit,
    })),
  };
}

/** The body of `format: event` (design §5). A pure function of the message: a retry sends the same bytes. */
export function eventBody(message: Message, stream: string): string {
  return JSON.stringify({
    type: message.event,
    timestamp: isoTime(message.createdMs),
    stream,
    sequence: message.sequence,
    data: eventDocument(message),
  });
}

/** What a template sees: the documented object, and what `format: event` has around it. */
export function templateContext(message: Message, stream: string): TemplateContext {
  return { ...eventDocument(message), timestamp: isoTime(message.createdMs), stream, sequence: message.sequence };
}

/** How the commit stands to `previousCommit`, in the words that receivers get. */
export function toldRelation({ relation, event }: Pick<Message, "relation" | "event">): EventData["relation"] {
  if (event === "GitRepoRolledBack" || relation === "behind") return "rolledBack";
  return relation === "unknownEver" || relation === "unknownYet" ? "unknown" : relation;
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
