import { setTimeout as delay } from "node:timers/promises";
import type { Recording } from "../../src/commands/replay/recording.ts";
import { ApiClient } from "../contract/api-client.ts";
import type { ApiServerAddress } from "../contract/api-client.ts";
import { ObjectPlayer } from "./object-player.ts";

/**
 * Plays a recording into a Kubernetes API, real or simulated, so that whoever watches it sees what was recorded: every recorded change
 * is one write, or a few where the server insists. What a server decides by itself is led there:
 *
 * - **uids** are the server's. Every recorded uid is replaced by the one that the server gave to the same object, wherever it stands:
 *   a Job's owner reference names the GitRepo that is there.
 * - **generations** are the server's too, and nothing is translated: `observedGeneration`, a Job's annotation `generation` and its
 *   labels are played as they were recorded, and the server is made to count as it did then. A spec is sent only with a recorded
 *   change of generation, together with the field `spec.recordedGeneration`, so that it counts also where recordings leave out what
 *   changed (a bundle's resources). A generation that was skipped is counted through by that field alone. A deletion that finalizers
 *   hold counts by itself, then as now.
 * - **statuses** go to `/status`, everything else to the object.
 * - **finalizers** are played; the end of an object takes away what still holds it. What the garbage collector's finalizers did is
 *   asked for by the deletion's policy.
 * - **Jobs** are immutable and recordings leave out their pods: they get a template that never runs, and no later spec.
 * - **times** (whole values such as 2026-11-23T13:11:38Z) are shifted by the same span, so that the recording begins now; they are
 *   not scaled with the pace, since two polls within a second would then show the same time.
 */
export async function playRecording(address: ApiServerAddress, recording: Recording, options: PlayOptions = {}): Promise<Played> {
  const client = new ApiClient(address);
  // Whole seconds: the times that are shifted have no others.
  const shiftMs = recording.startedMs === 0 ? 0 : Math.round((Date.now() - recording.startedMs) / 1_000) * 1_000;
  const player = new ObjectPlayer(client, shiftMs);
  const beganMs = performance.now();
  try {
    for (const change of recording.changes) {
      const waitMs = change.ms / (options.speed ?? Number.POSITIVE_INFINITY) - (performance.now() - beganMs);
      if (waitMs > 0) await delay(waitMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
      options.signal?.throwIfAborted();
      await player.play(change);
    }
    return {
      uids: player.uids,
      shiftMs: player.shiftMs,
      lateMs: Math.max(0, performance.now() - beganMs - playedMs(recording, options)),
    };
  } finally {
    await client.close();
  }
}

export interface PlayOptions {
  /** Recorded milliseconds in a real one: 10 plays a minute in six seconds. Absent: as fast as the server takes it. */
  readonly speed?: number;
  readonly signal?: AbortSignal;
}

export interface Played {
  /** Recorded uid → the server's. */
  readonly uids: ReadonlyMap<string, string>;
  /** What was added to every recorded time. */
  readonly shiftMs: number;
  /** How much later than its pace the last change was written. */
  readonly lateMs: number;
}

function playedMs(recording: Recording, { speed = Number.POSITIVE_INFINITY }: PlayOptions): number {
  return (recording.changes.at(-1)?.ms ?? 0) / speed;
}
