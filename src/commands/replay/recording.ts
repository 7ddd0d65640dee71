import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";

const commit = z.looseObject({
  sha: z.string(),
  parents: z.array(z.string()),
  message: z.string().default(""),
  pullRequest: z.union([z.number(), z.looseObject({ number: z.number() })]).optional(),
});
export type RecordedCommit = z.infer<typeof commit>;

const meta = z.looseObject({
  fleet: z.string().default(""),
  namespace: z.string().default(""),
  gitrepo: z.string().default(""),
  started: z.string().optional(),
  git: z.array(commit).default([]),
});

/** One change of an object, as the API server's watch sent it. `ms` counts from the recording's start. */
export interface RecordedChange {
  readonly ms: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: unknown;
}

export interface Recording {
  readonly meta: z.infer<typeof meta>;
  /** When it was started, milliseconds since the epoch; what `ms` is added to. */
  readonly startedMs: number;
  readonly changes: readonly RecordedChange[];
}

const gunzipAsync = promisify(gunzip);
const types = new Set(["ADDED", "MODIFIED", "DELETED"]);

/**
 * Reads a recording (design §11): gzipped or plain JSON lines, the first one `{"meta": …}`. Lines of tests (`act`, `truth`) and lines that
 * are none are passed over.
 *
 * Throws an Error that names the file and the line where the first line is no meta or a line is no JSON.
 */
export async function readRecording(file: string): Promise<Recording> {
  const bytes = await readFile(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? await gunzipAsync(bytes) : bytes).toString("utf8");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const first = meta.safeParse((parseLine(file, lines[0] ?? "{}", 1) as { meta?: unknown }).meta);
  if (!first.success)
    throw new Error(`${file}:1: not a recording: the first line must be {"meta": {…}}. Make one with "signalman record".`);
  const changes: RecordedChange[] = [];
  for (const [index, line] of lines.entries()) {
    const value = parseLine(file, line, index + 1) as Partial<RecordedChange>;
    if (typeof value.ms === "number" && types.has(value.type ?? "")) changes.push(value as RecordedChange);
  }
  const startedMs = Date.parse(first.data.started ?? "");
  return { meta: first.data, startedMs: Number.isNaN(startedMs) ? 0 : startedMs, changes };
}

/** Reads `--commits FILE`: JSON lines `{sha, parents, message, pullRequest?}`. */
export async function readCommits(file: string): Promise<readonly RecordedCommit[]> {
  const lines = (await readFile(file, "utf8")).split("\n");
  return lines.flatMap((line, index) => (line.trim() === "" ? [] : [parseCommit(file, line, index + 1)]));
}

function parseCommit(file: string, line: string, number: number): RecordedCommit {
  const parsed = commit.safeParse(parseLine(file, line, number));
  if (parsed.success) return parsed.data;
  throw new Error(`${file}:${number}: not a commit: expected {"sha": "…", "parents": ["…"], "message": "…", "pullRequest": 12}`);
}

function parseLine(file: string, line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${file}:${number}: not JSON: ${JSON.stringify(line.slice(0, 60))}. A recording has one JSON object a line.`);
  }
}
