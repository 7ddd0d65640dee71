import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commentBody } from "./comment.ts";
import type { CommentRow } from "./comment-row.ts";

const marker = "<!-- signalman:v1 uid//fleet-default:deployments/pr -->";
const full = "4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f";
const older = "1d0c3e2f4a6b8c0d2e4f6a8b0c2d4e6f8a0b2c4d";

function row(changes: Partial<CommentRow>): CommentRow {
  return {
    gitRepo: "fleet-default/shop",
    target: "",
    state: "deployed",
    commit: full,
    rolledBackTo: "",
    ready: 3,
    total: 3,
    offline: 0,
    failed: 0,
    failedNames: [],
    failureMessage: "",
    changed: true,
    updatedMs: Date.UTC(2026, 10, 23, 12, 0, 31),
    ...changes,
  };
}

const failedRow = row({
  target: "prod",
  state: "failed",
  ready: 38,
  total: 40,
  failed: 2,
  failedNames: ["c1", "c7"],
  failureMessage: 'Deployment.apps "web" is invalid: spec.selector: field is immutable',
  updatedMs: Date.UTC(2026, 10, 23, 12, 1, 0),
});

describe("the comment is the template of design §5", () => {
  test("rows in every state, one failure", () => {
    const rows = [
      row({ gitRepo: "fleet-default/shop", target: "dev" }),
      row({ target: "qa", state: "inProgress", total: 5, offline: 1 }),
      failedRow,
      row({ gitRepo: "fleet-default/pay", target: "prod", state: "rolledBack", rolledBackTo: older, ready: 40, total: 40 }),
    ];
    expect(commentBody({ marker, rows })).toMatchInlineSnapshot(`
      "<!-- signalman:v1 uid//fleet-default:deployments/pr -->
      ### Deployments of this pull request
      | GitRepo | Target | State | Commit | Clusters | Updated (UTC) |
      |---|---|---|---|---|---|
      | fleet-default/pay | prod | ↩️ Rolled back to 1d0c3e2f4a6b8c0d2e4f6a8b0c2d4e6f8a0b2c4d | 4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f | 40/40 | 2026-11-23 12:00 |
      | fleet-default/shop | dev | ✅ Deployed | 4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f | 3/3 | 2026-11-23 12:00 |
      | fleet-default/shop | prod | ❌ Failed | 4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f | 38/40 | 2026-11-23 12:01 |
      | fleet-default/shop | qa | ⏳ In progress | 4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f | 3/5, 1 offline | 2026-11-23 12:00 |

      <details><summary>2 clusters failed: c1, c7</summary>

      \`\`\`text
      Deployment.apps "web" is invalid: spec.selector: field is immutable
      \`\`\`

      </details>

      <sub>Commit: what Fleet deployed, containing this pull request. Kept up to date by Signalman.</sub>"
    `);
  });

  test("GitRepos that the rollout did not change fold under one line", () => {
    const rows = [row({ target: "dev" }), ...["a", "b"].map((it) => row({ gitRepo: `fleet-default/${it}`, changed: false }))];
    expect(commentBody({ marker, rows })).toMatchInlineSnapshot(`
      "<!-- signalman:v1 uid//fleet-default:deployments/pr -->
      ### Deployments of this pull request
      | GitRepo | Target | State | Commit | Clusters | Updated (UTC) |
      |---|---|---|---|---|---|
      | fleet-default/shop | dev | ✅ Deployed | 4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f | 3/3 | 2026-11-23 12:00 |

      <details><summary>2 GitRepos were not changed by this pull request</summary>

      | GitRepo | Target | State | Commit | Clusters | Updated (UTC) |
      |---|---|---|---|---|---|
      | fleet-default/a |  | ✅ Deployed | 4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f | 3/3 | 2026-11-23 12:00 |
      | fleet-default/b |  | ✅ Deployed | 4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f | 3/3 | 2026-11-23 12:00 |

      </details>

      <sub>Commit: what Fleet deployed, containing this pull request. Kept up to date by Signalman.</sub>"
    `);
  });

  test("an unchanged GitRepo that failed is not folded away", () => {
    expect(commentBody({ marker, rows: [row({ changed: false, state: "failed" })] })).toContain("| ❌ Failed |");
  });

  test("several failures say whose they are", () => {
    const body = commentBody({ marker, rows: [failedRow, row({ target: "dev", state: "failed", failureMessage: "no" })] });
    expect(body).toContain("<summary>fleet-default/shop (prod): 2 clusters failed: c1, c7</summary>");
    expect(body).toContain("<summary>fleet-default/shop (dev): Fleet could not apply this commit</summary>");
  });

  test("the order of the rows does not matter", () => {
    const rows = ["b", "a", "c"].map((target) => row({ target }));
    expect(commentBody({ marker, rows })).toBe(commentBody({ marker, rows: rows.toReversed() }));
  });
});

describe("untrusted text does nothing", () => {
  test("an error cannot leave its fence, nor plant a marker", () => {
    const failureMessage = `before\n\`\`\`\`\n</details>\n${marker}\n@octocat`;
    const body = commentBody({ marker, rows: [row({ state: "failed", failureMessage })] });
    expect(body).toMatchInlineSnapshot(`
      "<!-- signalman:v1 uid//fleet-default:deployments/pr -->
      ### Deployments of this pull request
      | GitRepo | Target | State | Commit | Clusters | Updated (UTC) |
      |---|---|---|---|---|---|
      | fleet-default/shop |  | ❌ Failed | 4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f | 3/3 | 2026-11-23 12:00 |

      <details><summary>Fleet could not apply this commit</summary>

      \`\`\`\`\`text
      before
      \`\`\`\`
      </details>
      <!​-- signalman:v1 uid//fleet-default:deployments/pr -->
      @octocat
      \`\`\`\`\`

      </details>

      <sub>Commit: what Fleet deployed, containing this pull request. Kept up to date by Signalman.</sub>"
    `);
    expect(body.split(marker)).toHaveLength(2);
  });

  test("names add no cell, mention, link, HTML or comment", () => {
    const gitRepo = "a|b`c` @octocat #12 <!-- x --> <b> [l](https://x.test) www.x.test\n|x|";
    expect(commentBody({ marker, rows: [row({ gitRepo, commit: "main|x" })] })).toMatchInlineSnapshot(`
      "<!-- signalman:v1 uid//fleet-default:deployments/pr -->
      ### Deployments of this pull request
      | GitRepo | Target | State | Commit | Clusters | Updated (UTC) |
      |---|---|---|---|---|---|
      | a\\|b\\\`c\\\` @​octocat #​12 &lt;!-- x --&gt; &lt;b&gt; \\[l\\](https:​//x.test) www​.x.test \\|x\\| |  | ✅ Deployed | main\\|x | 3/3 | 2026-11-23 12:00 |

      <sub>Commit: what Fleet deployed, containing this pull request. Kept up to date by Signalman.</sub>"
    `);
  });
});

describe("whatever the rows hold", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom("|", "\\", "`", "\n", "<!--", "-->", "@a", "#1", "</details>", "~~~", "```", "\ud83d"),
      maxLength: 100,
    }),
    fc.constant("`".repeat(70_000)),
    fc.constant("x\n".repeat(50_000)),
  );
  const anyRow = fc
    .record({
      gitRepo: text,
      target: text,
      state: fc.constantFrom<CommentRow["state"]>("deployed", "inProgress", "failed", "rolledBack"),
      commit: text,
      rolledBackTo: text,
      failed: fc.nat(5),
      failedNames: fc.array(text, { maxLength: 4 }),
      failureMessage: text,
      changed: fc.boolean(),
    })
    .map(row);

  test("no row has another number of cells, the body fits, and its structure is closed", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 60 }), (rows) => {
        const body = commentBody({ marker, rows });
        expect(body.length).toBeLessThanOrEqual(60_000);
        expect(body.startsWith(`${marker}\n### Deployments of this pull request\n`)).toBe(true);
        expect(body.endsWith("Kept up to date by Signalman.</sub>")).toBe(true);
        const outside = linesOutsideOfFences(body);
        for (const line of outside.filter((it) => it.startsWith("|"))) {
          expect(line.replaceAll(/\\./g, "").split("|")).toHaveLength(8);
        }
        const page = outside.join("\n");
        expect(page.split("<details>").length).toBe(page.split("</details>").length);
        expect(page.split("<!--")).toHaveLength(2);
        expect(body).toBe(body.toWellFormed());
      }),
      { numRuns: 200 },
    );
  });

  test("2,000 GitRepos fit: the failed ones stay, the others are counted", () => {
    const rows = Array.from({ length: 2_000 }, (_, index) =>
      row({ gitRepo: `fleet-default/service-${String(index).padStart(4, "0")}` }),
    );
    const body = commentBody({
      marker,
      rows: [...rows, row({ gitRepo: "fleet-default/zz", state: "failed", failureMessage: "why" })],
    });
    expect(body.length).toBeLessThanOrEqual(60_000);
    expect(body).toContain("| fleet-default/zz |  | ❌ Failed |");
    expect(body).toMatch(/\n\d+ more rows are not shown\.\n/);
  });
});

/** The lines that are not inside of a fenced block, by CommonMark's rule: a fence ends at one that is at least as long. */
function linesOutsideOfFences(body: string): string[] {
  const outside: string[] = [];
  let fence = "";
  for (const line of body.split("\n")) {
    const run = /^`{3,}/.exec(line)?.[0] ?? "";
    if (fence === "" && run !== "") fence = run;
    else if (fence === "") outside.push(line);
    else if (run.length >= fence.length && line === run) fence = "";
  }
  expect(fence).toBe("");
  return outside;
}
