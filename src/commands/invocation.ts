import type { Readable, Writable } from "node:stream";

/** What a command is started with. Commands read nothing else of the process, so that tests and `demo` can start them too. */
export interface Invocation {
  /** Everything after the verb. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted on SIGTERM or SIGINT: stop within 10 s (design §2). Without one the command runs to its end. */
  readonly signal?: AbortSignal;
}

/** Runs a verb to its end and returns the exit code: 0 done, 1 failed or refused, 2 misuse. */
export type Command = (invocation: Invocation) => Promise<number>;
