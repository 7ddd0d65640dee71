import { array, assert, integer, property, string } from "fast-check";
import { expect, test } from "vitest";
import { LineDecoder } from "./line-decoder.ts";

function decode(chunks: readonly Buffer[], lineBytesMax = 1_000): { lines: string[]; oversized: number } {
  const told = { lines: [] as string[], oversized: 0 };
  const decoder = new LineDecoder({
    lineBytesMax,
    onLine: (line) => told.lines.push(line),
    onOversized: () => void (told.oversized += 1),
  });
  for (const chunk of chunks) decoder.push(chunk);
  return told;
}

test("lines are the same however the bytes are cut", () => {
  assert(
    property(array(string({ unit: "grapheme" })), integer({ min: 1, max: 9 }), (texts, size) => {
      const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, "")).filter((line) => line !== "");
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(decode(chunks).lines).toEqual(lines);
    }),
  );
});

test("empty lines and what is not ended by a newline are left out", () => {
  expect(decode([Buffer.from("a\n\n\r\nb\nunfinished")]).lines).toEqual(["a", "b"]);
});

test("a line above the bound is dropped up to its end and told once; the next one is whole", () => {
  const chunks = ["short\n", "x".repeat(8), "x".repeat(8), "x".repeat(8), "x\nnext\n", `${"y".repeat(20)}\nlast\n`];
  const told = decode(
    chunks.map((it) => Buffer.from(it)),
    10,
  );
  expect(told).toEqual({ lines: ["short", "next", "last"], oversized: 2 });
});
