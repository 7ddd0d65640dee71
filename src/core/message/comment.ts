import { limits } from "../limits.ts";
import { cut } from "../template/cut.ts";
import { escapeHtmlInMarkdown, escapeMarkdown, fencedBlock } from "../template/escape-markdown.ts";
import type { CommentRow } from "./comment-row.ts";
import { errorBlock } from "./error-text.ts";
import { listNames } from "./names.ts";

export interface Comment {
  /** From `commentMarker`; the first line of the body. */
  readonly marker: string;
  /** In any order; the same rows give the same body. */
  readonly rows: readonly CommentRow[];
}

const heading = "### Deployments of this pull request";
const tableHead = ["| GitRepo | Target | State | Commit | Clusters | Updated (UTC) |", "|---|---|---|---|---|---|"];
const footer = "<sub>Commit: what Fleet deployed, containing this pull request. Kept up to date by Signalman.</sub>";

/**
 * The body of a pull request's comment (design §5): a table with a row for each GitRepo × target, the errors of those that failed, and under
 * one line the GitRepos that the rollout did not change. At most `limits.commentBodyMax` UTF-16 units: what does not fit is left out a whole
 * row or error at a time, the failed ones last, and a line says how many.
 */
export function commentBody({ marker, rows }: Comment): string {
  const sorted = rows.toSorted(byName);
  const told = sorted.filter((row) => row.changed || row.state === "failed");
  const folded = sorted.filter((row) => !told.includes(row));
  const budget = new Budget(limits.commentBodyMax - lengthOfAll([marker, heading, ...tableHead, footer]) - reservedForNotes);

  // The failed rows and their errors first: what fits is decided by importance, where it stands by name.
  const byImportance = told.toSorted((a, b) => importance[a.state] - importance[b.state]);
  const shownRows = new Set(byImportance.filter((row) => budget.take(tableRow(row))));
  const failedRows = told.filter((row) => row.state === "failed" && shownRows.has(row));
  const errors = failedRows.map((row) => errorDetails(row, failedRows.length > 1)).filter((it) => budget.take(it));
  const shownFolded = folded.map(tableRow).filter((it) => budget.take(it));

  const table = told.filter((row) => shownRows.has(row)).map(tableRow);
  return [
    marker,
    heading,
    ...(table.length > 0 ? [...tableHead, ...table] : []),
    "",
    ...note(told.length - table.length, "more rows are not shown"),
    ...errors,
    ...note(failedRows.length - errors.length, "more errors are not shown"),
    ...(folded.length > 0 ? foldedDetails(folded, shownFolded) : []),
    footer,
  ].join("\n");
}

const importance: Readonly<Record<CommentRow["state"], number>> = { failed: 0, rolledBack: 1, inProgress: 2, deployed: 3 };

/** Two notes, the frame of the folded table, and the line ends between. */
const reservedForNotes = 600;

class Budget {
  #left: number;
  constructor(units: number) {
    this.#left = units;
  }
  /** True, and spent, where it still fits (with its line end). */
  take(text: string): boolean {
    if (text.length + 1 > this.#left) return false;
    this.#left -= text.length + 1;
    return true;
  }
}

/** By GitRepo and target. */
export function byName(a: CommentRow, b: CommentRow): number {
  return compare(a.gitRepo, b.gitRepo) || compare(a.target, b.target) || compare(a.commit, b.commit);
}

/** By code unit: the same on every machine, whatever its locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function tableRow(row: CommentRow): string {
  const cells = [name(row.gitRepo), name(row.target), stateLabel(row), commit(row.commit), clusters(row), minute(row.updatedMs)];
  return `| ${cells.join(" | ")} |`;
}

/** `✅ Deployed`, in Markdown. */
export function stateLabel(row: CommentRow): string {
  switch (row.state) {
    case "deployed":
      return "✅ Deployed";
    case "inProgress":
      return "⏳ In progress";
    case "failed":
      return "❌ Failed";
    case "rolledBack":
      return `↩️ Rolled back to ${commit(row.rolledBackTo)}`;
  }
}

function clusters({ ready, total, offline }: CommentRow): string {
  return offline > 0 ? `${ready}/${total}, ${offline} offline` : `${ready}/${total}`;
}

/** The full SHA: GitHub shortens and links it. Anything else that Fleet may show as a commit is text. */
function commit(sha: string): string {
  return /^[0-9a-f]{7,64}$/.test(sha) ? sha : name(sha);
}

function name(text: string): string {
  return escapeMarkdown(cut(text, limits.nameInCommentMax));
}

/** `2026-11-23 12:00` */
function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}

function errorDetails(row: CommentRow, isOneOfMany: boolean): string {
  const scope = row.target === "" ? row.gitRepo : `${row.gitRepo} (${row.target})`;
  const what = failedWhat(row);
  const summary = escapeHtmlInMarkdown(isOneOfMany ? `${cut(scope, 2 * limits.nameInCommentMax)}: ${what}` : what);
  const block = fencedBlock(errorBlock(row.failureMessage) || "Fleet gave no reason.");
  return `<details><summary>${summary}</summary>\n\n${block}\n\n</details>\n`;
}

function failedWhat({ failed, failedNames }: CommentRow): string {
  if (failed === 0) return "Fleet could not apply this commit";
  const names = listNames(failedNames, failed);
  const clusterCount = failed === 1 ? "1 cluster failed" : `${failed} clusters failed`;
  return names === "" ? clusterCount : `${clusterCount}: ${names}`;
}

function foldedDetails(rows: readonly CommentRow[], shown: readonly string[]): string[] {
  const gitRepos = new Set(rows.map((row) => row.gitRepo)).size;
  const count = gitRepos === 1 ? "1 GitRepo was not changed" : `${gitRepos} GitRepos were not changed`;
  if (shown.length === 0) return [`${count} by this pull request.`, ""];
  const notes = note(rows.length - shown.length, "more rows are not shown");
  return [
    `<details><summary>${count} by this pull request</summary>`,
    "",
    ...tableHead,
    ...shown,
    "",
    ...notes,
    "</details>",
    "",
  ];
}

function note(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}.`, ""] : [];
}

function lengthOfAll(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
