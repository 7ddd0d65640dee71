import { z } from "zod";
import { limits } from "../limits.ts";
import { type RolloutMemory, newMemory, troubleKey } from "./memory.ts";
import type { Standing, Trouble } from "./standing.ts";

const stored = z.object({
  key: z.object({
    gitRepoUid: z.string(),
    commit: z.string(),
    generation: z.number(),
    forceSyncGeneration: z.number(),
  }),
  startedMs: z.number(),
  changed: z.boolean(),
  held: z.boolean(),
  job: z.enum(["notSeen", "unfinished", "complete", "failed"]),
  jobMessage: z.string(),
  /** null: A did not hold. */
  applied: z.object({ ms: z.number(), pollMs: z.number() }).nullable(),
  confirmed: z.boolean(),
  wanted: z.boolean(),
  /** null: it was going on. */
  stuckSinceMs: z.number().nullable(),
  /** Since when parts of A do not hold. */
  waits: z.record(z.string(), z.number()),
  /** By `troubleKey`: [brokenMs, errorMs or null]. */
  troubles: z.record(z.string(), z.tuple([z.number(), z.number().nullable()])),
});

/**
 * What of a memory must survive a restart, as a short text: which rollout, when it started, what became of its Job, whether A was confirmed,
 * and since when things are wrong that have been wrong for a while (so that a restart postpones no deadline for ever). It changes a few
 * times in a rollout only.
 */
export function storeMemory(memory: RolloutMemory): string {
  const { key, job, trackedMs } = memory;
  if (key === null) return "";
  const isOld = (sinceMs: number) => sinceMs !== Infinity && trackedMs - sinceMs >= limits.storedSinceMs;
  const value: z.infer<typeof stored> = {
    key,
    startedMs: memory.startedMs,
    changed: memory.isChanged,
    held: memory.hasHeld,
    job: job.outcome,
    jobMessage: job.message.slice(0, limits.storedMessageMax),
    applied: memory.firstAppliedMs === Infinity ? null : { ms: memory.firstAppliedMs, pollMs: memory.firstAppliedPollMs },
    confirmed: memory.confirmedMs !== Infinity,
    wanted: memory.polls.later >= 2,
    stuckSinceMs: !memory.hasHeld && isOld(memory.progressMs) ? memory.progressMs : null,
    waits: Object.fromEntries([...memory.waits].filter(([, sinceMs]) => isOld(sinceMs))),
    troubles: oldestTroubles(memory, isOld),
  };
  return JSON.stringify(value);
}

/** null where the text is none of these: the rollout is then seen for the first time. */
export function restoreMemory(text: string): RolloutMemory | null {
  const parsed = stored.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const value = parsed.data;
  const memory = newMemory();
  memory.key = value.key;
  memory.startedMs = value.startedMs;
  // What moved while nobody looked is not known.
  memory.isChanged = value.changed || !value.held;
  memory.hasHeld = value.held;
  memory.progressMs = value.stuckSinceMs ?? Infinity;
  memory.job.outcome = value.job;
  memory.job.message = value.jobMessage;
  if (value.applied !== null) {
    memory.firstAppliedMs = value.applied.ms;
    memory.firstAppliedPollMs = value.applied.pollMs;
    memory.polls.newestMs = value.applied.pollMs;
    if (value.confirmed) memory.confirmedMs = value.applied.ms;
  }
  memory.polls.later = value.wanted ? 2 : 0;
  for (const [code, sinceMs] of Object.entries(value.waits)) memory.waits.set(code as never, sinceMs);
  memory.troubles = new Map(
    Object.entries(value.troubles).map(([uid, [brokenMs, errorMs]]): [string, Trouble] => [
      uid,
      { brokenMs, errorMs: errorMs ?? Infinity },
    ]),
  );
  return memory;
}

function oldestTroubles(memory: RolloutMemory, isOld: (sinceMs: number) => boolean): Record<string, [number, number | null]> {
  const found: [uid: string, standing: Standing][] = [];
  for (const standings of [memory.bundles, memory.deployments]) {
    for (const entry of standings) if (entry[1].code !== null && isOld(entry[1].brokenMs)) found.push(entry);
  }
  const oldest = found.sort(([, one], [, other]) => one.brokenMs - other.brokenMs).slice(0, limits.storedTroublesMax);
  return Object.fromEntries(
    oldest.map(([uid, { brokenMs, errorMs }]) => [troubleKey(uid), [brokenMs, errorMs === Infinity ? null : errorMs]]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
