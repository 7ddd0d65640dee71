import { hash } from "node:crypto";
import type { PullRequest } from "../core/history/relation.ts";
import type { Fate, Message } from "../core/message/message.ts";
import { type CommitState, fateDescription, statusDescription } from "../core/message/status-description.ts";
import { pendingFromMs } from "../core/message/pending-from.ts";
import { limits } from "../core/limits.ts";

/**
 * One status that a message asks for. `over` is what it may replace:
 *
 * - anything: whatever is shown.
 * - unlessFinal: nothing, or a pending; on a commit that has its outcome nothing is taken back.
 * - unlessSuccess: what says "deployed" already, in whatever words, stays.
 * - pending: only a pending of ours; a commit that showed nothing begins to show nothing.
 */
export interface StatusWrite extends CommitState {
  readonly sha: string;
  /** What the state is about, as the commit's own message; null for a commit that only shares what became of another one. */
  readonly about: Message | null;
  readonly over: "anything" | "unlessFinal" | "unlessSuccess" | "pending";
}

/**
 * A replaced commit may have got its own outcome meanwhile, by an attempt whose answer was lost: that is final (design §5), but for a step back,
 * which takes every newer commit away. What only closes a pending needs one.
 */
const overByFate: Readonly<Record<Fate["fate"], StatusWrite["over"]>> = {
  waiting: "pending",
  deployed: "unlessFinal",
  failed: "unlessFinal",
  rolledBack: "anything",
  leftBehind: "unlessFinal",
  rewritten: "unlessFinal",
  crowdedOut: "unlessFinal",
  removed: "pending",
  unreported: "pending",
};

const outcomes: ReadonlySet<Message["event"]> = new Set<Message["event"]>(["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"]);

/**
 * Which commits get which status by a message (design §5, commitStatus), the most important first: its own commit, after a step back the older
 * commit that runs now, the commits that it replaces, and on an outcome the heads of the pull requests that came in with it. One write a commit.
 */
export function statusWrites(message: Message, { pullRequestHeads }: { pullRequestHeads: boolean }): readonly StatusWrite[] {
  const own = ownWrites(message);
  const fates = message.fates.map((fate): StatusWrite => ({
    sha: fate.commit,
    ...fateDescription(fate, message),
    about: null,
    over: overByFate[fate.fate],
  }));
  const heads = pullRequestHeads && outcomes.has(message.event) ? headWrites(message) : [];
  const bySha = new Map<string, StatusWrite>();
  for (const write of [...own, ...fates, ...heads]) if (write.sha !== "" && !bySha.has(write.sha)) bySha.set(write.sha, write);
  return [...bySha.values()];
}

function ownWrites(message: Message): StatusWrite[] {
  switch (message.event) {
    case "GitRepoDeploying":
      return isShownAsPending(message)
        ? [
            {
              sha: message.commit,
              ...statusDescription(message),
              about: message,
              over: message.rolledBackFrom === "" ? "anything" : "unlessFinal",
            },
          ]
        : [];
    case "GitRepoRolledBack": {
      const deployed = olderDeployed(message);
      return [
        { sha: message.commit, ...statusDescription(message), about: message, over: "anything" },
        { sha: deployed.commit, ...statusDescription(deployed), about: deployed, over: "unlessSuccess" },
      ];
    }
    case "GitRepoReady":
    case "GitRepoFailed":
    case "GitRepoDegraded":
      return [{ sha: message.commit, ...statusDescription(message), about: message, over: "anything" }];
    // What a GitRepo that is gone left pending is among the fates.
    case "GitRepoAdded":
    case "GitRepoRemoved":
    // Refused by schema: they are about no commit of a GitRepo.
    case "BundleDeployed":
    case "BundleFailed":
    case "BundleDrifted":
    case "ClusterOffline":
    case "ClusterOnline":
      return [];
  }
}

/** What a step back says of the older commit. */
function olderDeployed(message: Message): Message {
  return { ...message, event: "GitRepoReady", commit: message.rolledBackTo };
}

/** GitRepos that a rollout does not change make no pending; where that is not known yet, it is shown after a while (design §5). */
function isShownAsPending({ rollout, createdMs }: Message): boolean {
  return pendingFromMs(rollout) <= createdMs;
}

/** A merged pull request shows where it runs: the outcome's own words on the head commit. */
function headWrites(message: Message): StatusWrite[] {
  return [...headsOf(message.pullRequests, message), ...headsOf(message.arrivedPullRequests ?? [], olderDeployed(message))];
}

function headsOf(pullRequests: readonly PullRequest[], about: Message): StatusWrite[] {
  const state = statusDescription(about);
  return pullRequests.map((it) => ({ sha: it.headSha, ...state, about, over: "anything" }));
}

/** A name on a commit (`placeOf`) after `SIGNALMAN_NAME/` where that is set. A longer one is cut and ends with a hash, so that two never meet. */
export function statusContext({ name, place }: { name: string; place: string }): string {
  const context = name === "" ? place : `${name}/${place}`;
  if (context.length <= limits.statusContextMax) return context;
  const shortHash = hash("sha256", context, "hex").slice(0, 10);
  return `${context.slice(0, limits.statusContextMax - shortHash.length - 1)}-${shortHash}`;
}
