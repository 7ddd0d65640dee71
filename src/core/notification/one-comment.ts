import type { Complaint } from "./schema-parts.ts";
import type { WrittenDestination } from "./written-destination.ts";

interface WrittenDestinations {
  readonly destinations: readonly WrittenDestination[];
  readonly targets?: readonly { readonly destinations?: readonly WrittenDestination[] | undefined }[] | undefined;
}

/** All targets of a Notification share the comment of a destination: two texts would overwrite each other. */
export function complainOfComments({ destinations, targets = [] }: WrittenDestinations): readonly Complaint[] {
  const shared = new Set(destinations.map((it) => it.name));
  const bodies = new Map(destinations.map((it) => [it.name, it.github?.pullRequestComment?.body]));
  return targets.flatMap((target, index) => {
    return (target.destinations ?? []).flatMap(({ name, github }, position): Complaint[] => {
      const comment = github?.pullRequestComment;
      if (comment === undefined) return [];
      if (!bodies.has(name)) bodies.set(name, comment.body);
      const isInherited = comment.body === undefined && shared.has(name);
      if (isInherited || comment.body === bodies.get(name)) return [];
      const path = ["targets", index, "destinations", position, "github", "pullRequestComment", "body"];
      const message = `All targets share the comment of destination "${name}", so it has one body. Write it in spec.destinations.`;
      return [{ code: "UnusedField", path, message }];
    });
  });
}
