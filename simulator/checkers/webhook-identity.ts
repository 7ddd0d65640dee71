import { isOfEvery, type ToldEvent, toldEvent, toldStreams } from "./told-event.ts";
import type { Hook } from "../simulation/ledger.ts";
import type { Checker, Violation } from "./violation.ts";

/**
 * A webhook that is seen twice has the same id and body, and its place in the sequence is its own. Under `every` no place is left out but
 * those that the product declares as dropped.
 */
export const webhookIdentity: Checker = (world) => {
  const hooks = world.ledger.of("hook");
  const every = Map.groupBy(
    hooks.filter((it) => isOfEvery(it) && it.isTaken && !it.isLate),
    (it) => it.stream,
  );
  const twice = [...toldStreams(hooks).values()].flatMap((told) => saidTwice(told));
  return [...differences(hooks), ...twice, ...[...every].flatMap(([stream, taken]) => gaps(stream, taken))];
};

/** The same thing said twice with nothing between, under two ids: its receiver cannot tell that it is a repetition. */
function saidTwice(told: readonly ToldEvent[]): Violation[] {
  return told.flatMap((event, index): Violation[] => {
    const before = told[index - 1];
    if (before === undefined || before.hook.id === event.hook.id || before.hook.sequence + 1 !== event.hook.sequence) return [];
    const says = (it: ToldEvent) => [it.type, it.at, it.commit, it.rolledBackFrom, it.uid].join(" ");
    if (says(before) !== says(event)) return [];
    return [
      { promise: "webhook identity", ms: event.hook.ms, text: `${event.hook.stream} was told ${says(event)} under two ids` },
    ];
  });
}

function differences(hooks: readonly Hook[]): Violation[] {
  const byId = new Map<string, Hook>();
  return hooks.flatMap((hook): Violation[] => {
    const known = byId.get(hook.id);
    byId.set(hook.id, known ?? hook);
    if (known === undefined || known.body === hook.body) return [];
    return [{ promise: "webhook identity", ms: hook.ms, text: `${hook.id} came with two bodies: ${known.body} / ${hook.body}` }];
  });
}

function gaps(stream: string, taken: readonly Hook[]): Violation[] {
  let bySequence = new Map<number, Hook>();
  const violations: Violation[] = [];
  let last = 0;
  let uid = "";
  for (const hook of taken) {
    const { sequence, id, ms } = hook;
    const event = toldEvent(hook);
    // A GitRepo that was made anew may begin its sequence anew.
    if (event.uid !== uid && sequence === 1) {
      bySequence = new Map();
      last = 0;
    }
    uid = event.uid;
    const known = bySequence.get(sequence);
    const promise = "webhook identity";
    if (known !== undefined && known.id !== id) violations.push({ promise, ms, text: `${stream}: two ids at ${sequence}` });
    if (sequence > last + 1) violations.push({ promise, ms, text: `${stream}: ${sequence} came after ${last}` });
    bySequence.set(sequence, hook);
    last = Math.max(last, sequence);
  }
  return violations;
}
