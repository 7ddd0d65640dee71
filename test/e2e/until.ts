import { setTimeout as delay } from "node:timers/promises";

const pollMs = 50;

/** Waits until a condition holds; fails after `timeoutMs` and says which one. A condition that throws does not hold yet. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  let problem = "";
  while (performance.now() < endMs) {
    try {
      if (await holds()) return;
      problem = "";
    } catch (error) {
      problem = ` (${error instanceof Error ? error.message : String(error)})`;
    }
    await delay(pollMs);
  }
  throw new Error(`not within ${timeoutMs / 1_000} s: ${what}${problem}`);
}
