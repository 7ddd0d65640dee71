import type { GitHubAccount } from "./github-account.ts";
import { GitHubError, notFound, validationFailed } from "./github-error.ts";

export interface IssueComment {
  readonly id: number;
  /** The pull request's (or issue's) number. */
  readonly number: number;
  readonly body: string;
  readonly author: GitHubAccount;
  /** The App that wrote it, null for a person's. */
  readonly appId: number | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** What may be written to a conversation. `gone`: the pull request or issue was removed. */
export type ConversationState = "open" | "locked" | "gone";

/** GitHub's limit of a comment's body, in UTF-16 units (github-facts §1.4). */
export const commentBodyMax = 65_536;

/** The comments of one repository's pull requests. */
export class IssueComments {
  /** In order of id. */
  readonly #comments = new Map<number, IssueComment>();

  /** Ascending by id, as GitHub lists them. */
  list(number: number): readonly IssueComment[] {
    return [...this.#comments.values()].filter((comment) => comment.number === number);
  }

  /** Throws 404 where there is no such comment. */
  get(id: number): IssueComment {
    const comment = this.#comments.get(id);
    if (comment === undefined) throw notFound();
    return comment;
  }

  add(comment: Omit<IssueComment, "updatedMs">): IssueComment {
    checkBody(comment.body);
    const added = { ...comment, updatedMs: comment.createdMs };
    this.#comments.set(comment.id, added);
    return added;
  }

  edit(id: number, body: string, updatedMs: number): IssueComment {
    const comment = this.get(id);
    checkBody(body);
    const edited = { ...comment, body, updatedMs };
    this.#comments.set(id, edited);
    return edited;
  }

  delete(id: number): void {
    this.get(id);
    this.#comments.delete(id);
  }
}

/** Throws what GitHub answers to a write in a conversation that is locked (403) or was removed (410). */
export function checkConversation(state: ConversationState): void {
  if (state === "locked") throw new GitHubError(403, "Unable to create comment because issue is locked.");
  if (state === "gone") throw new GitHubError(410, "This issue was deleted");
}

function checkBody(body: string): void {
  if (body === "") throw validationFailed("IssueComment", "Body can't be blank", "body");
  if (body.length <= commentBodyMax) return;
  throw validationFailed("IssueComment", `Body is too long (maximum is ${commentBodyMax} characters)`, "body");
}
