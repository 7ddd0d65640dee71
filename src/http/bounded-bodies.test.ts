import { PassThrough } from "node:stream";
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { BoundedBodies } from "./bounded-bodies.ts";

/** A request whose body a test writes as it goes. */
function sending(headers: Record<string, string> = {}): IncomingMessage & PassThrough {
  return Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage & PassThrough;
}

/** Lets what was written be read. */
const settle = async () => await new Promise((resolve) => setImmediate(resolve));

describe("a bound for each body and one for all", () => {
  test("a body of the limit is read, one byte more is refused as too large", async () => {
    const bodies = new BoundedBodies({ bytesMax: 4, allBytesMax: 100 });
    const request = sending();
    request.end("four");
    expect(await bodies.read(request)).toEqual({ kind: "body", text: "four" });
    const larger = sending();
    larger.write("fo");
    larger.write("ur!");
    expect(await bodies.read(larger)).toEqual({ kind: "refused", status: 413 });
    expect(larger.destroyed).toBe(false);
  });

  test("what is declared too large is refused before a byte is read", async () => {
    const bodies = new BoundedBodies({ bytesMax: 4, allBytesMax: 100 });
    expect(await bodies.read(sending({ "content-length": "5" }))).toEqual({ kind: "refused", status: 413 });
  });

  test("a character that was cut between two pieces is whole", async () => {
    const bodies = new BoundedBodies({ bytesMax: 10, allBytesMax: 100 });
    const request = sending();
    const [first, second] = [Buffer.from("ä").subarray(0, 1), Buffer.from("ä").subarray(1)];
    request.write(first);
    request.end(second);
    expect(await bodies.read(request)).toEqual({ kind: "body", text: "ä" });
  });

  test("many at once that stay below their own bound are busy together; what ends makes room", async () => {
    const bodies = new BoundedBodies({ bytesMax: 4, allBytesMax: 6 });
    const slow = sending();
    slow.write("1234");
    const waiting = bodies.read(slow);
    await settle();
    const next = sending();
    next.end("567");
    expect(await bodies.read(next)).toEqual({ kind: "refused", status: 503 });
    slow.end();
    expect(await waiting).toEqual({ kind: "body", text: "1234" });
    const again = sending();
    again.end("567");
    expect(await bodies.read(again)).toEqual({ kind: "body", text: "567" });
  });

  test("who hangs up makes room too", async () => {
    const bodies = new BoundedBodies({ bytesMax: 4, allBytesMax: 4 });
    const gone = sending();
    gone.write("1234");
    const reading = bodies.read(gone);
    await settle();
    gone.destroy(new Error("aborted"));
    expect(await reading).toEqual({ kind: "gone" });
    const next = sending();
    next.end("1234");
    expect(await bodies.read(next)).toMatchObject({ kind: "body" });
  });
});
