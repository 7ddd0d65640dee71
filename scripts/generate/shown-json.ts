/** JSON as documents show it: lists of texts in one line. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
    (_, items: string) => `[${items.replaceAll(/\s*\n\s*/g, " ")}]`,
  );
}
