import type { CrashView, DemoView, HeldBackView, PromisesView } from "../demo-view.ts";
import { element, sha, time } from "./element.ts";

/** True: a naive reader of Fleet's `Ready` beside Signalman, as two figures. */
export function truth({ promises: { naive, signalman } }: DemoView): readonly HTMLElement[] {
  return [
    element("h2", {}, "True"),
    element(
      "div",
      { class: "figures" },
      figure({ wrong: naive.wrong, of: naive.said, who: "Fleet’s Ready" }),
      figure({ wrong: signalman.wrong, of: signalman.said, who: "Signalman" }),
    ),
    element("p", { class: "note" }, "“Deployed” that was said while a cluster still ran something else."),
  ];
}

function figure({ wrong, of, who }: { readonly wrong: number; readonly of: number; readonly who: string }): HTMLElement {
  return element(
    "p",
    { class: of === 0 ? "figure" : wrong > 0 ? "figure bad" : "figure good" },
    element("strong", {}, String(wrong)),
    element("span", {}, ` of ${of} wrong`),
    element("em", {}, who),
  );
}

/** In git order: the webhooks' sequence, and the newest commit that was overtaken. */
export function order({ promises }: DemoView): readonly HTMLElement[] {
  const { count, outOfOrder } = promises.delivered;
  const { heldBack: newest, heldBackCount } = promises;
  return [
    element("h2", {}, "In git order"),
    element(
      "div",
      { class: "figures" },
      element(
        "p",
        { class: outOfOrder === 0 ? "figure good" : "figure bad" },
        element("strong", {}, String(heldBackCount)),
        element("span", {}, heldBackCount === 1 ? " older commit held back" : " older commits held back"),
        element("em", {}, `${outOfOrder} of ${count} webhooks out of order`),
      ),
    ),
    newest === null
      ? element("p", { class: "note" }, "Merge two pull requests quickly: the first one is overtaken.")
      : heldBack(newest, promises),
  ];
}

function heldBack({ commit, subject, description, naive }: HeldBackView, { clusterCount }: PromisesView): HTMLElement {
  const claim =
    naive === null ? null : `Fleet’s Ready had it deployed at ${time(naive.atMs)}, really on ${naive.held} of ${clusterCount}. `;
  return element("p", { class: "note" }, sha(commit), ` “${subject}”. `, claim, `Its status: “${description}”.`);
}

/** Nothing lost: what was owed when Signalman was killed, and what of it has come. */
export function nothingLost({ promises: { crashes, delivered } }: DemoView): readonly HTMLElement[] {
  const [newest] = crashes;
  const survived = crashes.reduce((sum, { survivors }) => sum + survivors.length, 0);
  return [
    element("h2", {}, "Nothing lost"),
    element(
      "div",
      { class: "figures" },
      element(
        "p",
        { class: delivered.twice === 0 ? "figure good" : "figure bad" },
        element("strong", {}, String(survived)),
        element("span", {}, survived === 1 ? " message survived a crash" : " messages survived a crash"),
        element("em", {}, `${delivered.twice} webhooks arrived twice`),
      ),
    ),
    newest === undefined
      ? element("p", { class: "note" }, "Take the receiver offline, merge, crash Signalman, bring the receiver back.")
      : crash(newest),
  ];
}

function crash({ atMs, pid, upMs, owed, survivors }: CrashView): HTMLElement {
  const back = upMs === null ? "starting again…" : `a new process ${time(upMs - atMs)} later`;
  const [first] = survivors;
  const came = first === undefined ? waiting(owed) : `Came at ${time(first.atMs)}: ${first.text}.`;
  return element("p", { class: "note" }, `Process ${pid} killed (kill -9) at ${time(atMs)}, ${back}. ${came}`);
}

function waiting(owed: number): string {
  return owed === 0 ? "It owed nothing then." : `It owed ${owed}, stored in Kubernetes: they wait.`;
}
