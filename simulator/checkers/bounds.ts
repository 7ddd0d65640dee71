import { limits } from "../../src/core/limits.ts";
import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { Checker, Violation } from "./violation.ts";

/** Turns of the engine in ten seconds: what a burst of Fleet's changes over thirty clusters takes is below half of it. */
const turnsMax = 2_000;

/** A part of a Delivery stays within its size, and nothing spins: time passes between two turns unless something happens. */
export const bounds: Checker<SimulatedWorld> = (world) => [...sizes(world), ...spins(world)];

function sizes(world: SimulatedWorld): Violation[] {
  return world.ledger.of("save").flatMap(({ ms, name, bytes }): Violation[] => {
    if (bytes <= limits.deliveryBytesMax) return [];
    return [{ promise: "bounds", ms, text: `${name} has ${bytes} bytes; ${limits.deliveryBytesMax} are allowed` }];
  });
}

function spins(world: SimulatedWorld): Violation[] {
  return [...world.steps].flatMap(([fromMs, count]): Violation[] =>
    count <= turnsMax ? [] : [{ promise: "bounds", ms: fromMs, text: `time stopped ${count} times within 10 s` }],
  );
}
