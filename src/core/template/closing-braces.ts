/**
 * Finds each `}` that follows the end of a tag at once, as in `{"text": {{json summary}}}`, and masks it by one character that the source does
 * not have, so that every position stays what it was. Reads tags as Handlebars' lexer does: comments, strings and [segments] may hold braces.
 */
export class ClosingBraces {
  readonly #source: string;
  readonly #mask: string;

  constructor(source: string) {
    this.#source = source;
    this.#mask = unusedCharacter(source);
  }

  /** The source with those braces masked. */
  mask(): string {
    const pieces: string[] = [];
    let from = 0;
    for (const brace of this.#find()) {
      pieces.push(this.#source.slice(from, brace), this.#mask);
      from = brace + 1;
    }
    pieces.push(this.#source.slice(from));
    return pieces.join("");
  }

  /** Text as it was before `mask`. */
  restore(text: string): string {
    return text.replaceAll(this.#mask, "}");
  }

  *#find(): Generator<number> {
    const tag = /\{\{/g;
    for (let open = tag.exec(this.#source); open !== null; open = tag.exec(this.#source)) {
      const end = endOfTag(this.#source, open.index);
      if (end === null) return;
      tag.lastIndex = end;
      if (this.#source[end] === "}") yield end;
    }
  }
}

const comment = /\{\{~?!(?:--[\s\S]*?--~?\}\}|(?!--)[\s\S]*?\}\})/y;
const insideOfTag = /"(?:\\"|[^"])*"|'(?:\\'|[^'])*'|\[(?:\\\]|[^\]])*\]|[\s\S]/y;
const closes: Readonly<Record<string, RegExp>> = { "{{": /~?\}\}/y, "{{{": /\}~?\}\}/y, "{{{{": /\}\}\}\}/y };

/** The index after the end of a tag; null where it has none. */
function endOfTag(source: string, open: number): number | null {
  comment.lastIndex = open;
  if (comment.test(source)) return comment.lastIndex;
  const opening = /\{{2,4}/y;
  opening.lastIndex = open;
  const close = closes[opening.exec(source)?.[0] ?? ""];
  if (close === undefined) return null;
  insideOfTag.lastIndex = opening.lastIndex;
  for (;;) {
    close.lastIndex = insideOfTag.lastIndex;
    if (close.test(source)) return close.lastIndex;
    if (!insideOfTag.test(source)) return null;
  }
}

/** One of the 6,400 characters for private use. A template of at most `limits.templateSourceMax` that has all of them gets the last. */
function unusedCharacter(source: string): string {
  for (let code = 0xe000; code < 0xf8ff; code += 1) {
    const character = String.fromCharCode(code);
    if (!source.includes(character)) return character;
  }
  return "\uf8ff";
}
