import { Readable, Writable } from "node:stream";
import type { Command } from "../../src/commands/invocation.ts";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process, as `src/main.ts` would; `input` is its standard input. Files are named from the root. */
export async function runCommand(command: Command, args: readonly string[], input = ""): Promise<Ran> {
  const stdout = new Collected();
  const stderr = new Collected();
  const exitCode = await command({ args, env: {}, stdin: Readable.from([Buffer.from(input)]), stdout, stderr });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

class Collected extends Writable {
  text = "";

  override _write(chunk: unknown, _: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}
