import { z } from "zod";
import { type RolloutMemory, newMemory } from "./memory.ts";

const stored = z.object({
  uid: z.string(),
  commit: z.string(),
  generation: z.number(),
  forceSync: z.number(),
  startedMs: z.number(),
  complete: z.boolean(),
  changed: z.boolean(),
  failingSinceMs: z.number().nullable(),
});

/** What a restart must not forget of a rollout: its start, that its Job was seen Complete, since when something fails (design §4). */
export function storeMemory(memory: RolloutMemory): string {
  const { key } = memory;
  if (key === null) return "";
  const failingSinceMs = Math.min(memory.restoredFailingSinceMs, ...[...memory.since.values()].map((it) => it.sinceMs));
  return JSON.stringify({
    uid: key.gitRepoUid,
    commit: key.commit,
    generation: key.generation,
    forceSync: key.forceSyncGeneration,
    startedMs: memory.startedMs,
    complete: memory.isJobSeenComplete,
    changed: memory.isChanged,
    failingSinceMs: failingSinceMs === Infinity ? null : failingSinceMs,
  });
}

/** The memory that `storeMemory` wrote; a fresh one where the text is none. */
export function restoreMemory(text: string): RolloutMemory {
  const parsed = stored.safeParse(parseJson(text));
  if (!parsed.success) return newMemory();
  const { uid, commit, generation, forceSync, startedMs, complete, changed, failingSinceMs } = parsed.data;
  return {
    ...newMemory(),
    key: { gitRepoUid: uid, commit, generation, forceSyncGeneration: forceSync },
    startedMs,
    isJobSeenComplete: complete,
    isChanged: changed,
    restoredFailingSinceMs: failingSinceMs ?? Infinity,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
