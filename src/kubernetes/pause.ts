import type { Clock } from "../engine/ports.ts";

/** Waits by the given clock, or until `signal` is aborted; never rejects. */
export async function pause({ clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal }): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  const cancel = clock.wakeAt(clock.now() + ms, resolve);
  signal.addEventListener("abort", onAbort);
  await promise;
  cancel();
  signal.removeEventListener("abort", onAbort);
}
