import type { PullRequest } from "../history/relation.ts";
import { limits } from "../limits.ts";
import type { EventType } from "../notification/rule.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { cut } from "../template/cut.ts";
import { shortenError } from "./error-text.ts";
import type { Fate, Message, MessageRollout } from "./message.ts";

/** What core/delivery decided to say, before it has a place in its stream. */
export interface Saying {
  readonly event: EventType;
  readonly epoch: number;
  readonly relation: Message["relation"];
  readonly previousCommit: string;
  /** The newer commit that the receiver saw before a step back; "" outside a rollback. */
  readonly rolledBackFrom: string;
  readonly pullRequests: readonly PullRequest[];
  /** See Message. */
  readonly arrivedPullRequests: readonly PullRequest[];
  readonly fates: readonly Fate[];
}

/** In a message there is room for names, not for lists: three names a text, the counts tell the rest. */
const reasonsInMessage = 3;
const messageTextMax = 400;
const titleMax = 100;

/**
 * Makes a message of a rollout: complete, and cut so that it fits into `limits.messageBytesMax` in all but the strangest cases (the queue
 * counts bytes, whatever they are). `id` and `sequence` are given when its turn in the stream comes.
 */
export function compose(rollout: Rollout, saying: Saying, now: number): Message {
  const { gitRepo } = rollout;
  const isBack = saying.event === "GitRepoRolledBack";
  return {
    id: "",
    sequence: 0,
    event: saying.event,
    epoch: saying.epoch,
    commit: isBack ? saying.rolledBackFrom : rollout.key.commit,
    previousCommit: saying.previousCommit,
    relation: saying.relation,
    rolledBackTo: isBack ? rollout.key.commit : "",
    rolledBackFrom: isBack ? "" : saying.rolledBackFrom,
    createdMs: now,
    gitRepo: {
      uid: gitRepo.uid,
      namespace: gitRepo.namespace,
      name: gitRepo.name,
      repo: cut(gitRepo.repo, messageTextMax),
      branch: cut(gitRepo.branch, messageTextMax),
      revision: cut(gitRepo.revision, messageTextMax),
    },
    target: rollout.target,
    rollout: toldRollout(rollout),
    pullRequests: toldPullRequests(saying.pullRequests),
    ...(saying.arrivedPullRequests.length === 0 ? {} : { arrivedPullRequests: toldPullRequests(saying.arrivedPullRequests) }),
    fates: saying.fates,
  };
}

function toldPullRequests(pullRequests: readonly PullRequest[]): readonly PullRequest[] {
  return pullRequests.slice(0, limits.pullRequestsMax).map((it) => ({ ...it, title: cut(it.title, titleMax) }));
}

function toldRollout(rollout: Rollout): MessageRollout {
  const { clusters, failure, gitRepos } = rollout;
  const names = (list: readonly string[]) => list.slice(0, limits.namesInDescriptionMax);
  return {
    key: rollout.key,
    phase: rollout.phase,
    applied: rollout.applied,
    holding: rollout.holding,
    changed: rollout.changed,
    clusters: {
      ...clusters,
      offlineNames: names(clusters.offlineNames),
      pausedNames: names(clusters.pausedNames),
      failedNames: names(clusters.failedNames),
      updatingNames: names(clusters.updatingNames),
    },
    bundles: rollout.bundles,
    startedMs: rollout.startedMs,
    failure: failure && {
      kind: failure.kind,
      message: shortenError(failure.message, messageTextMax),
      clusters: failure.clusters
        .slice(0, limits.namesInDescriptionMax)
        .map((it) => ({ ...it, message: shortenError(it.message, messageTextMax / 2) })),
    },
    waitingFor: rollout.waitingFor
      .slice(0, reasonsInMessage)
      .map((it) => ({ ...it, message: shortenError(it.message, messageTextMax / 2) })),
    ...(gitRepos !== undefined && {
      gitRepos: { ...gitRepos, failedNames: names(gitRepos.failedNames), waitingNames: names(gitRepos.waitingNames) },
    }),
  };
}
