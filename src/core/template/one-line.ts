/**
 * Text that somebody else wrote, as one line that shows what it says: every run of white space becomes one space; control characters, lone
 * surrogates and invisible format characters (which turn the direction of text or hide in it, Unicode category Cf) go.
 *
 * Reads at most `max` UTF-16 units of it, so that 1 MB of text costs no more than a page.
 */
export function oneLine(text: string, max = 8_192): string {
  return text
    .slice(0, max)
    .replaceAll(/[\s\u0085]+/gu, " ")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .trim();
}

/** As `oneLine`, but keeps line ends (as "\n") and tabs: for fenced blocks. */
export function printable(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/gu, "\n")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => (character === "\n" || character === "\t" ? character : ""));
}
