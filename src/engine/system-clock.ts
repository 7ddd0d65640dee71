import type { Clock } from "./ports.ts";

/** setTimeout's bound; a later wake-up is split. */
const timeoutMaxMs = 2 ** 31 - 1;

/** The real time. A pending wake-up does not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt(atMs, wake) {
    let timer: NodeJS.Timeout | undefined;
    const arm = () => {
      const leftMs = atMs - Date.now();
      timer = setTimeout(() => (leftMs > timeoutMaxMs ? arm() : wake()), Math.min(Math.max(leftMs, 0), timeoutMaxMs));
    };
    arm();
    return () => clearTimeout(timer);
  },
};
