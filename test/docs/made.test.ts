import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { made, madeParts, remade } from "./made.ts";
import { readDocuments, root } from "./markdown.ts";

const texts = readDocuments().map(({ file }) => ({ file, text: readFileSync(join(root, file), "utf8") }));

test.each(texts)("$file shows what the program makes; if not: node test/docs/write-made.ts", async ({ text }) => {
  expect(text).toBe(await remade(text));
});

test("everything that is made is shown somewhere", () => {
  const shown = new Set(texts.flatMap(({ text }) => madeParts(text)).map((it) => it.name));
  expect(Object.keys(made).filter((it) => !shown.has(it))).toEqual([]);
});
