/** True where the whole name fits the pattern. */
export type Glob = (name: string) => boolean;

/**
 * A pattern for names: `*` stands for any letters (none too), `?` for exactly one, everything else for itself. Takes at most
 * name × pattern steps: a `*` is bound to the first place where what follows it fits, and never asked again.
 */
export function compileGlob(pattern: string): Glob {
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop();
  if (tail === undefined) return (name) => name.length === head.length && fitsAt(name, head, 0);
  return (name) => {
    const end = name.length - tail.length;
    if (end < head.length || !fitsAt(name, head, 0) || !fitsAt(name, tail, end)) return false;
    let position = head.length;
    for (const segment of rest) {
      const found = findFrom(name, segment, { from: position, end });
      if (found < 0) return false;
      position = found + segment.length;
    }
    return true;
  };
}

function findFrom(name: string, segment: string, { from, end }: { from: number; end: number }): number {
  for (let at = from; at + segment.length <= end; at++) if (fitsAt(name, segment, at)) return at;
  return -1;
}

function fitsAt(name: string, segment: string, at: number): boolean {
  for (let index = 0; index < segment.length; index++) {
    const wanted = segment[index];
    if (wanted !== "?" && wanted !== name[at + index]) return false;
  }
  return true;
}
