import { limits } from "../limits.ts";
import type { ClusterCounts } from "../rollout/rollout.ts";
import { cut } from "../template/cut.ts";
import { escapeMarkdown, fencedBlock } from "../template/escape-markdown.ts";
import { errorBlock } from "./error-text.ts";
import type { Message } from "./message.ts";
import { summary } from "./summary.ts";

/**
 * The page of a check run, in Markdown: one line of what happened, a table of the clusters by their state, and the errors, each with its cluster
 * and bundle. At most `limits.checkRunPageMax` UTF-16 units; errors that do not fit are counted. Without times: the same state makes the same
 * page, and is not written again.
 */
export function checkRunPage(message: Message): string {
  const { clusters, failure, holding } = message.rollout;
  const head = [
    escapeMarkdown(summary(message)),
    "",
    "| Clusters | | |",
    "|---|---|---|",
    row("Ready", { count: clusters.ready, of: clusters.total, names: [] }),
    ...rowsOf(clusters),
    "",
    ...(holding ? ["Some clusters are paused and keep an earlier commit.", ""] : []),
  ].join("\n");
  if (failure === null) return head.trimEnd();
  return `${head}\n### Errors\n\n${errorsOf(failure, limits.checkRunPageMax - head.length - reservedForNote)}`.trimEnd();
}

/** The heading, and the line that counts what is left out. */
const reservedForNote = 200;

function rowsOf(counts: ClusterCounts): readonly string[] {
  const { total: of } = counts;
  const states = [
    ["Failed", counts.failed, counts.failedNames],
    ["Updating", counts.updating, counts.updatingNames],
    ["Offline", counts.offline, counts.offlineNames],
    ["Paused", counts.paused, counts.pausedNames],
  ] as const;
  return states.flatMap(([state, count, names]) => (count === 0 ? [] : [row(state, { count, of, names })]));
}

function row(state: string, { count, of, names }: { count: number; of: number; names: readonly string[] }): string {
  const shown = names.map(nameOf).join(", ");
  const more = names.length > 0 && count > names.length ? `, and ${count - names.length} more` : "";
  return `| ${state} | ${count}/${of} | ${shown}${more} |`;
}

function errorsOf({ message, clusters }: NonNullable<Message["rollout"]["failure"]>, budget: number): string {
  const errors =
    clusters.length === 0
      ? [fencedBlock(errorBlock(message) || "Fleet gave no reason.")]
      : clusters.map((it) => {
          const block = fencedBlock(errorBlock(it.message) || "Fleet gave no reason.");
          return `**${nameOf(it.cluster)}**, bundle ${nameOf(it.bundle)}\n\n${block}`;
        });
  const shown: string[] = [];
  let left = budget;
  for (const error of errors) {
    left -= error.length + 2;
    if (left < 0) break;
    shown.push(error);
  }
  const missing = errors.length - shown.length;
  return [...shown, ...(missing === 0 ? [] : [`${missing} more errors are not shown.`])].join("\n\n");
}

function nameOf(text: string): string {
  return escapeMarkdown(cut(text, limits.nameInCommentMax));
}
