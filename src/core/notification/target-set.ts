import { mergeTiming } from "./make-rule.ts";
import { mergeDestination } from "./merge-destination.ts";
import type { Target, TargetSet } from "./rule.ts";
import type { WrittenDestination } from "./written-destination.ts";
import type { WrittenSpec, WrittenTarget } from "./written-target.ts";

/**
 * The targets of a ClusterNotification and the Notification of its name (either may be null): the former's in its order, then those that only
 * the Notification has, then the unnamed one. Of one that both have, the Notification's `match` counts. One without a match claims nothing
 * and is left out: `targetProblems` tells.
 */
export function targetSetOf(upper: WrittenSpec | null, lower: WrittenSpec | null): TargetSet {
  const names = new Set([...(upper?.targets ?? []), ...(lower?.targets ?? [])].map((it) => it.name));
  const targets: Target[] = [];
  for (const name of names) {
    const [above, below] = [targetOf(upper, name), targetOf(lower, name)];
    const match = below?.match ?? above?.match;
    if (match !== undefined) targets.push({ name, match, ...standards({ upper, lower }, { above, below }) });
  }
  targets.push({ name: "", match: null, ...standards({ upper, lower }, {}) });
  return { key: JSON.stringify(targets), targets };
}

/** All clusters together, as without any targets. */
export function undivided(standards: Pick<Target, "timing" | "modified">): TargetSet {
  const targets = [{ name: "", match: null, ...standards }];
  return { key: JSON.stringify(targets), targets };
}

/** What a spec says of its destinations in one target: its own, changed by those of the target, and those that the target alone has. */
export function destinationsIn(spec: WrittenSpec | null, target: string): readonly WrittenDestination[] {
  if (spec === null) return [];
  const changes = new Map(targetOf(spec, target)?.destinations?.map((it) => [it.name, it]));
  const changed = spec.destinations.map((destination) => {
    const change = changes.get(destination.name);
    changes.delete(destination.name);
    return change === undefined ? destination : mergeDestination(destination, change);
  });
  return [...changed, ...changes.values()];
}

/** What all levels make of a destination in a target; null where none has it. `above` is the ClusterNotification's. */
export function wholeDestination(
  { spec, above }: { spec: WrittenSpec | null; above: WrittenSpec | null },
  { target, destination }: { target: string; destination: string },
): WrittenDestination | null {
  const [upper, own] = [above, spec].map((it) => destinationsIn(it, target).find(({ name }) => name === destination));
  if (upper === undefined || own === undefined) return own ?? upper ?? null;
  return mergeDestination(upper, own);
}

/** What a spec says of a target; undefined where nothing. */
export function targetOf(spec: WrittenSpec | null, name: string): WrittenTarget | undefined {
  return spec?.targets?.find((it) => it.name === name);
}

interface Levels {
  readonly upper: WrittenSpec | null;
  readonly lower: WrittenSpec | null;
}

/** Of each level the target goes before the whole. */
function standards(
  { upper, lower }: Levels,
  { above, below }: { above?: WrittenTarget | undefined; below?: WrittenTarget | undefined },
): Pick<Target, "timing" | "modified"> {
  const levels = [below, lower, above, upper];
  return {
    timing: mergeTiming(...levels.map((it) => it?.timing)),
    modified: levels.find((it) => it?.modified !== undefined)?.modified ?? "failure",
  };
}
