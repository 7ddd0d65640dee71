import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { until } from "./until.ts";

const root = resolve(import.meta.dirname, "../..");

export interface ProductOptions {
  readonly kubeconfigPath: string;
  readonly gitHubUrl: string;
  readonly gitHubToken: string;
  /** Containers of one Pod follow each other; "" for a process of its own. */
  readonly podUid: string;
  /** Variables beside those. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Design §2: SIGTERM to exit 0 within 10 s; some more for a busy machine to notice. */
const stopMs = 12_000;

/** The product as a process of its own, as an image starts it; killed with the tests at the latest. */
export class Product {
  readonly log: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #opsUrl = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit");
    const killAtExit = () => void child.kill("SIGKILL");
    process.once("exit", killAtExit);
    child.once("exit", () => process.off("exit", killAtExit));
    if (child.stdout === null || child.stderr === null) throw new Error("the product's output is not piped");
    createInterface({ input: child.stdout }).on("line", (line) => this.#take(line));
    createInterface({ input: child.stderr }).on("line", (line) => this.log.push(line));
  }

  static start({ kubeconfigPath, gitHubUrl, gitHubToken, podUid, env: more = {} }: ProductOptions): Product {
    const args = ["run", "--no-app", "--allow-egress=127.0.0.0/8", "--ops-port=0", "--host=127.0.0.1", "--namespace=signalman"];
    const env = {
      PATH: process.env["PATH"],
      KUBECONFIG: kubeconfigPath,
      GITHUB_API_URL: gitHubUrl,
      GITHUB_TOKEN: gitHubToken,
      ...(podUid === "" ? {} : { POD_UID: podUid }),
      ...more,
    };
    return new Product(spawn(resolve(root, "bin/signalman"), args, { env, stdio: ["ignore", "pipe", "pipe"] }));
  }

  get opsUrl(): string {
    return this.#opsUrl;
  }

  /** Resolves once /readyz says so. */
  async ready(): Promise<void> {
    await until("the product is ready", async () => {
      if (this.#child.exitCode !== null) throw new Error(`the product ended:\n${this.log.join("\n")}`);
      return this.#opsUrl !== "" && (await fetch(`${this.#opsUrl}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok;
    });
  }

  /** SIGKILL: no word of goodbye. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** SIGTERM; returns the exit code, null where it was killed before. One that does not stop in time is killed, and that is an error. */
  async stop(): Promise<number | null> {
    let isLate = false;
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => (isLate = this.#child.kill("SIGKILL")), stopMs);
    await this.#ended;
    clearTimeout(timer);
    if (isLate) throw new Error(`not stopped within ${stopMs} ms:\n${this.log.slice(-20).join("\n")}`);
    return this.#child.exitCode;
  }

  #take(line: string): void {
    this.log.push(line);
    if (this.#opsUrl !== "" || !line.includes('"started"')) return;
    this.#opsUrl = (JSON.parse(line) as { ops?: string }).ops ?? "";
  }
}
