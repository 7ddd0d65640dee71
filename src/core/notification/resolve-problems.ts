import { incompletenessOf } from "./incomplete.ts";
import type { Notification, NotificationProblem } from "./notification.ts";
import { destinationsIn, targetOf, wholeDestination } from "./target-set.ts";
import type { WrittenDestination } from "./written-destination.ts";
import type { WrittenSpec } from "./written-target.ts";

type Path = readonly (string | number)[];

/**
 * What a Notification lacks whatever the GitRepo, with the ClusterNotification of its name or without one (`upper` is null; so for a
 * ClusterNotification): destinations that are not whole in any target that has them, and targets that nobody gave a `match`.
 */
export function problemsOf(own: Notification, upper: Notification | null): readonly NotificationProblem[] {
  const spec: WrittenSpec = own.spec;
  const above: WrittenSpec | null = upper?.spec ?? null;
  const found = [...ofDestinations(own, { spec, above }), ...ofTargets(own, { spec, above })];
  return found.map((problem) => ({ notification: own.identity, problem }));
}

interface Levels {
  readonly spec: WrittenSpec;
  readonly above: WrittenSpec | null;
}

type Found = NotificationProblem["problem"];

/** A destination may leave to its targets what they all have of their own: then it is none where no target claims a cluster. */
function ofDestinations({ identity }: Notification, { spec, above }: Levels): readonly Found[] {
  return spec.destinations.flatMap((written, index) => {
    const isWholeInTarget = (spec.targets ?? []).some((target) => {
      const whole = wholeDestination({ spec, above }, { target: target.name, destination: written.name });
      return whole !== null && incompletenessOf(whole).length === 0;
    });
    if (isWholeInTarget) return [];
    const path = ["spec", "destinations", index];
    return lacks(written, { levels: { spec, above }, target: "", path, name: identity.name });
  });
}

function ofTargets({ identity }: Notification, { spec, above }: Levels): readonly Found[] {
  return (spec.targets ?? []).flatMap((target, index): readonly Found[] => {
    const path = ["spec", "targets", index];
    const isClaiming = target.match !== undefined || targetOf(above, target.name)?.match !== undefined;
    const message = `A target needs a match. Add clusterName, clusterGroup or clusterSelector. No ClusterNotification "${identity.name}" has a target "${target.name}" to inherit it from.`;
    return [
      ...(isClaiming ? [] : [{ code: "MissingField", path: [...path, "match"], message }]),
      ...(target.destinations ?? []).flatMap((written, place) =>
        lacks(written, {
          levels: { spec, above },
          target: target.name,
          path: [...path, "destinations", place],
          name: identity.name,
        }),
      ),
    ];
  });
}

function lacks(
  written: WrittenDestination,
  { levels, target, path, name }: { levels: Levels; target: string; path: Path; name: string },
): readonly Found[] {
  const whole = wholeDestination(levels, { target, destination: written.name });
  const isInherited = destinationsIn(levels.above, target).some((it) => it.name === written.name);
  const isOverriding = isInherited || (target !== "" && levels.spec.destinations.some((it) => it.name === written.name));
  const remedy = isOverriding ? "" : `No ClusterNotification "${name}" has a destination "${written.name}" to inherit from.`;
  return incompletenessOf(whole ?? written, { written, remedy }).map((it) => {
    return { code: it.code, path: [...path, ...(it.path ?? [])], message: it.message };
  });
}
