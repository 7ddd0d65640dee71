import type { Complaint } from "./schema-parts.ts";
import type { WrittenDestination } from "./written-destination.ts";

interface WrittenDestinations {
  readonly destinations: readonly WrittenDestination[];
  readonly targets?: readonly { readonly destinations?: readonly WrittenDestination[] | undefined }[] | undefined;
}

/** What a comment has one of, and where it is written. */
const shared = {
  body: ["github", "pullRequestComment", "body"],
  auth: ["github", "auth"],
  apiUrl: ["github", "apiUrl"],
} as const;

type Shared = keyof typeof shared;

/**
 * All targets of a Notification share the comment of a destination: two texts would overwrite each other, and two authors cannot edit one
 * comment.
 */
export function complainOfComments({ destinations, targets = [] }: WrittenDestinations): readonly Complaint[] {
  const inherited = new Set(destinations.map((it) => it.name));
  return (Object.keys(shared) as Shared[]).flatMap((field) => {
    const first = new Map(destinations.map((it) => [it.name, textOf(it, field)]));
    return targets.flatMap((target, index) => {
      return (target.destinations ?? []).flatMap((destination, position): Complaint[] => {
        const { name, github } = destination;
        if (github?.pullRequestComment === undefined) return [];
        const text = textOf(destination, field);
        if (!first.has(name)) first.set(name, text);
        const isInherited = text === undefined && inherited.has(name);
        if (isInherited || text === first.get(name)) return [];
        const path = ["targets", index, "destinations", position, ...shared[field]];
        const message = `All targets share the comment of destination "${name}", so it has one ${field}. Write it in spec.destinations.`;
        return [{ code: "UnusedField", path, message }];
      });
    });
  });
}

/** Equal for what is the same. */
function textOf({ github }: WrittenDestination, field: Shared): string | undefined {
  return JSON.stringify(field === "body" ? github?.pullRequestComment?.body : github?.[field]);
}
