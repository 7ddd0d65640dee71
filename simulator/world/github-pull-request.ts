import type { GitHubAccount } from "./github-account.ts";
import type { ConversationState } from "./github-issue-comment.ts";

export interface PullRequest {
  /** Unique in all of GitHub; `number` in the repository. */
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly author: GitHubAccount;
  readonly headBranch: string;
  readonly headSha: string;
  readonly baseBranch: string;
  /** The base branch's head when it was opened. */
  readonly baseSha: string;
  readonly state: "open" | "closed";
  /** The commit by which it came in (for a rebase the last one); null unless merged. */
  readonly mergeCommitSha: string | null;
  /** All commits that its merge brought into the base branch, for associating commits with it. */
  readonly broughtIn: ReadonlySet<string>;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly mergedMs: number | null;
  readonly conversation: ConversationState;
}

export interface PullRequestDraft {
  readonly title: string;
  readonly body?: string;
  readonly author?: string;
  /** Where absent, a name is made of the number. */
  readonly branch?: string;
  /** The default branch where absent. */
  readonly base?: string;
}

export type MergeMethod = "merge" | "squash" | "rebase";
