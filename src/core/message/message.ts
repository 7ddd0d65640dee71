import type { Relation } from "../history/relation.ts";
import type { PullRequest } from "../history/relation.ts";
import type { EventType } from "../notification/rule.ts";
import type { ClusterCounts, Failure, GitRepoCounts, Reason, RolloutKey } from "../rollout/rollout.ts";

/** What became of a commit that was replaced before it settled, or went away (design §5, commitStatus). */
export interface Fate {
  readonly commit: string;
  readonly fate:
    | "waiting"
    | "deployed"
    | "failed"
    | "rolledBack"
    | "leftBehind"
    | "rewritten"
    | "removed"
    | "crowdedOut"
    | "unreported";
}

/**
 * One thing to say in one stream: a value, complete, ≤ `limits.messageBytesMax` when stored. Everything that a destination writes is a pure
 * function of it (and, for a shared comment, of the other streams' rows).
 */
export interface Message {
  /** `webhook-id`: the same on every retry. A hash of its place in its stream and what its body is made by (core/delivery/webhook-id.ts). */
  readonly id: string;
  /** Grows by one along a stream. */
  readonly sequence: number;
  readonly event: EventType;
  readonly epoch: number;
  /** What the message is about; for GitRepoRolledBack the newer commit that went away. */
  readonly commit: string;
  /** What the stream reported last; "" where nothing. */
  readonly previousCommit: string;
  /** "first": nothing was reported before. "behind" only with a rollback; "unknownEver" and "unknownYet" are told as "unknown". */
  readonly relation: Relation | "first" | "unknownYet";
  /** Set with GitRepoRolledBack: the older commit that runs now. */
  readonly rolledBackTo: string;
  /** Set on messages about the older commit until a commit that is not behind the newer one is reported. */
  readonly rolledBackFrom: string;
  readonly createdMs: number;
  readonly gitRepo: MessageGitRepo;
  readonly target: string;
  /** Set with cluster and bundle events; absent with all others, and in what an earlier version stored. */
  readonly cluster?: MessageCluster;
  /** Set with bundle events. */
  readonly bundle?: { readonly namespace: string; readonly name: string };
  readonly rollout: MessageRollout;
  /** PRs that came in with this rollout (or went away with a rollback); at most `limits.pullRequestsMax`. */
  readonly pullRequests: readonly PullRequest[];
  /**
   * With GitRepoRolledBack the ones that came in with the older commit, which no message told before; as many at most. For GitHub destinations alone:
   * the documented object has none of them. Absent with all others.
   */
  readonly arrivedPullRequests?: readonly PullRequest[];
  /** Commits whose fate this message decides or shows; at most `limits.replacedMax` + 1. */
  readonly fates: readonly Fate[];
}

export interface MessageCluster {
  readonly namespace: string;
  /** Its display name. */
  readonly name: string;
}

/** Empty texts where the event is about no GitRepo. */
export interface MessageGitRepo {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly repo: string;
  readonly branch: string;
  readonly revision: string;
}

/** The part of a Rollout that is told. `waitingFor` has at most 3 entries here. */
export interface MessageRollout {
  readonly key: RolloutKey;
  readonly phase: "deploying" | "ready" | "failed" | "removed";
  readonly applied: boolean;
  readonly holding: boolean;
  readonly changed: boolean;
  readonly clusters: ClusterCounts;
  readonly bundles: number;
  readonly startedMs: number;
  readonly failure: Failure | null;
  readonly waitingFor: readonly Reason[];
  /** Set where it is about all GitRepos of a repository; with 3 names each. */
  readonly gitRepos?: GitRepoCounts;
}
