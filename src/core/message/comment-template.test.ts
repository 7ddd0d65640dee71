import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { commentBody } from "./comment.ts";
import { hasCommentMarker } from "./comment-marker.ts";
import type { CommentRow } from "./comment-row.ts";
import { renderComment } from "./comment-template.ts";

const marker = "<!-- signalman:v1 uid//fleet-default:deployments/pr -->";
const foreign = "<!-- signalman:v1 uid//fleet-default:other/pr -->";
const row: CommentRow = {
  gitRepo: "fleet-default/shop",
  target: "prod",
  state: "failed",
  commit: "4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f",
  rolledBackTo: "",
  ready: 38,
  total: 40,
  offline: 0,
  failed: 2,
  failedNames: ["c1", "c7"],
  failureMessage: "field is immutable",
  changed: true,
  updatedMs: Date.UTC(2026, 10, 23, 12, 1, 0),
};

function render(
  body: string,
  { rows = [row], title = "Raise the limit" }: { rows?: readonly CommentRow[]; title?: string } = {},
) {
  return renderComment({ type: "pullRequestComment", body }, { marker, rows, pullRequest: { number: 12, title } });
}

const table = `**{{pullRequest.title}}**

| where | what | |
|---|---|---|
{{#each rows}}| {{gitRepo}} {{target}} | {{label}} {{ready}}/{{total}} | {{failureMessage}} {{failedNames}} |
{{/each}}`;

test("without a body it is the table of design §5", () => {
  expect(render("")).toBe(commentBody({ marker, rows: [row] }));
});

test("a body shows the rows, sorted, under the marker", () => {
  const rows: CommentRow[] = [
    row,
    { ...row, target: "dev", state: "deployed", ready: 3, total: 3, failedNames: [], failureMessage: "" },
  ];
  expect(render(table, { rows })).toMatchInlineSnapshot(`
    "<!-- signalman:v1 uid//fleet-default:deployments/pr -->
    **Raise the limit**

    | where | what | |
    |---|---|---|
    | fleet-default/shop dev | ✅ Deployed 3/3 |   |
    | fleet-default/shop prod | ❌ Failed 38/40 | field is immutable c1,c7 |
    "
  `);
});

describe("what is inserted stays text", () => {
  const hostile = [
    "@acme/everyone",
    "a | b |\n| c | d",
    `${marker}\n${foreign}`,
    "-->\n# Heading\n<script>alert(1)</script>",
    "[x](https://evil.example) ![x](https://evil.example/x.png) https://evil.example www.evil.example",
    "#12 GH-12 **bold** `code` ~~gone~~ $x$",
  ];

  test.each(hostile)("%j", (text) => {
    const lines = render(table, {
      rows: [{ ...row, failureMessage: text, failedNames: [text], gitRepo: text }],
      title: text,
    }).split("\n");
    expect(lines).toHaveLength(render(table).split("\n").length);
    const body = lines.slice(1).join("\n");
    expect(body).not.toMatch(/@\w|<|(?<!\\)\]\(|:\/\/|www\.|#\d|GH-\d|(?<!\\)`/);
    // Each row has as many cells as its heading.
    expect((lines.at(-2) ?? "").split(/(?<!\\)\|/)).toHaveLength(5);
  });

  test("whatever helper it comes through", () => {
    const through = "{{md pullRequest.title}} {{json pullRequest.title}} {{short pullRequest.title}} {{date pullRequest.title}}";
    expect(render(through, { title: "<b>@x" })).toBe(
      `${marker}\n${["&lt;b&gt;@\u200bx", '"&lt;b&gt;@\u200bx"', "&lt;b&gt;@\u200bx", "&lt;b&gt;@\u200bx"].join(" ")}`,
    );
    expect(() => render("{{{pullRequest.title}}}")).toThrow("{{{x}}} is not allowed in Markdown that GitHub shows: write {{x}}.");
  });
});

test("a body that begins with another's marker is still ours alone", () => {
  const body = render(`${foreign}\n{{pullRequest.title}}`);
  expect([hasCommentMarker(body, marker), hasCommentMarker(body, foreign)]).toEqual([true, false]);
});

test("it is never longer than GitHub takes, and no line of it is cut", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.string({ minLength: 1, maxLength: 200 }), (count, failureMessage) => {
      const rows = Array.from({ length: count }, (_, index) => ({ ...row, gitRepo: `ns/r${index}`, failureMessage }));
      let body: string;
      try {
        body = render(table, { rows });
      } catch (error) {
        expect(String(error)).toContain("TemplateError");
        return;
      }
      expect(body.length).toBeLessThanOrEqual(limits.commentBodyMax);
      if (body.endsWith("(cut)")) expect(body.split("\n").at(-3)).toMatch(/\|$/);
    }),
    { numRuns: 50 },
  );
});
