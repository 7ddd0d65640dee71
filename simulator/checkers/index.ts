import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { ObservedWorld } from "./observed-world.ts";
import { bounds } from "./bounds.ts";
import { clusters } from "./clusters.ts";
import { conversations } from "./conversations.ts";
import { groups } from "./groups.ts";
import { fencing } from "./fencing.ts";
import { memory } from "./memory.ts";
import { news } from "./news.ts";
import { noDuplicates } from "./no-duplicates.ts";
import { nothingLost } from "./nothing-lost.ts";
import { order } from "./order.ts";
import { pendings } from "./pendings.ts";
import { truth } from "./truth.ts";
import { silence } from "./silence.ts";
import type { Violation } from "./violation.ts";
import { webhookIdentity } from "./webhook-identity.ts";
import { writes } from "./writes.ts";

/** What receivers can see. */
const visible = [truth, order, nothingLost, noDuplicates, webhookIdentity, pendings, conversations, groups];
/** What only a simulated world shows. */
const inside = [fencing, silence, news, clusters, writes, memory, bounds];

/** Every promise that a world broke, in the order of time. */
export function check(world: SimulatedWorld): readonly Violation[] {
  return [...checkVisible(world), ...inside.flatMap((checker) => checker(world))].sort((a, b) => a.ms - b.ms);
}

/** Every promise that was broken before the receivers' eyes, in a simulated world or in one of real processes, in the order of time. */
export function checkVisible(world: ObservedWorld): readonly Violation[] {
  return visible.flatMap((checker) => checker(world)).sort((a, b) => a.ms - b.ms);
}
