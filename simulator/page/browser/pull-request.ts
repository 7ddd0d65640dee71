import type { CheckRunView, CommentView, DeploymentView, MarkdownNode, PullRequestView, StatusView } from "../demo-view.ts";
import { element, mark, sha, time } from "./element.ts";

/** A pull request as GitHub would show it: its title, the App's comment, and the checks of its newest commit. */
export function pullRequest(shown: PullRequestView | null): readonly HTMLElement[] {
  if (shown === null) return [element("p", { class: "empty" }, "No pull request yet. The story’s second step merges one.")];
  const { number, title, author, headBranch, headSha, mergeCommitSha, statuses, comments } = shown;
  const isMerged = mergeCommitSha !== null;
  return [
    element(
      "article",
      { class: "pull" },
      element("h3", {}, `${title} `, element("span", { class: "number" }, `#${number}`)),
      element(
        "p",
        { class: "merged" },
        element("span", { class: isMerged ? "badge merged" : "badge" }, isMerged ? "Merged" : "Open"),
        element(
          "span",
          {},
          element("strong", {}, author),
          isMerged ? " merged 1 commit into " : " wants to merge 1 commit into ",
          code("main"),
          " from ",
          code(headBranch),
        ),
      ),
      ...comments.map(comment),
      checks(headSha, statuses),
    ),
  ];
}

function code(text: string): HTMLElement {
  return element("code", { class: "branch" }, text);
}

/** The page of the check run on the commit that Fleet shows. */
export function checkRun(shown: CheckRunView | null): readonly HTMLElement[] {
  if (shown === null) return [];
  const { name, sha: commit, state, description, page } = shown;
  return [
    element(
      "details",
      { class: "check", "data-key": "check" },
      element(
        "summary",
        {},
        mark(state),
        element("strong", {}, name),
        element("span", { class: "note" }, " — ", description, " · ", sha(commit)),
      ),
      element("div", { class: "markdown" }, ...page.map(wideMarkdown)),
    ),
  ];
}

/** The repository's deployments, newest first; the newest that succeeded is what the environment runs. */
export function deployments(shown: readonly DeploymentView[]): readonly HTMLElement[] {
  if (shown.length === 0) return [];
  const rows = shown.map(({ sha: commit, environment, state, description, atMs }) =>
    element(
      "li",
      {},
      mark(state),
      element(
        "div",
        {},
        element("strong", {}, environment),
        " ",
        sha(commit),
        element("span", { class: "note" }, ` — ${state === "inactive" ? "inactive" : description || state}, ${time(atMs)}`),
      ),
    ),
  );
  return [
    element(
      "section",
      { class: "checks", "aria-label": "Deployments" },
      element("p", { class: "headline" }, "Deployments"),
      element("ul", {}, ...rows),
    ),
  ];
}

function comment({ author, isEdited, atMs, body }: CommentView): HTMLElement {
  return element(
    "section",
    { class: "comment", "aria-label": `Comment by ${author}` },
    element(
      "p",
      { class: "by" },
      element("strong", {}, author.replace("[bot]", "")),
      element("span", { class: "pill" }, "bot"),
      element("span", { class: "note" }, `${isEdited ? "edited" : "commented"} at ${time(atMs)}`),
    ),
    element("div", { class: "markdown" }, ...body.map(wideMarkdown)),
  );
}

/** A table may be wider than a narrow screen: it is scrolled by itself. */
function wideMarkdown(node: MarkdownNode): HTMLElement | string {
  const made = markdown(node);
  if (!(made instanceof HTMLElement) || made.tagName !== "TABLE") return made;
  return element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Table" }, made);
}

function markdown(node: MarkdownNode): HTMLElement | string {
  if (typeof node === "string") return node;
  const key = node.tag === "details" ? { "data-key": "details" } : {};
  return element(node.tag, key, ...node.children.map(markdown));
}

const headlines: Readonly<Record<string, string>> = {
  success: "All checks have passed",
  pending: "Some checks haven’t completed yet",
  failure: "Some checks were not successful",
};

function checks(headSha: string, statuses: readonly StatusView[]): HTMLElement {
  if (statuses.length === 0) return element("p", { class: "empty" }, "No checks on ", sha(headSha), " yet.");
  const worst = ["failure", "error", "pending"].find((state) => statuses.some((it) => it.state === state)) ?? "success";
  const rows = statuses.map(({ context, state, description }) =>
    element(
      "li",
      {},
      mark(state),
      element("div", {}, element("strong", {}, context), element("span", { class: "note" }, ` — ${description}`)),
    ),
  );
  return element(
    "section",
    { class: `checks ${worst}`, "aria-label": "Checks" },
    element("p", { class: "headline" }, mark(worst), headlines[worst === "error" ? "failure" : worst] ?? ""),
    element("ul", {}, ...rows),
  );
}
