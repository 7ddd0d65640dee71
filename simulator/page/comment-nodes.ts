import { lexer, type Token, type Tokens } from "marked";
import type { MarkdownNode, MarkdownTag } from "./demo-view.ts";

/** The only HTML that is taken for HTML: what Signalman's comments use. All else is shown as the text that it is. */
const htmlTags: ReadonlySet<string> = new Set<MarkdownTag>(["details", "summary", "sub"]);

/**
 * A comment's Markdown (GitHub's flavour) as a tree of elements without attributes: links become their text, comments vanish, and no HTML
 * of the writer's ever reaches the page as HTML.
 */
export function commentNodes(markdown: string): readonly MarkdownNode[] {
  return nested(lexer(markdown).flatMap(flat));
}

/** An opening or closing tag that stands between others, until `nested` has found its partner. */
type Flat = MarkdownNode | { readonly open: MarkdownTag } | { readonly close: MarkdownTag };

function element(tag: MarkdownTag, children: readonly MarkdownNode[]): MarkdownNode {
  return { tag, children };
}

function inside(tokens: readonly Token[] | undefined): readonly MarkdownNode[] {
  return nested((tokens ?? []).flatMap(flat));
}

const simple: Readonly<Record<string, MarkdownTag>> = {
  paragraph: "p",
  blockquote: "blockquote",
  strong: "strong",
  em: "em",
  del: "del",
  list_item: "li",
};

function flat(token: Token): readonly Flat[] {
  const tag = simple[token.type];
  if (tag !== undefined) return [element(tag, inside((token as Tokens.Paragraph).tokens))];
  switch (token.type) {
    case "heading":
      return [element((token as Tokens.Heading).depth <= 3 ? "h3" : "h4", inside(token.tokens))];
    case "list":
      return [element((token as Tokens.List).ordered ? "ol" : "ul", inside((token as Tokens.List).items))];
    case "code":
      return [element("pre", [element("code", [(token as Tokens.Code).text])])];
    case "codespan":
      return [element("code", [(token as Tokens.Codespan).text])];
    case "table":
      return [table(token as Tokens.Table)];
    case "html":
      return html((token as Tokens.HTML).text);
    case "br":
    case "hr":
      return [element(token.type, [])];
    case "space":
    case "def":
      return [];
    default:
      return "tokens" in token && token.tokens !== undefined ? inside(token.tokens) : [plain(token)];
  }
}

function table({ header, rows }: Tokens.Table): MarkdownNode {
  const row = (tag: "th" | "td") => (cells: readonly Tokens.TableCell[]) => {
    const made = cells.map((cell) => element(tag, inside(cell.tokens)));
    return element("tr", made);
  };
  return element("table", [element("thead", [row("th")(header)]), element("tbody", rows.map(row("td")))]);
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: "\u{A0}" };

/** The text of a token without parts; backslashes are the lexer's, entities are not. GitHub shows a commit's SHA by its first 7 digits. */
function plain(token: Token): string {
  const text = ("text" in token ? String(token.text) : token.raw).replaceAll(/\b([0-9a-f]{7})[0-9a-f]{33}\b/g, "$1");
  return text.replaceAll(/&(?:#(\d{1,7})|([a-z]+));/g, (whole, code: string | undefined, name: string | undefined) => {
    if (code !== undefined) return Number(code) <= 0x10_ff_ff ? String.fromCodePoint(Number(code)) : whole;
    return entities[name ?? ""] ?? whole;
  });
}

function html(text: string): readonly Flat[] {
  const pieces = text.replaceAll(/<!--[^]*?-->/g, "").split(/(<\/?[a-z]+>)/);
  return pieces.flatMap((piece): readonly Flat[] => {
    const [, slash = "", name = ""] = /^<(\/?)([a-z]+)>$/.exec(piece) ?? [];
    if (htmlTags.has(name)) return [slash === "" ? { open: name as MarkdownTag } : { close: name as MarkdownTag }];
    return piece.trim() === "" ? [] : [piece];
  });
}

/** Puts what stands between an opening tag and its closing one into it. What is never closed is closed at the end. */
function nested(pieces: readonly Flat[]): readonly MarkdownNode[] {
  const root: MarkdownNode[] = [];
  const open: { tag: MarkdownTag; children: MarkdownNode[] }[] = [];
  for (const piece of pieces) {
    if (typeof piece === "object" && "open" in piece) {
      const made = { tag: piece.open, children: [] };
      (open.at(-1)?.children ?? root).push(made);
      open.push(made);
    } else if (typeof piece === "object" && "close" in piece) {
      const index = open.findLastIndex(({ tag }) => tag === piece.close);
      if (index >= 0) open.length = index;
    } else (open.at(-1)?.children ?? root).push(piece);
  }
  return root;
}
