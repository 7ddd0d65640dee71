import { oneLine } from "./one-line.ts";

/** Invisible, and no part of a word: stops GitHub's mention, issue and link filters, which run on the rendered text and know no backslash. */
const zeroWidthSpace = "\u200B";

const htmlEntities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * Untrusted text as one line of Markdown that shows itself and does nothing: no emphasis, code, heading, list, link, image, formula, HTML or
 * HTML comment; no other cell of a table; no @mention, #123, GH-123 or link that GitHub makes of bare text.
 */
export function escapeMarkdown(text: string): string {
  return breakReferences(oneLine(text))
    .replaceAll(/[\\`*_[\]|~$<>&]/g, (character) => htmlEntities[character] ?? `\\${character}`)
    .replace(/^(?=[#+\-=])/, "\\")
    .replace(/^(\d{1,9})(?=[.)])/, "$1\\");
}

/** Untrusted text inside of an HTML element of a Markdown page, such as `<summary>`: no element or Markdown of its own, no references. */
export function escapeHtmlInMarkdown(text: string): string {
  return breakReferences(oneLine(text)).replaceAll(
    /[&<>"\\`*_~|[\]$]/g,
    (character) => htmlEntities[character] ?? `&#${character.charCodeAt(0)};`,
  );
}

/**
 * A fenced block that its text cannot leave: the fence is longer than any run of backticks inside. The start of an HTML comment is broken,
 * so that no text passes for a marker of ours where the page is read as a string.
 */
export function fencedBlock(text: string): string {
  let longest = 2;
  for (const run of text.matchAll(/`+/g)) longest = Math.max(longest, run[0].length);
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.replaceAll("<!--", `<!${zeroWidthSpace}--`)}\n${fence}`;
}

function breakReferences(text: string): string {
  return text
    .replaceAll("@", `@${zeroWidthSpace}`)
    .replaceAll(/#(?=\d)/g, `#${zeroWidthSpace}`)
    .replaceAll(/\b(GH)-(?=\d)/gi, `$1-${zeroWidthSpace}`)
    .replaceAll(/:(?=\/\/)/g, `:${zeroWidthSpace}`)
    .replaceAll(/\b(www)\./gi, `$1${zeroWidthSpace}.`);
}
