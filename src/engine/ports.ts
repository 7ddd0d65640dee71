import type { DeliveryDocument } from "../core/delivery/delivery-document.ts";
import type { GitHubAccount } from "../core/notification/git-hub-account.ts";
import type { CommitNode, PullRequest, Repository } from "../core/history/relation.ts";

/** Time. `run` has the real one, `replay` and the simulation a virtual one; nothing else in src/ reads a clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls once, at or after `atMs`; the returned function cancels. */
  wakeAt(atMs: number, wake: () => void): () => void;
}

/** What GitHub (or a recording's history) says about two commits. `retryAtMs` is 0 where nothing was said. */
export type AncestryAnswer =
  | { readonly kind: "known"; readonly status: "same" | "ahead" | "behind" | "diverged"; readonly commits: readonly CommitNode[] }
  | { readonly kind: "commitNotKnown" }
  | { readonly kind: "noRepository"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly retryAtMs: number; readonly reason: string };

export type BranchHeadAnswer =
  | { readonly kind: "head"; readonly sha: string }
  | { readonly kind: "commitNotKnown" }
  | { readonly kind: "noRepository"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly retryAtMs: number; readonly reason: string };

export type PullRequestsAnswer =
  | { readonly kind: "pullRequests"; readonly pullRequests: readonly PullRequest[]; readonly commits: readonly CommitNode[] }
  | { readonly kind: "commitNotKnown" }
  | { readonly kind: "noRepository"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly retryAtMs: number; readonly reason: string };

export interface Question {
  readonly repository: Repository;
  /** Who reports the repository, if anybody but Signalman itself: they are asked first. */
  readonly accounts?: readonly GitHubAccount[];
}

/** Questions to the host of a repository. Never throws: every failure is an answer. */
export interface RepositoryHost {
  /** How `head` stands to `base`. */
  relation(question: Question & { base: string; head: string }, signal: AbortSignal): Promise<AncestryAnswer>;
  /** The head of a branch ("" = the default branch that Fleet uses, "master"). */
  branchHead(question: Question & { branch: string }, signal: AbortSignal): Promise<BranchHeadAnswer>;
  /** The pull requests that came in with base..head; base "" = with head alone. At most `limits.pullRequestsMax`, oldest first. */
  pullRequests(
    question: Question & { base: string; head: string; branch: string },
    signal: AbortSignal,
  ): Promise<PullRequestsAnswer>;
}

/**
 * saved: it is stored (also where the answer was lost and reading back showed it) · conflict: somebody else wrote or deleted it since;
 * `stored` is what is there now (null: gone) · failed: it is known not to be stored, or could not be found out.
 */
export type SaveAnswer =
  | { readonly kind: "saved" }
  | { readonly kind: "conflict"; readonly stored: DeliveryDocument | null }
  | { readonly kind: "failed"; readonly reason: string };

/** Where Deliveries live. Knows each document's resourceVersion by itself. Never throws but from `load`. */
export interface DeliveryStore {
  load(signal: AbortSignal): Promise<readonly DeliveryDocument[]>;
  save(document: DeliveryDocument, signal: AbortSignal): Promise<SaveAnswer>;
  remove(identity: { namespace: string; name: string }, signal: AbortSignal): Promise<SaveAnswer>;
}
