import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** One text to check; `file` is as people know it: `-` is the standard input. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** A file that could not be read: its name and why. */
export interface Unreadable {
  readonly file: string;
  readonly reason: string;
}

const extensions = /\.(ya?ml|json)$/i;

/** The texts of files, of all YAML and JSON files below folders (hidden ones and node_modules left out), and of `-`. In order of names. */
export async function readSources(
  operands: readonly string[],
  { stdin, signal }: { stdin: Readable; signal?: AbortSignal },
): Promise<readonly (Source | Unreadable)[]> {
  const sources: (Source | Unreadable)[] = [];
  for (const operand of operands) {
    if (operand === "-") {
      if (signal !== undefined) addAbortSignal(signal, stdin);
      sources.push({ file: "-", text: await text(stdin) });
      continue;
    }
    for (const file of await filesOf(operand)) sources.push(await readSource(file));
  }
  return sources;
}

async function filesOf(path: string): Promise<readonly string[]> {
  const isFolder = await stat(path).then(
    (it) => it.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const file = join(path, entry.name);
    if (entry.isDirectory()) files.push(...(await filesOf(file)));
    else if (extensions.test(entry.name)) files.push(file);
  }
  return files;
}

async function readSource(file: string): Promise<Source | Unreadable> {
  try {
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    return { file, reason: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}
