/** What one message's remark tells; the rest is counted. */
const toldMax = 3;

/** The `remark` of a message that was delivered, though not to every place that it was meant for; none where there is nothing to remark. */
export function remarkOf(remarks: readonly string[]): { readonly remark?: string } {
  if (remarks.length === 0) return {};
  const more = remarks.length > toldMax ? [`and ${remarks.length - toldMax} more`] : [];
  return { remark: [...remarks.slice(0, toldMax), ...more].join("; ") };
}
