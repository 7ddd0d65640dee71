/** Shows where something was cut off. */
export const ellipsis = "…";

/** The length of a text in code points, which is what GitHub's limits are taken to count (github-facts §1.1). */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** At most `max` code points; what is cut ends with "…". A surrogate pair is never split. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = Array.from(text.slice(0, 2 * max + 2));
  if (points.length <= max) return text;
  return max <= 0
    ? ""
    : `${points
        .slice(0, max - 1)
        .join("")
        .trimEnd()}${ellipsis}`;
}
