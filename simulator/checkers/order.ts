import type { ObservedWorld } from "./observed-world.ts";
import { type ToldEvent, toldStreams } from "./told-event.ts";
import type { Checker, Violation } from "./violation.ts";

/**
 * In each stream every message's commit is the one before or descends from it, or the message says that it does not: rolled back, diverged,
 * or that nobody could tell. Repetitions count like any other message: a late retry must not take the receiver back.
 */
export const order: Checker = (world) =>
  [...toldStreams(world.ledger.of("hook"))].flatMap(([stream, told]) =>
    told.flatMap((event, index): Violation[] => {
      const before = told[index - 1];
      // A GitRepo that was made anew begins anew.
      if (before === undefined || before.uid !== event.uid || saysSo(event) || follows(world, before, event)) return [];
      const text = `${stream} was told ${event.type} of ${event.at} after ${before.at}, as if that were older (${event.relation})`;
      return [{ promise: "order", ms: event.hook.ms, text }];
    }),
  );

function saysSo({ type, relation, rolledBackFrom }: ToldEvent): boolean {
  return type === "GitRepoRolledBack" || rolledBackFrom !== "" || relation === "diverged" || relation === "unknown";
}

function follows(world: ObservedWorld, before: ToldEvent, event: ToldEvent): boolean {
  const relation = world.find(event.gitRepo).repository.relation(before.at, event.at);
  return relation === "same" || relation === "ahead";
}
