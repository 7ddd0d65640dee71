import { existsSync } from "node:fs";
import { join, normalize } from "node:path/posix";
import { expect, test } from "vitest";
import { type Document, parseDocument, readDocuments, root } from "./markdown.ts";

const documents = readDocuments();

test("every link leads to a file of the repository, and to a heading that is there", () => {
  expect(documents.flatMap((it) => brokenLinks(it, documents))).toEqual([]);
});

test("a link that leads nowhere is found: to a file, to a heading, to a place outside", () => {
  const text = "# Here\n[a](nowhere.md) [b](#here) [c](#there) [d](guarantees.md#truth) [e](guarantees.md#lies) [f](../../x.md)";
  const broken = brokenLinks(parseDocument("docs/some.md", text), documents);
  expect(broken.map((it) => it.split(": ")[1])).toEqual(["nowhere.md", "#there", "guarantees.md#lies", "../../x.md"]);
});

test("the index has every document", () => {
  const index = documents.find((it) => it.file === "docs/README.md");
  const listed = new Set(index?.links.map((it) => normalize(join("docs", it.target))));
  expect(documents.map((it) => it.file).filter((it) => it !== "docs/README.md" && !listed.has(it))).toEqual([]);
});

function brokenLinks({ file, links, anchors }: Document, all: readonly Document[]): string[] {
  return links.flatMap(({ line, target }) => {
    if (target.startsWith("https://")) return [];
    const [path = "", anchor = ""] = target.split("#");
    const place = `${file}:${line}: ${target}`;
    const linked = path === "" ? file : normalize(join(file, "..", path));
    if (linked.startsWith("..") || !(path === "" || existsSync(join(root, linked)))) return [`${place}: there is no such file`];
    if (anchor === "") return [];
    const known = path === "" ? anchors : all.find((it) => it.file === linked)?.anchors;
    return known?.has(anchor) === true ? [] : [`${place}: there is no such heading`];
  });
}
