import type { DemoView, SaidView, StatusView, WebhookView, WordView } from "../demo-view.ts";
import { element, mark, sha, time } from "./element.ts";

/** Every "deployed" of a naive reader beside Signalman's word on the same commit. */
export function words({ words, promises: { clusterCount } }: DemoView): readonly HTMLElement[] {
  if (words.length === 0) return [element("p", { class: "empty" }, "Nobody has said anything yet.")];
  const rows = words.map((it) => word(it, clusterCount));
  const heads = ["Commit", "A reader of Fleet’s Ready", "Signalman"].map((text) => element("th", { scope: "col" }, text));
  return [element("table", { class: "words" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows))];
}

function word({ commit, subject, naive, signalman }: WordView, clusterCount: number): HTMLElement {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, sha(commit), element("span", { class: "subject" }, subject)),
    naiveCell(naive, clusterCount),
    signalman === null ? element("td", { class: "note" }, "has not said how it ended") : signalmanCell(signalman, clusterCount),
  );
}

function naiveCell({ atMs, held }: SaidView, clusterCount: number): HTMLElement {
  const isTrue = held === clusterCount;
  return element(
    "td",
    { class: isTrue ? "right" : "wrong", "data-label": "Ready" },
    element("strong", {}, isTrue ? "deployed: right" : "deployed: wrong"),
    element("span", { class: "note" }, `${time(atMs)}: ran on ${held} of ${clusterCount}`),
  );
}

function signalmanCell({ atMs, held, state, description }: SaidView & StatusView, clusterCount: number): HTMLElement {
  const isTrue = state !== "success" || held === clusterCount;
  return element(
    "td",
    { class: isTrue ? "right" : "wrong", "data-label": "Signalman" },
    element("strong", {}, mark(state), ` ${description}`),
    element("span", { class: "note" }, state === "success" ? `${time(atMs)}: ran on ${held} of ${clusterCount}` : time(atMs)),
  );
}

/** What the webhook's receiver got, newest first; the body unfolds. */
export function webhooks({ webhooks }: DemoView): readonly HTMLElement[] {
  if (webhooks.length === 0) return [element("p", { class: "empty" }, "Nothing has arrived yet.")];
  return [element("ol", { class: "webhooks" }, ...webhooks.map(webhook))];
}

function webhook({ id, atMs, status, type, sequence, summary, body }: WebhookView): HTMLElement {
  const isTaken = status >= 200 && status < 300;
  return element(
    "li",
    {},
    element(
      "details",
      { "data-key": `${id}-${atMs}` },
      element(
        "summary",
        { "data-key": `summary-${id}-${atMs}` },
        element("span", { class: isTaken ? "answer-code taken" : "answer-code refused" }, status === 0 ? "…" : String(status)),
        element("span", { class: "what" }, element("strong", {}, type), ` ${summary}`),
        element("time", {}, time(atMs)),
      ),
      element("p", { class: "note" }, `webhook-id ${id}, sequence ${sequence}`),
      element("pre", { tabindex: "0" }, pretty(body)),
    ),
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body; // a body of somebody's own template need not be JSON
  }
}

/** `signalman explain`, as a terminal would show it. */
export function explanation({ world: { explanation } }: DemoView): readonly HTMLElement[] {
  return [
    element("p", { class: "command" }, "$ signalman explain fleet-default/shop"),
    element("pre", { class: "terminal", tabindex: "0", "aria-label": "What signalman explain prints" }, explanation || "…"),
  ];
}
