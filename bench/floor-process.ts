import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** One of the floors (floor.ts) as a process of its own. */
export class FloorProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, "floor.ts"), ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { stdout } = this.#child;
    if (stdout === null) throw new Error("the floor's output is not piped");
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async ready(): Promise<void> {
    const line = await this.#lines.next();
    if (line.value !== "ready") throw new Error(`the floor said ${JSON.stringify(line.value)} in place of "ready"`);
  }

  /** Its next line of JSON. */
  async says(): Promise<Readonly<Record<string, number>>> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error("the floor ended");
    return JSON.parse(line.value) as Record<string, number>;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}
