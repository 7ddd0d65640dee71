import type { ClusterView, CommitView, DemoView } from "../demo-view.ts";
import { element, mark, sha, time } from "./element.ts";

/** The clusters, and what each of them really runs, whatever Fleet says. */
export function clusters({ clusters, commits, fleet }: DemoView): readonly HTMLElement[] {
  const cards = clusters.map((it) => cluster(it, commits));
  const claim = fleet.isReady ? "Ready" : "not Ready";
  const shown =
    fleet.commit === ""
      ? element("p", { class: "note" }, "Fleet names no commit yet.")
      : element(
          "p",
          { class: "note" },
          "Fleet’s GitRepo says: ",
          sha(fleet.commit),
          ` ${claim}`,
          fleet.pinnedTo === "" ? null : ` (pinned to ${fleet.pinnedTo.slice(0, 7)})`,
        );
  return [element("ul", { class: "clusters" }, ...cards), shown];
}

function cluster({ name, isOnline, runs, isWhole }: ClusterView, commits: readonly CommitView[]): HTMLElement {
  const subject = commits.find((it) => it.sha === runs)?.subject ?? "";
  return element(
    "li",
    { class: isOnline ? "online" : "offline" },
    element("strong", {}, name),
    element("span", { class: "state" }, isOnline ? (isWhole ? "online" : "unwell") : "offline"),
    runs === "" ? element("span", { class: "note" }, "nothing yet") : sha(runs),
    element("span", { class: "subject" }, subject),
  );
}

/** The branch, newest first, with each commit's pull request and the status that GitHub shows. */
export function history({ commits }: DemoView): readonly HTMLElement[] {
  return [element("ol", { class: "history", reversed: "" }, ...commits.map(commit))];
}

function commit({ sha: name, subject, atMs, pullRequest, isHead, isOnBranch, status }: CommitView): HTMLElement {
  const said = status === null ? "nothing said yet" : status.description;
  return element(
    "li",
    { class: `${isOnBranch ? "" : "gone"} ${isHead ? "head" : ""}` },
    status === null ? element("span", { class: "mark none", "aria-hidden": "true" }, "○") : mark(status.state),
    element(
      "div",
      {},
      element(
        "p",
        { class: "line" },
        element("span", { class: "subject" }, subject),
        pullRequest === null
          ? null
          : element(
              "button",
              {
                type: "button",
                class: "pill",
                "data-pull": String(pullRequest),
                "data-key": `pull-${pullRequest}`,
                "aria-label": `Show pull request #${pullRequest}`,
              },
              `#${pullRequest}`,
            ),
        isHead ? element("span", { class: "pill head" }, "main") : null,
        isOnBranch ? null : element("span", { class: "pill" }, "force-pushed away"),
      ),
      element("p", { class: "note" }, sha(name), ` ${said}`),
    ),
    element("time", {}, time(atMs)),
  );
}
