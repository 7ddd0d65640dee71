import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { readRecording } from "../../src/commands/replay/recording.ts";
import { Inventory } from "../../src/core/fleet/inventory.ts";
import { project } from "../../src/core/fleet/project.ts";
import type { FleetChange } from "../../src/core/fleet/record.ts";
import { judge } from "../../src/core/rollout/judge.ts";
import type { ReadyRule } from "../../src/core/rollout/ready-rule.ts";
import type { Rollout } from "../../src/core/rollout/rollout.ts";
import { newMemory, track } from "../../src/core/rollout/track.ts";
import { RecordedTruth } from "../replay/recorded-truth.ts";

const folder = resolve(import.meta.dirname, "../recordings");

/** A recording as changes of records, with the truth beside it: read once, judged many times. */
export interface Judgeable {
  readonly name: string;
  readonly startedMs: number;
  readonly changes: readonly { readonly ms: number; readonly change: FleetChange }[];
  readonly truth: RecordedTruth;
  readonly gitRepo: string;
}

export async function readJudgeables(): Promise<readonly Judgeable[]> {
  const files = readdirSync(folder).filter((it) => it.endsWith(".jsonl.gz"));
  return await Promise.all(files.map(readJudgeable));
}

async function readJudgeable(file: string): Promise<Judgeable> {
  const path = resolve(folder, file);
  const { meta, startedMs, changes } = await readRecording(path);
  return {
    name: file.replace(".jsonl.gz", ""),
    startedMs,
    gitRepo: meta.gitrepo,
    truth: new RecordedTruth(path),
    changes: changes.flatMap(({ ms, type, object }) => {
      const record = project(object);
      if (record === null) return [];
      const change: FleetChange =
        type === "DELETED" ? { kind: "remove", recordKind: record.kind, uid: record.uid } : { kind: "put", record };
      return [{ ms, change }];
    }),
  };
}

export interface Seen {
  readonly ms: number;
  readonly rollout: Rollout;
}

/** Judges a recording at each of its changes, and at each moment at which the verdict may change by itself, to an hour after its end. */
export function judged(
  recording: Judgeable,
  { settleMs, rule }: { settleMs: number; rule?: ReadyRule },
  see: (seen: Seen) => void,
): void {
  const inventory = new Inventory();
  const memory = newMemory(rule);
  const timing = { settleMs, errorGraceMs: 180_000, notReadyDeadlineMs: 600_000 };
  let uid = "";
  let wakeAtMs = Infinity;
  const look = (nowMs: number) => {
    const view = inventory.view(uid);
    wakeAtMs = Infinity;
    if (view === null) return;
    track(memory, view, nowMs);
    const judgement = judge({ view, memory, timing, modified: "failure" }, nowMs);
    wakeAtMs = Math.max(judgement.wakeAtMs, nowMs + 1);
    see({ ms: nowMs - recording.startedMs, rollout: judgement.rollout });
  };
  const wakeUntil = (endMs: number) => {
    for (let atMs = wakeAtMs; atMs < endMs; atMs = wakeAtMs) look(atMs);
  };
  for (const { ms, change } of recording.changes) {
    wakeUntil(recording.startedMs + ms);
    inventory.apply(change);
    if (change.kind === "put" && change.record.kind === "GitRepo" && change.record.name === recording.gitRepo)
      uid = change.record.uid;
    look(recording.startedMs + ms);
  }
  wakeUntil(recording.startedMs + (recording.changes.at(-1)?.ms ?? 0) + 3_600_000);
}

/** At how many looks the judge said "ready" of a commit that was not what ran. */
export function falseWords(recording: Judgeable, options: { settleMs: number; rule?: ReadyRule }): number {
  let count = 0;
  judged(recording, options, ({ ms, rollout }) => {
    if (rollout.phase === "ready" && !recording.truth.isDeployed(rollout.key.commit, ms)) count += 1;
  });
  return count;
}

/** The moments at which the judge began to say "ready" of a commit that was not what ran: what would have been told. */
export function falseSuccesses(recording: Judgeable, options: { settleMs: number; rule?: ReadyRule }): readonly number[] {
  const found: number[] = [];
  let said = "";
  judged(recording, options, ({ ms, rollout }) => {
    const ready = rollout.phase === "ready" ? rollout.key.commit : "";
    if (ready !== "" && ready !== said && !recording.truth.isDeployed(ready, ms)) found.push(ms);
    said = ready;
  });
  return found;
}
