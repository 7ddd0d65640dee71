import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

const program = resolve(import.meta.dirname, "../src/main.ts");
const flags = ["--disallow-code-generation-from-strings", "--max-semi-space-size=2", "--optimize-for-size"];

export interface ProductProcessOptions {
  /** Another program than this Node with the product's flags, as the image starts it. */
  readonly program?: string;
  /** Flags after `run`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Gets each line that the product logs. */
  readonly onLog?: (line: string) => void;
}

/** One `kill -9`. */
export interface Crash {
  readonly atMs: number;
  /** The process that was killed. */
  readonly pid: number;
  /** When its successor was there; null until then. */
  upMs: number | null;
}

/** SIGTERM to exit is at most 10 s (design §2); some more for a busy machine. */
const stopMs = 12_000;
const readyPollMs = 50;
/** Lines of the log that are kept: more than a test's product writes. */
const logLinesMax = 50_000;

/** Signalman as a process of its own, started as the image starts it, so that it can be killed for real. */
export class ProductProcess {
  readonly crashes: Crash[] = [];
  /** Every line of all its lives, the latest `logLinesMax`. */
  readonly log: string[] = [];
  readonly #options: ProductProcessOptions;
  readonly #listeners = new Set<() => void>();
  #child: ChildProcess | null = null;
  #opsUrl = "";

  constructor(options: ProductProcessOptions) {
    this.#options = options;
  }

  /** 0 while there is none. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }
  /** Where /metrics is; "" while it does not run. */
  get opsUrl(): string {
    return this.#opsUrl;
  }

  /** Called when it has started and when it has ended, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once it listens; rejects where it ends before that. */
  async start(): Promise<void> {
    const { program: other, args, env } = this.#options;
    const command = other === undefined ? [...flags, program, "run", ...args] : ["run", ...args];
    const child = spawn(other ?? process.execPath, command, {
      env: { ...env, PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const killAtExit = () => void child.kill("SIGKILL");
    process.once("exit", killAtExit);
    const started = Promise.withResolvers<void>();
    const take = (line: string) => {
      this.#take(line);
      if (this.#opsUrl !== "") started.resolve();
    };
    createInterface({ input: child.stdout }).on("line", take);
    createInterface({ input: child.stderr }).on("line", take);
    child.once("exit", () => {
      process.off("exit", killAtExit);
      this.#child = null;
      this.#opsUrl = "";
      this.#changed();
      started.reject(new Error(`Signalman did not start:\n${this.#lastWords()}`));
    });
    await started.promise;
    this.#changed();
  }

  /** Resolves once /readyz says so; rejects where it ends before that, or is not ready in time. */
  async ready(timeoutMs = 60_000): Promise<void> {
    const endMs = performance.now() + timeoutMs;
    while (performance.now() < endMs) {
      if (this.#child === null) throw new Error(`Signalman ended:\n${this.#lastWords()}`);
      if (this.#opsUrl !== "" && (await isReady(this.#opsUrl))) return;
      await delay(readyPollMs);
    }
    throw new Error(`Signalman was not ready within ${timeoutMs} ms:\n${this.#lastWords()}`);
  }

  /** `kill -9`, no word of goodbye. Nothing where it does not run. */
  async kill(): Promise<void> {
    if (this.#child !== null) await end(this.#child, "SIGKILL");
  }

  /** `kill`, then a new process, which knows only what was stored. Nothing where it does not run. */
  async crash(now: () => number): Promise<void> {
    if (this.#opsUrl === "") return;
    const crash: Crash = { atMs: now(), pid: this.pid, upMs: null };
    this.crashes.push(crash);
    await this.kill();
    await this.start();
    crash.upMs = now();
    this.#changed();
  }

  /** SIGTERM; returns the exit code, null where it did not run. One that does not end in time is killed, and that is an error. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    let isLate = false;
    const timer = setTimeout(() => (isLate = child.kill("SIGKILL")), stopMs);
    await end(child, "SIGTERM");
    clearTimeout(timer);
    if (isLate) throw new Error(`Signalman did not stop within ${stopMs} ms:\n${this.#lastWords()}`);
    return child.exitCode;
  }

  #take(line: string): void {
    if (this.log.push(line) > logLinesMax) this.log.shift();
    this.#opsUrl ||= opsUrlIn(line);
    this.#options.onLog?.(line);
  }

  #lastWords(): string {
    return this.log.slice(-20).join("\n");
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

async function isReady(opsUrl: string): Promise<boolean> {
  return await fetch(`${opsUrl}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** The address in the line by which `run` says that it has started; "" in any other. */
function opsUrlIn(line: string): string {
  if (!line.includes('"started"')) return "";
  return (JSON.parse(line) as { readonly ops?: string }).ops ?? "";
}
