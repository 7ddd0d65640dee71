import { realClock } from "./real-clock.ts";

/** The date and time. Somebody may set it, forwards and backwards. */
export const systemClock = realClock(() => Date.now());
