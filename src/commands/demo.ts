import type { Writable } from "node:stream";
import { demoStory } from "../../simulator/story/demo-story.ts";
import { Narrator } from "../../simulator/story/narrator.ts";
import { playStory } from "../../simulator/story/play-story.ts";
import { Promises } from "../../simulator/story/promises.ts";
import { readSettings, type Settings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import { type Stage, startStage } from "./demo/start-stage.ts";
import type { Invocation } from "./invocation.ts";

/** A step of the story takes some 3 s; one that takes this long will not come to its end. */
const patienceMs = 20_000;

/**
 * `demo`: the whole product, as a process of its own, against a simulated cluster, Fleet and GitHub in this one. Plays the story and tells it on
 * the terminal and on a page in the browser; then it stays, so that people can break things, until SIGINT. With `--once` it serves no page,
 * prints every request that GitHub and the receiver got, and ends. Exit 0 where the story came to its end (or somebody took over) and every
 * promise was kept, else 1.
 */
export async function demo(invocation: Invocation): Promise<number> {
  const read = readSettings("demo", invocation);
  if (read.kind !== "settings") return tellSettings("demo", read, invocation);
  try {
    return await play(invocation, read.settings);
  } catch (error) {
    // Without git on this machine, for instance: the simulated GitHub has a real repository.
    invocation.stderr.write(`signalman demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function play(invocation: Invocation, settings: Settings): Promise<number> {
  const { stdout, stderr, signal = new AbortController().signal } = invocation;
  const print = (line: string) => void stdout.write(`${line}\n`);
  const { once, port, logLevel } = settings;
  const stage = await startStage({ port: once ? null : port, logLevel, stderr, signal });
  try {
    const { world, product, page, kubeconfig } = stage;
    if (page !== null) print(`Page        ${page.url}`);
    print(`Kubernetes  KUBECONFIG=${kubeconfig}`);
    print(`GitHub      ${world.urls.gitHub}`);
    print(`Receiver    ${world.urls.receiver}`);
    print(`Signalman   ${product.opsUrl}/metrics (process ${product.pid})`);
    return await tell(stage, { print, stdout, signal, once });
  } finally {
    await stage.close();
  }
}

interface Telling {
  readonly print: (line: string) => void;
  readonly stdout: Writable;
  readonly signal: AbortSignal;
  readonly once: boolean;
}

async function tell(stage: Stage, telling: Telling): Promise<number> {
  const { world } = stage;
  const { print, stdout, signal, once } = telling;
  const colours = (stdout as { isTTY?: boolean }).isTTY === true;
  const narrator = new Narrator(world, { print, colours, now: Date.now });
  const promises = new Promises(world);
  const problems = await playItsStory(stage, narrator, telling);
  if (signal.aborted) return 0;
  if (problems !== null) problems.push(...promises.broken());
  if (once) {
    narrator.stop();
    narrator.tellRequests();
  }
  print("");
  print(ending(problems));
  if (once) return problems?.length === 0 ? 0 : 1;
  print("Everything goes on until you press Ctrl-C: use the page's buttons, or look around with kubectl and curl.");
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  narrator.stop();
  return problems === null || problems.length === 0 ? 0 : 1;
}

/** What went wrong, a line each; null where somebody took over before its end. */
async function playItsStory(
  { world, product, page, takenOver }: Stage,
  narrator: Narrator,
  { signal }: Telling,
): Promise<string[] | null> {
  const onStep = (title: string) => {
    narrator.step(title);
    page?.step(title);
  };
  try {
    // What may have been sent is looked at 10 s after a crash (`unknownOutcomeMs`): too long for `--once`.
    const steps = demoStory({ crash: page === null ? null : () => product.crash(Date.now) });
    await playStory(world, steps, { onStep, patienceMs, signal: AbortSignal.any([signal, takenOver]) });
    return [];
  } catch (error) {
    return takenOver.aborted ? null : [error instanceof Error ? error.message : String(error)];
  } finally {
    page?.step(null);
  }
}

function ending(problems: readonly string[] | null): string {
  if (problems === null) return "The story ends here: it is yours now.";
  if (problems.length === 0) return "The story came to its end, and every promise was kept.";
  return `Not as promised:\n${problems.join("\n")}`;
}
