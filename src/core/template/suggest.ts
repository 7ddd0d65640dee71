/** A shorter word is the end of something by chance. */
const endLettersMin = 4;

/**
 * The candidate that was probably meant: at most a third of the letters, and no more than 3, are different; else the only one that ends with the word, as
 * GitRepoReady does with "ready". null where none is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const known = [...candidates];
  const text = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.min(3, Math.floor(Math.max(word.length, 3) / 3)) + 1;
  for (const candidate of known) {
    const distance = differences(text, candidate.toLowerCase(), bestDistance);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  if (best !== null || text.length < endLettersMin) return best;
  const [only = null, another] = known.filter((it) => it.toLowerCase().endsWith(text));
  return another === undefined ? only : null;
}

/** How many letters must be put in, left out, changed or exchanged with their neighbour; `limit` where it is at least that many. */
function differences(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 64) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(changed, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isExchange) least = Math.min(least, (beforePrevious[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? limit;
}
