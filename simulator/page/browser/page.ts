import type { DemoView } from "../demo-view.ts";
import { connectControls, updateControls } from "./controls.ts";
import { draw, element } from "./element.ts";
import { clusters, history } from "./git.ts";
import { nothingLost, order, truth } from "./promises.ts";
import { checkRun, deployments, pullRequest } from "./pull-request.ts";
import { explanation, webhooks, words } from "./said.ts";

let latest: DemoView | null = null;
/** The pull request that somebody chose in the history; null: the newest one. */
let chosen: number | null = null;

function show(view: DemoView): void {
  latest = view;
  draw("story", { step: view.step, isLost: false }, () => [
    view.step === null
      ? "It is yours now: press a button."
      : element("span", {}, element("b", {}, "The story plays. "), view.step),
  ]);
  const { promises } = view;
  draw("true", promises, () => truth(view));
  draw("order", promises, () => order(view));
  draw("lost", promises, () => nothingLost(view));
  draw("clusters", [view.clusters, view.fleet, view.commits], () => clusters(view));
  draw("git", view.commits, () => history(view));
  draw("pull", view.pullRequests.find(({ number }) => number === chosen) ?? view.pullRequests[0] ?? null, pullRequest);
  draw("check", view.checkRun, checkRun);
  draw("deployments", view.deployments, deployments);
  draw("words", view.words, () => words(view));
  draw("webhooks", view.webhooks, () => webhooks(view));
  draw("explain", view.world.explanation, () => explanation(view));
  updateControls(view);
}

connectControls();
document.addEventListener("click", ({ target }) => {
  const number = target instanceof Element ? target.closest("[data-pull]")?.getAttribute("data-pull") : null;
  if (number === null || number === undefined || latest === null) return;
  chosen = Number(number);
  show(latest);
});

const events = new EventSource("/events");
events.addEventListener("message", ({ data }) => show(JSON.parse(String(data)) as DemoView));
events.addEventListener("error", () =>
  draw("story", { step: null, isLost: true }, () => [
    element("span", { class: "ended" }, "The demo has ended. Start it again with npm run demo."),
  ]),
);
