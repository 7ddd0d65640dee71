import { describe, expect, test } from "vitest";
import { readRecording } from "../../src/commands/replay/recording.ts";
import type { RecordedChange } from "../../src/commands/replay/recording.ts";
import { rewriteRecorded } from "../e2e/object-player.ts";
import { playRecording } from "../e2e/play-recording.ts";
import type { Played } from "../e2e/play-recording.ts";
import { ApiClient } from "./api-client.ts";
import type { WatchLine } from "./api-client.ts";
import type { ContractTarget } from "./contract-target.ts";

const lists = ["gitrepos", "bundles", "bundledeployments", "clusters"].map(
  (plural) => `/apis/fleet.cattle.io/v1alpha1/${plural}`,
);
const watched = [...lists, "/apis/batch/v1/jobs"];

type Seen = Pick<WatchLine, "type" | "object">;

/** What must be the same in a recorded and a played object. */
function comparable({ type, object }: Seen): unknown {
  const { metadata, spec, status } = object;
  if (type === "DELETED") return { type };
  const labels = Object.entries(metadata.labels ?? {}).filter(([key]) => !/controller-uid$|job-name$/.test(key));
  const { recordedGeneration: _marker, ...rest } = spec ?? {};
  return {
    type,
    generation: metadata.generation,
    labels: Object.fromEntries(labels),
    annotations: metadata.annotations ?? {},
    finalizers: metadata.finalizers ?? [],
    owners: metadata.ownerReferences ?? [],
    deleting: metadata.deletionTimestamp !== undefined,
    // The server makes up the rest of a Job's spec.
    spec: object.kind === "Job" ? {} : rest,
    status: status ?? {},
  };
}

const nameOf = ({ object }: Seen) => `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`;

function byObject(lines: readonly Seen[]): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const line of lines) found.set(nameOf(line), [...(found.get(nameOf(line)) ?? []), comparable(line)]);
  return found;
}

/** How every object stands at the end: gone, or in which state, however it was told. */
function lastOf(lines: readonly Seen[]): Readonly<Record<string, unknown>> {
  const last = new Map(lines.map((line) => [nameOf(line), line]));
  const standing = ({ type, object }: Seen) => comparable({ type: type === "DELETED" ? type : "MODIFIED", object });
  return Object.fromEntries([...last].map(([name, line]) => [name, standing(line)]));
}

/**
 * What was there when the recording began, or was first seen with a status, is created without it and updated: the watch tells two
 * states where one was recorded. The first is dropped here.
 */
function withoutMakingUp(seen: readonly unknown[], recorded: readonly unknown[]): readonly unknown[] {
  const extra = seen.length - recorded.length;
  if (extra <= 0) return seen;
  return [{ ...(seen[extra] as object), type: "ADDED" }, ...seen.slice(extra + 1)];
}

function expectedLines(changes: readonly RecordedChange[], played: Played): readonly Seen[] {
  return changes.map(({ type, object }) => ({ type, object: rewriteRecorded(object, played) }));
}

/** Played recordings are seen by a watch as they were recorded: every state of every object, in order, generations included. */
export function recordingContract(start: () => Promise<ContractTarget>, files: readonly string[]): void {
  describe.each(files.map((file) => ({ file, name: file.replace(/^.*\//, "") })))("$name", ({ file }) => {
    test("a watch sees every recorded state of every object, in order", async () => {
      const target = await start();
      const client = new ApiClient(target);
      const recording = await readRecording(file);
      const lines: WatchLine[] = [];
      const ending = new AbortController();
      await emptied(client);
      const watches = watched.map((path) => follow(client, path, { lines, signal: ending.signal }));
      try {
        await Promise.all(watches.map(({ opened }) => opened));
        const played = await playRecording(target, recording);
        const expected = expectedLines(recording.changes, played);
        const ends = lastOf(expected);
        await expect.poll(() => lastOf(lines), { timeout: 10_000 }).toEqual(ends);
        const seen = byObject(lines);
        for (const [name, recorded] of byObject(expected)) {
          expect({ name, states: withoutMakingUp(seen.get(name) ?? [], recorded) }).toEqual({ name, states: recorded });
        }
      } finally {
        ending.abort();
        await Promise.all(watches.map(({ ended }) => ended));
        await client.close();
      }
    });
  });
}

/** Deletes what an earlier recording left. */
async function emptied(client: ApiClient): Promise<void> {
  for (const path of watched) {
    const { body } = await client.get(path);
    for (const { metadata } of body.items) {
      const own = path.replace(/\/([^/]+)$/, `/namespaces/${metadata.namespace}/$1/${metadata.name}`);
      await client.patch(own, { metadata: { finalizers: null } });
      await client.request("DELETE", `${own}?propagationPolicy=Background`);
    }
  }
}

interface Following {
  readonly lines: WatchLine[];
  readonly signal: AbortSignal;
}

/** Collects a watch's lines until it is aborted; `opened` when the list that it begins from was read. */
function follow(
  client: ApiClient,
  path: string,
  { lines, signal }: Following,
): { opened: Promise<unknown>; ended: Promise<void> } {
  const opened = client.get(path);
  const ended = (async () => {
    const { body } = await opened;
    try {
      const query = `watch=1&timeoutSeconds=600&resourceVersion=${body.metadata.resourceVersion}`;
      for await (const line of client.watch(`${path}?${query}`, { signal })) lines.push(line);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  })();
  return { opened, ended };
}
