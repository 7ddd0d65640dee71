import type { IncomingMessage } from "node:http";

export interface BoundedBodiesOptions {
  /** Of one body. */
  readonly bytesMax: number;
  /** Of all bodies that are being read at once. */
  readonly allBytesMax: number;
}

/** refused: 413, it is too large by itself; 503, too much is being read already. gone: the sender hung up. */
export type ReadBody =
  | { readonly kind: "body"; readonly text: string }
  | { readonly kind: "refused"; readonly status: 413 | 503 }
  | { readonly kind: "gone" };

/**
 * Reads bodies of requests, one bound for each and one for all: whoever can reach the port can send bodies, and who he is is known only when all of
 * his is read. What is declared too large is refused before a byte is read.
 */
export class BoundedBodies {
  readonly #options: BoundedBodiesOptions;
  #bytes = 0;

  constructor(options: BoundedBodiesOptions) {
    this.#options = options;
  }

  /** Resolves when the body is read or will not be; never rejects. */
  async read(request: IncomingMessage): Promise<ReadBody> {
    const { bytesMax, allBytesMax } = this.#options;
    if (Number(request.headers["content-length"] ?? 0) > bytesMax) return { kind: "refused", status: 413 };
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      // Leaving the loop must not destroy the request: it is still to be answered.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        this.#bytes += chunk.length;
        if (bytes > bytesMax) return { kind: "refused", status: 413 };
        if (this.#bytes > allBytesMax) return { kind: "refused", status: 503 };
        chunks.push(chunk);
      }
      return { kind: "body", text: Buffer.concat(chunks).toString("utf8") };
    } catch {
      return { kind: "gone" };
    } finally {
      this.#bytes -= bytes;
    }
  }
}
