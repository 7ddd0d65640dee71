import type { ObservedWorld } from "./observed-world.ts";

/** A promise that was not kept. */
export interface Violation {
  readonly promise: string;
  /** When, milliseconds since the epoch. */
  readonly ms: number;
  readonly text: string;
}

/** Looks at a world that has come to its quiet end. One promise a checker. */
export type Checker<World extends ObservedWorld = ObservedWorld> = (world: World) => readonly Violation[];
