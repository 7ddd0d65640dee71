import { limits } from "../../src/core/limits.ts";

/** When the agent of each cluster checked in, as Fleet shows it. */
export class CheckinTimeline {
  readonly #checkins = new Map<string, number[]>();

  /** Looks at what a cluster's agent wrote last. */
  look(cluster: string, seenMs: number): void {
    const seen = this.#checkins.get(cluster) ?? [];
    if (seen.at(-1) === seenMs) return;
    seen.push(seenMs);
    this.#checkins.set(cluster, seen);
  }

  /** When the agent was silent for longer than is allowed, oldest first; `toMs` is Infinity where it still is, or will be unless it checks in. */
  silences(cluster: string): readonly { readonly fromMs: number; readonly toMs: number }[] {
    const seen = this.#checkins.get(cluster) ?? [];
    const spans = seen.map((seenMs, index) => ({ fromMs: seenMs + limits.offlineMinMs, toMs: seen[index + 1] ?? Infinity }));
    return spans.filter(({ fromMs, toMs }) => fromMs < toMs);
  }
}
