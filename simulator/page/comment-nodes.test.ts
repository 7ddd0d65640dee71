import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commentNodes } from "./comment-nodes.ts";
import type { MarkdownNode } from "./demo-view.ts";

/** As HTML would write it, so that a test can be read. */
function written(nodes: readonly MarkdownNode[]): string {
  return nodes.map((it) => (typeof it === "string" ? `"${it}"` : `<${it.tag}>${written(it.children)}</${it.tag}>`)).join("");
}

describe("a comment's Markdown becomes elements", () => {
  test("headings, tables, and folded details with a block of code, as Signalman writes them", () => {
    const comment = [
      "<!-- signalman:v1 x -->",
      "### Deployments",
      "| GitRepo | State |\n|---|---|\n| shop | ✅ **Deployed** |",
      "",
      "<details><summary>1 cluster failed</summary>",
      "\n```text\nno <b>\n```\n",
      "</details>",
      "\n<sub>Commit: `abc`</sub>",
    ].join("\n");
    expect(written(commentNodes(comment))).toBe(
      '<h3>"Deployments"</h3>' +
        '<table><thead><tr><th>"GitRepo"</th><th>"State"</th></tr></thead>' +
        '<tbody><tr><td>"shop"</td><td>"✅ "<strong>"Deployed"</strong></td></tr></tbody></table>' +
        '<details><summary>"1 cluster failed"</summary><pre><code>"no <b>"</code></pre></details>' +
        '<p><sub>"Commit: "<code>"abc"</code></sub></p>',
    );
  });

  test("other HTML stays the text that it is; a link is its text; entities are the signs that they name", () => {
    expect(written(commentNodes("a <img src=x onerror=alert(1)> [link](javascript:alert(1)) &lt;&#124;&amp;&nosuch;"))).toBe(
      '<p>"a ""<img src=x onerror=alert(1)>"" ""link"" <|&&nosuch;"</p>',
    );
  });

  test("a commit's SHA is shortened, as GitHub does", () => {
    expect(written(commentNodes(`Rolled back to ${"0123456789".repeat(4)}.`))).toBe('<p>"Rolled back to 0123456."</p>');
  });

  test("details that nobody closes are closed at the end, and a closing tag without partner vanishes", () => {
    expect(written(commentNodes("x</sub> <details><summary>y"))).toBe('<p>"x"" "<details><summary>"y"</summary></details></p>');
  });

  test("whatever it says, there are no tags but the known ones", () => {
    const known = /^(h[34]|p|ul|ol|li|blockquote|hr|br|strong|em|del|code|pre|table|thead|tbody|tr|th|td|details|summary|sub)$/;
    const tags = (nodes: readonly MarkdownNode[]): string[] =>
      nodes.flatMap((it) => (typeof it === "string" ? [] : [it.tag, ...tags(it.children)]));
    const pieces = fc.constantFrom(
      "<script>",
      "</details>",
      "<details>",
      "<sub>",
      "# ",
      "| a |\n|---|\n",
      "`",
      "*",
      "\n\n",
      "&#x;",
      "<a href=x>",
      "- ",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 20 }), (parts) => {
        for (const tag of tags(commentNodes(parts.join("")))) expect(tag).toMatch(known);
      }),
    );
  });
});
