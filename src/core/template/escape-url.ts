/** What stands in one segment of a path, or as one value of a query: everything but letters, digits and -_.!~*'() is percent-encoded. */
export function escapeUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
