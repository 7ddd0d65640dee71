import type { Clock } from "./ports.ts";

/** setTimeout's bound; a later wake-up is split. */
const timeoutMaxMs = 2 ** 31 - 1;

/** A clock that goes on by itself. A pending wake-up does not keep the process alive. */
export function realClock(now: () => number): Clock {
  return {
    now,
    wakeAt(atMs, wake) {
      let timer: NodeJS.Timeout | undefined;
      const arm = () => {
        const leftMs = atMs - now();
        timer = setTimeout(() => (leftMs > timeoutMaxMs ? arm() : wake()), Math.min(Math.max(leftMs, 0), timeoutMaxMs));
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}
