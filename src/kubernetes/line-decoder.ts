const newline = 0x0a;

export interface LineDecoderOptions {
  readonly lineBytesMax: number;
  readonly onLine: (line: string) => void;
  /** Told once for each line that is longer than the bound; its bytes are dropped up to the next newline. */
  readonly onOversized: () => void;
}

/**
 * Cuts a stream of bytes into lines as they come. Holds at most one unfinished line of at most `lineBytesMax` bytes, and never splits a
 * character: a line is decoded as a whole. Empty lines are left out, and so is what comes after the last newline: a watch that is cut in
 * the middle of an event has not told it.
 */
export class LineDecoder {
  readonly #options: LineDecoderOptions;
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;
  #isSkipping = false;

  constructor(options: LineDecoderOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#finishLine(chunk.subarray(from, end));
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #keep(part: Buffer): void {
    if (this.#isSkipping) return;
    this.#unfinished.push(part);
    this.#unfinishedBytes += part.length;
    if (this.#unfinishedBytes > this.#options.lineBytesMax) this.#skip();
  }

  #skip(): void {
    this.#drop();
    this.#isSkipping = true;
    this.#options.onOversized();
  }

  #drop(): void {
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
  }

  #finishLine(last: Buffer): void {
    this.#keep(last);
    if (this.#isSkipping) {
      this.#isSkipping = false;
      return;
    }
    const line = this.#unfinished.length === 1 ? last.toString() : Buffer.concat(this.#unfinished).toString();
    this.#drop();
    if (line !== "" && line !== "\r") this.#options.onLine(line);
  }
}
