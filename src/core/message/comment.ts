import type { CommentRow } from "./comment-row.ts";

export interface Comment {
  /** From `commentMarker`; the first line of the body. */
  readonly marker: string;
  readonly rows: readonly CommentRow[];
}

export function commentBody({ marker, rows }: Comment): string {
  return marker + String(rows.length);
}
