/** The inside of a JSON string: what stands between its quotes. Lone surrogates are escaped, so that the bytes sent are what was meant. */
export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
