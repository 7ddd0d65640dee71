import { limits } from "../limits.ts";
import { type Inquiry, type OpenInquiry, failed, noRepository, notKnown } from "./inquiry.ts";
import { KnownCommits } from "./known-commits.ts";
import { repositoryKey } from "./parse-repository.ts";
import type { CommitNode, PullRequest, RelationOrUnknown, Repository } from "./relation.ts";

export type InquiryAnswer =
  | {
      readonly kind: "relation";
      readonly relation: "same" | "ahead" | "behind" | "diverged";
      readonly commits: readonly CommitNode[];
    }
  | { readonly kind: "head"; readonly sha: string }
  | { readonly kind: "pullRequests"; readonly pullRequests: readonly PullRequest[]; readonly commits: readonly CommitNode[] }
  | { readonly kind: "commitNotKnown" }
  | { readonly kind: "noRepository"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly retryAtMs: number; readonly reason: string };

/** A branch's head as the host told it. `askedMs`: when the question left, so that a later fact can be told from an earlier one. */
export interface BranchHead {
  readonly sha: string;
  readonly askedMs: number;
}

/**
 * Everything that is known of all repositories' histories, and what has yet to be asked.
 *
 * Reading is asking: a reader that needs what is not known gets "unknownYet" (or null) and the question is noted; `takeDue` hands the notes
 * out as effects, `answer` takes what came of them. One question for each distinct pair, however many streams wait for it.
 */
export class History {
  readonly #commits = new Map<string, KnownCommits>();
  readonly #ranges = new Map<string, readonly PullRequest[]>();
  readonly #heads = new Map<string, BranchHead>();
  readonly #open = new Map<string, OpenInquiry>();

  /** How `head` stands to `base`. Without a repository (no host that can be asked) only equality can be told. */
  relation(
    { repository, base, head }: { repository: Repository | null; base: string; head: string },
    now: number,
  ): RelationOrUnknown {
    if (base === head) return "same";
    if (repository === null) return "unknownEver";
    const known = this.#commitsOf(repository).relation({ base, head });
    if (known !== null) return known;
    return this.#ask({ kind: "relation", repository, base, head }, now).hopeless ? "unknownEver" : "unknownYet";
  }

  /** The pull requests that came in with base..head (base "": with head alone); null: asked for, not known yet. [] where none can be known. */
  pullRequests(
    range: { repository: Repository | null; base: string; head: string; branch: string },
    now: number,
  ): readonly PullRequest[] | null {
    const { repository } = range;
    if (repository === null || range.base === range.head) return [];
    const inquiry: Inquiry = { kind: "pullRequests", ...range, repository };
    const known = this.#ranges.get(keyOf(inquiry));
    if (known !== undefined) return known;
    return this.#ask(inquiry, now).hopeless ? [] : null;
  }

  /** The branch's head; asked anew where the answer is older than `notBeforeMs`. null: no answer that new yet. */
  branchHead(
    branch: { repository: Repository | null; branch: string },
    { now, notBeforeMs }: { now: number; notBeforeMs: number },
  ): BranchHead | null {
    const { repository } = branch;
    if (repository === null) return null;
    const inquiry: Inquiry = { kind: "branchHead", repository, branch: branch.branch };
    const known = this.#heads.get(keyOf(inquiry));
    if (known !== undefined && known.askedMs >= notBeforeMs) return known;
    const open = this.#ask(inquiry, now);
    if (known !== undefined) open.notBeforeMs = Math.max(open.notBeforeMs, known.askedMs + limits.branchHeadMs);
    return null;
  }

  /** Facts that came by themselves: a push event, a recording's history. */
  learn(repository: Repository, commits: readonly CommitNode[]): void {
    this.#commitsOf(repository).add(commits);
  }

  /** An installation came or a repository became reachable: what was hopeless is asked again now. */
  retryHopeless(now: number): void {
    for (const open of this.#open.values()) if (open.hopeless) open.notBeforeMs = now;
  }

  /** The questions to be asked now; each is out until `answer`. */
  takeDue(now: number): Inquiry[] {
    const due = [...this.#open.values()].filter((open) => open.status === "due" && open.notBeforeMs <= now);
    for (const open of due) open.status = "asking";
    return due.map((open) => open.inquiry);
  }

  /** When the next question falls due; Infinity where none. */
  nextDueMs(): number {
    let next = Infinity;
    for (const open of this.#open.values()) if (open.status === "due") next = Math.min(next, open.notBeforeMs);
    return next;
  }

  /** Takes what came of a question. `askedMs`: when it left. */
  answer({ inquiry, answer, askedMs }: { inquiry: Inquiry; answer: InquiryAnswer; askedMs: number }, now: number): void {
    const key = keyOf(inquiry);
    const open = this.#open.get(key);
    if (answer.kind === "relation" || answer.kind === "pullRequests") this.learn(inquiry.repository, answer.commits);
    if (open === undefined) return;
    switch (answer.kind) {
      case "relation":
        if (inquiry.kind === "relation") this.#commitsOf(inquiry.repository).tell(inquiry, answer.relation);
        this.#open.delete(key);
        return;
      case "pullRequests":
        this.#ranges.set(key, answer.pullRequests.slice(0, limits.pullRequestsMax));
        this.#open.delete(key);
        return;
      case "head":
        this.#heads.set(key, { sha: answer.sha, askedMs });
        this.#open.delete(key);
        return;
      case "commitNotKnown":
        notKnown(open, now);
        return;
      case "noRepository":
        noRepository(open, now);
        return;
      case "unavailable":
        failed(open, now, answer.retryAtMs);
        return;
    }
  }

  #commitsOf(repository: Repository): KnownCommits {
    const key = repositoryKey(repository);
    const known = this.#commits.get(key) ?? new KnownCommits();
    this.#commits.set(key, known);
    return known;
  }

  #ask(inquiry: Inquiry, now: number): OpenInquiry {
    const key = keyOf(inquiry);
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const asked: OpenInquiry = {
      inquiry,
      status: "due",
      notBeforeMs: now,
      failures: 0,
      unknownSinceMs: Infinity,
      hopeless: false,
    };
    this.#open.set(key, asked);
    forgetOldest(this.#open);
    forgetOldest(this.#ranges);
    forgetOldest(this.#heads);
    return asked;
  }
}

function keyOf(inquiry: Inquiry): string {
  const repository = repositoryKey(inquiry.repository);
  if (inquiry.kind === "branchHead") return `${inquiry.kind} ${repository} ${inquiry.branch}`;
  return `${inquiry.kind} ${repository} ${inquiry.base} ${inquiry.head}`;
}

/** Forgetting an open question is safe: its reader asks again. Bounded by `limits.inquiriesMax`. */
function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= limits.inquiriesMax) return;
    map.delete(key);
  }
}
