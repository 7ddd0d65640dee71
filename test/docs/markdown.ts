import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the repository lies; documents name their files from there. */
export const root = join(import.meta.dirname, "../..");

/** A fenced block. `info` is all that stands behind the fence: the language first, then words for the tests ("sh test"). */
export interface Block {
  readonly file: string;
  /** Of the fence, from 1. */
  readonly line: number;
  readonly info: string;
  readonly text: string;
}

export interface Link {
  readonly line: number;
  readonly target: string;
}

export interface Document {
  /** From the root: "docs/webhooks.md". */
  readonly file: string;
  readonly blocks: readonly Block[];
  /** Inline links outside of blocks and code, with their anchors. */
  readonly links: readonly Link[];
  /** As GitHub makes them of headings. */
  readonly anchors: ReadonlySet<string>;
  /** What stands in single backquotes. */
  readonly codes: readonly { readonly line: number; readonly text: string }[];
  /** The lines outside of blocks. */
  readonly prose: readonly { readonly line: number; readonly text: string }[];
}

/** Every document for readers: README.md and all below docs/. */
export function readDocuments(): readonly Document[] {
  const files = ["README.md", ...globSync("docs/**/*.md", { cwd: root })].toSorted();
  return files.map((file) => parseDocument(file, readFileSync(join(root, file), "utf8")));
}

export function parseDocument(file: string, text: string): Document {
  const blocks: Block[] = [];
  const prose: { line: number; text: string }[] = [];
  let open: { fence: string; info: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^ {0,3}(`{3,}|~{3,})\s*(.*)$/.exec(line);
    if (open === null && fence !== null)
      open = { fence: fence[1] ?? "", info: (fence[2] ?? "").trim(), line: index + 1, lines: [] };
    else if (open === null) prose.push({ line: index + 1, text: line });
    else if (isEnd(fence, open.fence)) {
      blocks.push({ file, line: open.line, info: open.info, text: open.lines.join("\n") });
      open = null;
    } else open.lines.push(line);
  }
  if (open !== null) throw new Error(`${file}:${open.line}: this block has no end`);
  const codes = prose.flatMap((it) =>
    [...it.text.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, code = ""]) => ({ line: it.line, text: code })),
  );
  return { file, blocks, links: prose.flatMap(linksOf), anchors: anchorsOf(prose.map((it) => it.text)), codes, prose };
}

function isEnd(fence: RegExpExecArray | null, opening: string): boolean {
  const mark = fence?.[1] ?? "";
  return mark[0] === opening[0] && mark.length >= opening.length && fence?.[2] === "";
}

function linksOf({ line, text }: { line: number; text: string }): Link[] {
  const plain = text.replaceAll(/`[^`]*`/g, "``");
  return [...plain.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ line, target }));
}

/** GitHub's rule: small letters, no punctuation but "-" and "_", spaces become "-", a repeated one is counted. */
function anchorsOf(lines: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of lines) {
    const heading = /^#{1,6} (.*)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const plain = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .replaceAll(" ", "-");
    let anchor = plain;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${plain}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
