import type { GitHubAccount } from "./github-account.ts";
import { validationFailed } from "./github-error.ts";

export type CommitStatusState = "error" | "failure" | "pending" | "success";

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: CommitStatusState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: GitHubAccount;
  readonly createdMs: number;
}

/** What is posted; `context` is "default" where absent. */
export interface CommitStatusDraft {
  readonly state: CommitStatusState;
  readonly context?: string;
  readonly description?: string | null;
  readonly targetUrl?: string | null;
}

/** GitHub keeps this many statuses for one commit and context, and refuses more (github-facts §1.1). */
export const statusesOfContextMax = 1000;
/** In code points; GitHub's schema does not say it (github-facts §1.1). */
export const statusDescriptionMax = 140;

/** The commit statuses of one repository: appended, never edited or deleted; the newest of a context counts. */
export class CommitStatuses {
  /** By SHA, oldest first. */
  readonly #bySha = new Map<string, CommitStatus[]>();

  /** Throws the 422 that GitHub answers: a description that is too long, or the 1,001st status of a commit and context. */
  add(sha: string, draft: CommitStatusDraft, stamp: { id: number; creator: GitHubAccount; createdMs: number }): CommitStatus {
    const description = draft.description ?? null;
    if (description !== null && codePoints(description) > statusDescriptionMax) {
      const message = `description is too long (maximum is ${statusDescriptionMax} characters)`;
      throw validationFailed("Status", message, "description");
    }
    const context = draft.context ?? "default";
    const existing = this.#bySha.get(sha) ?? [];
    if (existing.filter((status) => sameContext(status.context, context)).length >= statusesOfContextMax) {
      throw validationFailed("Status", "This SHA and context has reached the maximum number of statuses.");
    }
    const status = { ...stamp, sha, state: draft.state, context, description, targetUrl: draft.targetUrl ?? null };
    this.#bySha.set(sha, [...existing, status]);
    return status;
  }

  /** Newest first, as GitHub lists them. */
  list(sha: string): readonly CommitStatus[] {
    return (this.#bySha.get(sha) ?? []).toReversed();
  }

  /** The newest of each context, in order of the contexts' first appearance. */
  latest(sha: string): readonly CommitStatus[] {
    const byContext = new Map<string, CommitStatus>();
    for (const status of this.#bySha.get(sha) ?? []) byContext.set(status.context.toLowerCase(), status);
    return [...byContext.values()];
  }

  /** Commits that have a status, in order of their first one. */
  shas(): readonly string[] {
    return [...this.#bySha.keys()];
  }
}

/** What GitHub makes of the newest status of each context (its "combined status"). */
export function combinedState(latest: readonly CommitStatus[]): "failure" | "pending" | "success" {
  if (latest.some((status) => status.state === "error" || status.state === "failure")) return "failure";
  return latest.length === 0 || latest.some((status) => status.state === "pending") ? "pending" : "success";
}

function sameContext(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
