import { limits } from "../limits.ts";
import { degradedSentence, failureSentence } from "./failure-sentence.ts";
import { groupFailure, groupProgress } from "./group-sentence.ts";
import type { Fate, Message } from "./message.ts";
import { shortSha } from "./names.ts";
import { countReady, progress } from "./progress.ts";
import { type Sentence, writeSentence } from "./sentence.ts";

/** What a commit status says: GitHub's state, and one line of at most `limits.statusDescriptionMax` code points. */
export interface CommitState {
  readonly state: "pending" | "success" | "failure" | "error";
  readonly description: string;
}

/** The status on `message.commit` (texts: design §5). For GitRepoRolledBack that is the newer commit, which went away. */
export function statusDescription(message: Message): CommitState {
  const { rollout } = message;
  const { gitRepos } = rollout;
  switch (message.event) {
    case "GitRepoAdded":
    case "GitRepoDeploying":
      return commitState("pending", gitRepos === undefined ? progress(rollout) : groupProgress(gitRepos));
    case "GitRepoReady":
      return commitState("success", gitRepos === undefined ? deployed(message) : groupProgress(gitRepos));
    case "GitRepoFailed":
      return commitState("failure", gitRepos === undefined ? failureSentence(rollout) : groupFailure(gitRepos, rollout));
    case "GitRepoDegraded":
      return commitState("failure", degradedSentence(rollout));
    case "GitRepoRolledBack":
      return commitState("failure", { head: rolledBack(message) });
    case "BundleDeployed":
    case "BundleFailed":
    case "BundleDrifted":
    case "ClusterOffline":
    case "ClusterOnline":
      // Refused by schema for every destination that shows a status.
      throw new Error(`${message.event} is about no commit status`);
    case "GitRepoRemoved":
      return commitState("error", { head: "GitRepo deleted before this commit was deployed" });
  }
}

/** The status on a commit that was replaced before it settled, or that is not reported any longer: its fate, by the message that decides it. */
export function fateDescription({ fate }: Fate, message: Message): CommitState {
  const now = shortSha(message.rolledBackTo || message.commit);
  switch (fate) {
    case "waiting":
      return commitState("pending", { head: `Replaced by ${now}; waiting for it` });
    case "deployed":
      return commitState("success", { head: `Deployed with ${now} ${onClusters(message, "to")}` });
    case "failed":
      return commitState("failure", { head: `${now}, which contains this commit, failed` });
    case "rolledBack":
      return commitState("failure", { head: rolledBack(message) });
    case "leftBehind":
      return commitState("failure", { head: `Not deployed: Fleet went back to ${now}, which failed` });
    case "rewritten":
      return commitState("error", { head: `Not deployed: history was rewritten, now ${now}` });
    case "removed":
      return commitState("error", { head: "GitRepo deleted before this commit was deployed" });
    case "crowdedOut":
      return commitState("error", {
        head: `Replaced by ${now}; more than ${limits.replacedMax} commits wait, no longer reported`,
      });
    case "unreported":
      return commitState("error", { head: "No longer reported" });
  }
}

/** `Rolled back to 1d0c3e2 on 40/40 clusters`. */
function rolledBack(message: Message): string {
  return `Rolled back to ${shortSha(message.rolledBackTo || message.commit)} ${onClusters(message, "on")}`;
}

function deployed(message: Message): Sentence {
  const { rollout } = message;
  return { head: rollout.changed ? `Deployed ${onClusters(message, "to")}` : `No changes; ${countReady(rollout)}` };
}

function onClusters({ rollout: { clusters, gitRepos } }: Message, preposition: "to" | "on"): string {
  if (gitRepos !== undefined) return `in ${gitRepos.ready}/${gitRepos.total} GitRepos`;
  return `${preposition} ${clusters.ready}/${clusters.total} clusters`;
}

function commitState(state: CommitState["state"], sentence: Sentence): CommitState {
  return { state, description: writeSentence(sentence, limits.statusDescriptionMax) };
}
