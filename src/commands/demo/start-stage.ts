import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { demoNames, type DemoWorld, startDemoWorld } from "../../../simulator/demo-world.ts";
import { type DemoPage, startDemoPage } from "../../../simulator/page/demo-page.ts";
import { ProductProcess, type ProductProcessOptions } from "../../../simulator/product-process.ts";
import { demoNotification } from "../../../simulator/story/demo-notification.ts";
import type { Settings } from "../../settings.ts";
import { explain } from "../explain.ts";

export interface StageOptions {
  /** The page's; 0: one that is free, null: there is no page. */
  readonly port: number | null;
  /** What of the product's log is written to `stderr`; "info" shows errors alone. */
  readonly logLevel: Settings["logLevel"];
  readonly stderr: Writable;
  readonly signal: AbortSignal;
}

/** Everything that the demo plays on. */
export interface Stage {
  readonly world: DemoWorld;
  readonly product: ProductProcess;
  readonly page: DemoPage | null;
  /** The kubeconfig's file. */
  readonly kubeconfig: string;
  /** Aborted when somebody presses a button of the page: the story ends there. */
  readonly takenOver: AbortSignal;
  close(): Promise<void>;
}

/** Starts the world, the product as a process of its own, and the page. Rejects where one of them cannot start; nothing is left then. */
export async function startStage({ port, logLevel, stderr, signal }: StageOptions): Promise<Stage> {
  const world = await startDemoWorld();
  const directory = await mkdtemp(join(tmpdir(), "signalman-demo-"));
  const kubeconfig = join(directory, "kubeconfig");
  const product = new ProductProcess(productOptions({ world, kubeconfig, logLevel, stderr }));
  const takenOver = new AbortController();
  let page: DemoPage | null = null;
  const close = async () => {
    await page?.close();
    await product.stop();
    await world.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await writeFile(kubeconfig, world.kubeconfig, { mode: 0o600 });
    demoNotification(world);
    const onAct = () => takenOver.abort(new Error("somebody has taken over"));
    const explaining = () => explainNow(kubeconfig, signal);
    if (port !== null) page = await startDemoPage({ world, product, port, explain: explaining, onAct });
    await product.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { world, product, page, kubeconfig, takenOver: takenOver.signal, close };
}

/** What `signalman explain` prints of the demo's GitRepo, whatever it exits with. */
async function explainNow(kubeconfig: string, signal: AbortSignal): Promise<string> {
  const said: string[] = [];
  const listen = new Writable({ write: (chunk: Buffer, _encoding, done) => (said.push(chunk.toString()), done()) });
  const args = [`--kubeconfig=${kubeconfig}`, `${demoNames.namespace}/${demoNames.gitRepo}`];
  await explain({ args, env: {}, stdin: Readable.from([]), stdout: listen, stderr: listen, signal });
  return said.join("");
}

interface ProductSurroundings {
  readonly world: DemoWorld;
  readonly kubeconfig: string;
  readonly logLevel: Settings["logLevel"];
  readonly stderr: Writable;
}

/** The product's flags and variables. Signalman reaches the simulators on this machine and nothing else. */
function productOptions({ world, kubeconfig, logLevel, stderr }: ProductSurroundings): ProductProcessOptions {
  const { app, privateKey } = world.gitHub.installations;
  // What the product logs beside the story would only disturb it, unless somebody asks for it.
  const shown = levels.indexOf(logLevel === "info" ? "error" : logLevel);
  const isTold = (line: string) => levels.findIndex((level) => line.startsWith(`{"level":"${level}"`)) >= shown;
  return {
    args: [
      "--no-app",
      "--host=127.0.0.1",
      "--ops-port=0",
      "--allow-egress=127.0.0.1/32",
      `--kubeconfig=${kubeconfig}`,
      `--log-level=${shown < levels.indexOf("info") ? logLevel : "info"}`,
    ],
    // As in a Pod: a container that is started again takes its own lease over at once.
    env: { APP_ID: String(app.id), PRIVATE_KEY: privateKey, GITHUB_API_URL: world.urls.gitHub, POD_UID: "demo" },
    onLog: (line) => {
      if (isTold(line)) stderr.write(`${line}\n`);
    },
  };
}

const levels: readonly string[] = ["trace", "debug", "info", "warn", "error", "fatal"];
