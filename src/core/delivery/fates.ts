import type { RelationOrUnknown } from "../history/relation.ts";
import { limits } from "../limits.ts";
import type { Fate } from "../message/message.ts";
import type { EventType } from "../notification/rule.ts";
import { saysUnsettled } from "./said.ts";
import { mannerOf } from "./manners.ts";
import { type Replaced, type StreamState, type Told, seen, toldBy } from "./stream.ts";

/**
 * The commits without an outcome that a message about `commit` replaces: those that waited already, those that the receiver may have seen as
 * pending, and those that were queued and are superseded now. Oldest first. Where a mark is made in steps, an attempt at any outcome may have left
 * it pending.
 */
export function replacedBy(commit: string, stream: StreamState): Replaced[] {
  const attempts = mannerOf(stream.destinationType).marksInSteps ? stream.possible : [];
  const isOpen = (it: Told) => saysUnsettled(it.event) || attempts.includes(it);
  const told = [...seen(stream), ...stream.queue.map(toldBy)].filter(isOpen).map((it) => it.commit);
  const known = new Map(stream.replaced.map((it) => [it.commit, it]));
  for (const sha of told) if (!known.has(sha)) known.set(sha, { commit: sha, shown: false });
  known.delete(commit);
  return [...known.values()];
}

/**
 * Keeps what a message about `commit` replaces until its fate is known to be told, and the commit itself, where it was replaced before, until the
 * message is: neither a superseded message nor a later intent of the same epoch may make it forgotten. Before anything is taken out of the queue;
 * returns all of it.
 */
export function keepReplaced(commit: string, stream: StreamState): readonly Replaced[] {
  const isBack = stream.replaced.some((it) => it.commit === commit);
  const replaced = [...replacedBy(commit, stream), ...(isBack ? [{ commit, shown: false }] : [])];
  stream.replaced = replaced.slice(-2 * limits.replacedMax);
  return replaced;
}

/**
 * Decides the fate of each replaced commit (design §5, commitStatus): it shares the outcome of the first descendant that has one; after a
 * step back what is newer was rolled back; `error` only where history was rewritten, or where more than `limits.replacedMax` wait.
 *
 * Returns null where a relation is not known yet.
 */
export function fatesOf(
  { replaced, event }: { replaced: readonly Replaced[]; event: EventType },
  relationFrom: (replaced: string) => RelationOrUnknown,
): readonly Fate[] | null {
  const fates: Fate[] = [];
  const waiting: Replaced[] = [];
  for (const it of replaced) {
    const relation = relationFrom(it.commit);
    if (relation === "unknownYet") return null;
    const fate = fateOf(relation, event);
    if (fate !== "waiting") fates.push({ commit: it.commit, fate });
    else waiting.push(it);
  }
  const crowded = waiting.splice(0, Math.max(0, waiting.length - limits.replacedMax));
  for (const { commit } of crowded) fates.push({ commit, fate: "crowdedOut" });
  for (const { commit, shown } of waiting) if (!shown) fates.push({ commit, fate: "waiting" });
  return fates;
}

/**
 * Takes over what an acknowledged message said of the replaced commits: those with an outcome wait no longer. Nor does the one that the message is
 * about, unless it was told as pending: it may have been replaced while that was on its way.
 */
export function settleFates(
  stream: StreamState,
  { commit, event, fates }: Pick<Told, "commit" | "event"> & { fates: readonly Fate[] },
): void {
  const told = new Map(fates.map((it) => [it.commit, it.fate]));
  const settled = saysUnsettled(event) ? "" : commit;
  stream.replaced = stream.replaced
    .filter((it) => it.commit !== settled && (told.get(it.commit) ?? "waiting") === "waiting")
    .map((it) => ({ commit: it.commit, shown: it.shown || told.has(it.commit) }));
}

function fateOf(relation: Exclude<RelationOrUnknown, "unknownYet">, event: EventType): Fate["fate"] {
  if (relation === "diverged") return "rewritten";
  const isNewer = relation === "behind";
  switch (event) {
    case "GitRepoReady":
    case "GitRepoRolledBack":
      return isNewer ? "rolledBack" : "deployed";
    case "GitRepoFailed":
      return isNewer ? "leftBehind" : "failed";
    default:
      return "waiting";
  }
}
