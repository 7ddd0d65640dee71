import { overview } from "./settings-help.ts";
import { type Verb, verbs } from "./setting.ts";
import { nearest } from "./core/template/suggest.ts";
import type { Command, Invocation } from "./commands/invocation.ts";

/** Finds the command of a verb and runs it; returns the exit code. */
async function main([verb = "", ...args]: readonly string[], surroundings: Omit<Invocation, "args">): Promise<number> {
  const { stdout, stderr } = surroundings;
  const known = verbs.find((it) => it === verb);
  if (known !== undefined) return (await commandOf(known))({ ...surroundings, args });
  if (["help", "--help", "-h"].includes(verb)) {
    stdout.write(overview());
    return 0;
  }
  const meant = nearest(verb, verbs);
  if (verb !== "") {
    stderr.write(`signalman: there is no verb ${JSON.stringify(verb)}.${meant === null ? "" : ` Did you mean ${meant}?`}\n\n`);
  }
  stderr.write(overview());
  return 2;
}

/** Each command's libraries are loaded when it is called: `check` needs neither Kubernetes nor GitHub. */
async function commandOf(verb: Verb): Promise<Command> {
  const file = (await import(`./commands/${verb}.ts`)) as Readonly<Record<Verb, Command>>;
  return file[verb];
}

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
// Who reads the output has had enough: `signalman check . | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const { env, stdin, stdout, stderr } = process;
const exitCode = await main(process.argv.slice(2), { env, stdin, stdout, stderr, signal: stop.signal });
// What V8 compiles in the background may need the main thread for a collection, and a process that ends meanwhile joins that thread for ever
// (nodejs/node#54918). With our heap flags 56 of 900 processes that ended while busy hung; after a moment without JavaScript, 0 of 750.
const lastCompilationsMs = 50;
stdout.write("", () => setTimeout(() => process.exit(exitCode), lastCompilationsMs));
