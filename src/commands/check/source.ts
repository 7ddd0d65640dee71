import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";
import { limits } from "../../core/limits.ts";

/** One text to check; `file` is as people know it: `-` is the standard input. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** True where it was asked for by itself, and not found in a folder among other things: then it has to hold an object. */
  readonly isNamed?: boolean;
}

/** A file that could not be read: its name and why. */
export interface Unreadable {
  readonly file: string;
  readonly reason: string;
}

const extensions = /\.(ya?ml|json)$/i;

/**
 * The texts of files, of all YAML and JSON files below folders (hidden ones and node_modules left out, links to folders not followed), and of `-`. In
 * order of names. Each is read to `limits.sourceBytesMax`.
 */
export async function readSources(
  operands: readonly string[],
  { stdin, signal }: { stdin: Readable; signal?: AbortSignal },
): Promise<readonly (Source | Unreadable)[]> {
  const sources: (Source | Unreadable)[] = [];
  for (const operand of operands) {
    if (operand === "-") {
      if (signal !== undefined) addAbortSignal(signal, stdin);
      sources.push({ ...(await readSource({ file: "-", stream: stdin })), isNamed: true });
    } else if (await isFolder(operand)) sources.push(...(await readFolder(operand, signal)));
    else sources.push({ ...(await readFile(operand, signal)), isNamed: true });
  }
  return sources;
}

async function readFolder(folder: string, signal?: AbortSignal): Promise<readonly (Source | Unreadable)[]> {
  const sources: (Source | Unreadable)[] = [];
  for (const file of await filesOf(folder)) sources.push(typeof file === "string" ? await readFile(file, signal) : file);
  const nothing = { file: folder, reason: "the folder has no file that ends with .yaml, .yml or .json" };
  return sources.length > 0 ? sources : [nothing];
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (it) => it.isDirectory(),
    () => false,
  );
}

/** The YAML and JSON files below a folder, and what of it cannot be read. */
async function filesOf(folder: string): Promise<readonly (string | Unreadable)[]> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    return [{ file: folder, reason: reasonOf(error) }];
  }
  const files: (string | Unreadable)[] = [];
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesOf(path)));
    else if (extensions.test(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && !(await isFolder(path)))))
      files.push(path);
  }
  return files;
}

async function readFile(file: string, signal?: AbortSignal): Promise<Source | Unreadable> {
  return await readSource({ file, stream: createReadStream(file, { signal }) });
}

async function readSource({ file, stream }: { file: string; stream: Readable }): Promise<Source | Unreadable> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(Buffer.from(chunk as Uint8Array | string));
      bytes += chunks.at(-1)?.length ?? 0;
      if (bytes > limits.sourceBytesMax)
        return { file, reason: `it has more than ${limits.sourceBytesMax / 2 ** 20} MiB. Split it` };
    }
  } catch (error) {
    return { file, reason: reasonOf(error) };
  }
  return { file, text: Buffer.concat(chunks).toString("utf8") };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "it may not be read",
  EISDIR: "it is a folder",
  ELOOP: "it is a link that leads to itself",
  ENOENT: "it is not there",
};

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return Object.hasOwn(reasons, code) ? `${reasons[code]} (${code})` : code;
}
