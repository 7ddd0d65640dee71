import { limits } from "../limits.ts";
import type { PullRequestCommentConfig } from "../notification/rule.ts";
import { gitHubMarkdown } from "../template/escaping.ts";
import type { CommentData } from "../template/event-data.ts";
import { renderField } from "../template/render-field.ts";
import { type Comment, byName, commentBody, stateLabel } from "./comment.ts";
import type { CommentRow } from "./comment-row.ts";
import { isoTime } from "./event-document.ts";

const cutNote = "\n\n(cut)";

/**
 * The body of a pull request's comment: the marker in its first line, then what the template of its configuration makes of the rows, or the table where
 * none is written. What a template inserts is text that does nothing. At most `limits.commentBodyMax` UTF-16 units: what a template makes beyond is cut by whole
 * lines.
 *
 * @throws TemplateError where the template is wrong or does not render.
 */
export function renderComment(
  config: PullRequestCommentConfig,
  { marker, rows, pullRequest }: Comment & { readonly pullRequest: CommentData["pullRequest"] },
): string {
  if (config.body === "") return commentBody({ marker, rows });
  const { number, title } = pullRequest;
  const context: CommentData = { pullRequest: { number, title }, rows: rows.toSorted(byName).map(rowData) };
  const text = renderField(config, { source: config.body, contentType: gitHubMarkdown, context });
  return `${marker}\n${cutLines(text, limits.commentBodyMax - marker.length - 1)}`;
}

function rowData(row: CommentRow): CommentData["rows"][number] {
  const { gitRepo, target, state, commit, rolledBackTo, ready, total, offline, failed, failureMessage, changed } = row;
  return {
    gitRepo,
    target,
    state,
    label: stateLabel(row),
    commit,
    rolledBackTo,
    ready,
    total,
    offline,
    failed,
    failedNames: [...row.failedNames],
    failureMessage,
    changed,
    updatedTime: isoTime(row.updatedMs),
  };
}

/** A line that is cut could end what stands in it, so none is. */
function cutLines(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = text.lastIndexOf("\n", max - cutNote.length);
  return `${text.slice(0, Math.max(0, end))}${cutNote}`;
}
