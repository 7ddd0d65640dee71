const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

export interface ListDecoderOptions {
  readonly itemBytesMax: number;
  /** Each item's JSON text, in order, as soon as its last byte is there. */
  readonly onItem: (json: string) => void;
  /** Told once for each item that is longer than the bound; it is dropped. */
  readonly onOversized: () => void;
}

/** Where an item stands in the document: the list is depth 1, its `items` depth 2, an item 3. */
const itemDepth = 3;

/**
 * Takes the JSON text of a Kubernetes list apart as it comes, so that a page is never in memory as a whole: Bundles carry their content,
 * and a page of them may be 100 MB. Only braces, brackets and strings are told apart; what is malformed shows when an item or the
 * envelope is parsed. Multi-byte characters need no care: their bytes are all ≥ 0x80.
 */
export class ListDecoder {
  readonly #options: ListDecoderOptions;
  readonly #envelope: Buffer[] = [];
  #item: Buffer[] = [];
  #itemBytes = 0;
  #isOversized = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** True while the container at depth 2 is an array: `items` is the only one that a list has. */
  #isInItems = false;

  constructor(options: ListDecoderOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): void {
    const { length } = chunk;
    let from = 0;
    let index = this.#isInString ? this.#endOfString(chunk, 0) : 0;
    while (index < length) {
      const byte = chunk[index];
      index += 1;
      if (byte === quote) {
        this.#isInString = true;
        index = this.#endOfString(chunk, index);
      } else if (byte === openBrace || byte === openBracket) {
        if (this.#open(byte)) from = this.#startOf(chunk, { from, index });
      } else if ((byte === closeBrace || byte === closeBracket) && this.#close()) {
        from = this.#endOf(chunk, { from, index });
      }
    }
    this.#keep(chunk.subarray(from));
  }

  /** The list without its items. Throws a SyntaxError where the document is cut or no JSON. */
  end(): unknown {
    return JSON.parse(Buffer.concat(this.#envelope).toString());
  }

  /** Moves to behind the string's closing quote, or to the chunk's end. Most bytes pass through here: nothing but locals in the loop. */
  #endOfString(chunk: Buffer, start: number): number {
    const { length } = chunk;
    let index = this.#isEscaped ? start + 1 : start;
    this.#isEscaped = false;
    while (index < length) {
      const byte = chunk[index];
      if (byte === quote) {
        this.#isInString = false;
        return index + 1;
      }
      index += byte === backslash ? 2 : 1;
    }
    // The last byte was a backslash: what it escapes is the next chunk's first byte.
    this.#isEscaped = index > length;
    return length;
  }

  /** True where what follows belongs elsewhere than what came before: the items begin, or an item does. */
  #open(byte: number): boolean {
    this.#depth += 1;
    if (this.#depth === itemDepth - 1) {
      this.#isInItems = byte === openBracket;
      return this.#isInItems;
    }
    return this.#isInItems && this.#depth === itemDepth;
  }

  /** True where an item or the items end. */
  #close(): boolean {
    this.#depth -= 1;
    return this.#isInItems && this.#depth < itemDepth && this.#depth >= itemDepth - 2;
  }

  /** Cuts before an item's brace, or behind the bracket of `items`; returns where the new part begins. */
  #startOf(chunk: Buffer, { from, index }: { from: number; index: number }): number {
    if (this.#depth === itemDepth) return index - 1;
    this.#envelope.push(chunk.subarray(from, index));
    return index;
  }

  #endOf(chunk: Buffer, { from, index }: { from: number; index: number }): number {
    if (this.#depth === itemDepth - 2) {
      this.#isInItems = false;
      return index - 1;
    }
    this.#keepItem(chunk.subarray(from, index));
    this.#finishItem();
    return index;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    if (!this.#isInItems) this.#envelope.push(part);
    else if (this.#depth >= itemDepth) this.#keepItem(part);
  }

  #keepItem(part: Buffer): void {
    if (this.#isOversized) return;
    this.#item.push(part);
    this.#itemBytes += part.length;
    if (this.#itemBytes <= this.#options.itemBytesMax) return;
    this.#isOversized = true;
    this.#item = [];
    this.#options.onOversized();
  }

  #finishItem(): void {
    const parts = this.#item;
    const isOversized = this.#isOversized;
    this.#item = [];
    this.#itemBytes = 0;
    this.#isOversized = false;
    if (!isOversized) this.#options.onItem(parts.length === 1 ? String(parts[0]) : Buffer.concat(parts).toString());
  }
}
