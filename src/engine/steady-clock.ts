import { realClock } from "./real-clock.ts";

/** Since the process began: nobody sets it, and it says nothing of the date. For what must last as long as it says. */
export const steadyClock = realClock(() => performance.now());
