import { type FleetTimings, recordedTimings } from "../world/fleet-timings.ts";

/** As recorded, with fewer steps where nothing depends on them. */
export const worldTimings: FleetTimings = { ...recordedTimings, agentCheckin: 900_000 };
