import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { type DemoWorld, startDemoWorld } from "../../simulator/demo-world.ts";
import { demoNotification } from "../../simulator/story/demo-notification.ts";
import { demoStory } from "../../simulator/story/demo-story.ts";
import { Narrator } from "../../simulator/story/narrator.ts";
import { playStory } from "../../simulator/story/play-story.ts";
import { Promises } from "../../simulator/story/promises.ts";
import { readSettings, type Settings } from "../settings.ts";
import { createLog } from "../telemetry/log.ts";
import { tellSettings } from "../tell-settings.ts";
import type { Invocation } from "./invocation.ts";
import { type Signalman, startSignalman } from "./run/start-signalman.ts";

/** A step of the story takes some 3 s; one that takes this long will not come to its end. */
const patienceMs = 20_000;

/**
 * `demo`: the whole product against a simulated cluster, Fleet and GitHub in this process. Plays the story and tells it; then it stays, so that
 * people can look around, until SIGINT. With `--once` it prints every request that GitHub and the receiver got, and ends. Exit 0 where the
 * story came to its end and every promise was kept, else 1.
 */
export async function demo(invocation: Invocation): Promise<number> {
  const read = readSettings("demo", invocation);
  if (read.kind !== "settings") return tellSettings("demo", read, invocation);
  try {
    return await play(await startDemoWorld(), invocation, read.settings);
  } catch (error) {
    // Without git on this machine, for instance: the simulated GitHub has a real repository.
    invocation.stderr.write(`signalman demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function play(world: DemoWorld, invocation: Invocation, settings: Settings): Promise<number> {
  const { stdout, stderr, signal = new AbortController().signal } = invocation;
  const print = (line: string) => void stdout.write(`${line}\n`);
  const directory = await mkdtemp(join(tmpdir(), "signalman-demo-"));
  let signalman: Signalman | null = null;
  try {
    const kubeconfig = join(directory, "kubeconfig");
    await writeFile(kubeconfig, world.kubeconfig, { mode: 0o600 });
    demoNotification(world);
    // What the product logs beside the story would only disturb it, unless somebody asks for it.
    const log = createLog({ level: settings.logLevel === "info" ? "error" : settings.logLevel, destination: stderr });
    signalman = await startSignalman(productSettings(world, kubeconfig), log);
    print(`Kubernetes  KUBECONFIG=${kubeconfig}`);
    print(`GitHub      ${world.urls.gitHub}`);
    print(`Receiver    ${world.urls.receiver}`);
    print(`Signalman   ${signalman.opsUrl}/metrics`);
    return await tell(world, { print, stdout, signal, once: settings.once });
  } finally {
    await signalman?.stop();
    await world.close();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Telling {
  readonly print: (line: string) => void;
  readonly stdout: Writable;
  readonly signal: AbortSignal;
  readonly once: boolean;
}

async function tell(world: DemoWorld, { print, stdout, signal, once }: Telling): Promise<number> {
  const colours = (stdout as { isTTY?: boolean }).isTTY === true;
  const narrator = new Narrator(world, { print, colours, now: Date.now });
  const promises = new Promises(world);
  const onStep = (title: string) => narrator.step(title);
  const problems: string[] = [];
  try {
    await playStory(world, demoStory(), { onStep, patienceMs, signal });
  } catch (error) {
    if (signal.aborted) return 0;
    problems.push(error instanceof Error ? error.message : String(error));
  }
  problems.push(...promises.broken());
  if (once) {
    narrator.stop();
    narrator.tellRequests();
  }
  print("");
  print(
    problems.length === 0 ? "The story came to its end, and every promise was kept." : `Not as promised:\n${problems.join("\n")}`,
  );
  if (once) return problems.length === 0 ? 0 : 1;
  print("Everything goes on until you press Ctrl-C: look around with kubectl and curl.");
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  narrator.stop();
  return problems.length === 0 ? 0 : 1;
}

/** The product's settings, as flags and variables would give them. Signalman reaches the simulators on this machine and nothing else. */
function productSettings(world: DemoWorld, kubeconfig: string): Settings {
  const { app, privateKey } = world.gitHub.installations;
  const args = ["--no-app", "--host=127.0.0.1", "--ops-port=0", "--allow-egress=127.0.0.1/32", `--kubeconfig=${kubeconfig}`];
  const env = { APP_ID: String(app.id), PRIVATE_KEY: privateKey, GITHUB_API_URL: world.urls.gitHub };
  const read = readSettings("run", { args, env });
  if (read.kind === "settings") return read.settings;
  throw new Error(
    `The demo's own settings are refused: ${read.kind === "refused" ? read.problems.map((it) => it.message).join(" ") : ""}`,
  );
}
