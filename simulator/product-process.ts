import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const program = resolve(import.meta.dirname, "../src/main.ts");

export interface ProductProcessOptions {
  /** Flags after `run`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Gets each line that the product logs. */
  readonly onLog: (line: string) => void;
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

/** Signalman as a process of its own, started as the image starts it, so that it can be killed for real. */
export class ProductProcess {
  readonly crashes: Crash[] = [];
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
    const { args, env } = this.#options;
    const flags = ["--disallow-code-generation-from-strings", "--max-semi-space-size=2", "--optimize-for-size"];
    const child = spawn(process.execPath, [...flags, program, "run", ...args], {
      env: { ...env, PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const killAtExit = () => void child.kill("SIGKILL");
    process.once("exit", killAtExit);
    const started = Promise.withResolvers<void>();
    const last: string[] = [];
    const take = (line: string) => {
      if (last.push(line) > 20) last.shift();
      this.#opsUrl ||= opsUrlIn(line);
      if (this.#opsUrl !== "") started.resolve();
      this.#options.onLog(line);
    };
    createInterface({ input: child.stdout }).on("line", take);
    createInterface({ input: child.stderr }).on("line", take);
    child.once("exit", () => {
      process.off("exit", killAtExit);
      this.#child = null;
      this.#opsUrl = "";
      this.#changed();
      started.reject(new Error(`Signalman did not start:\n${last.join("\n")}`));
    });
    await started.promise;
    this.#changed();
  }

  /** `kill -9`, no word of goodbye; then a new process, which knows only what was stored. Nothing where it does not run. */
  async crash(now: () => number): Promise<void> {
    const child = this.#child;
    if (child === null || this.#opsUrl === "") return;
    const crash: Crash = { atMs: now(), pid: this.pid, upMs: null };
    this.crashes.push(crash);
    await end(child, "SIGKILL");
    await this.start();
    crash.upMs = now();
    this.#changed();
  }

  /** SIGTERM; resolves when it has ended. One that does not end in time is killed. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
    await end(child, "SIGTERM");
    clearTimeout(timer);
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

/** The address in the line by which `run` says that it has started; "" in any other. */
function opsUrlIn(line: string): string {
  if (!line.includes('"started"')) return "";
  return (JSON.parse(line) as { readonly ops?: string }).ops ?? "";
}
