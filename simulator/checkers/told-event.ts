import { receivers } from "../simulation/simulated-notification.ts";
import type { Hook } from "../simulation/ledger.ts";

/** What a webhook's `event` body says, as a receiver reads it. */
export interface ToldEvent {
  readonly hook: Hook;
  readonly type: string;
  readonly timestampMs: number;
  readonly gitRepo: string;
  /** "" for the clusters that no target claims. */
  readonly target: string;
  readonly uid: string;
  readonly repository: string;
  /** The commit at which the receiver is now: after a rollback the older one. */
  readonly at: string;
  readonly commit: string;
  readonly relation: string;
  readonly rolledBackFrom: string;
  readonly rolledBackTo: string;
}

interface EventBody {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly gitRepo: { readonly name: string; readonly uid: string; readonly repo: string };
    readonly target: { readonly name: string };
    readonly commit: string;
    readonly relation: string;
    readonly rolledBackFrom: string;
    readonly rolledBackTo: string;
  };
}

/** Each checker reads all of them. */
const read = new WeakMap<Hook, ToldEvent>();

export function toldEvent(hook: Hook): ToldEvent {
  const event = read.get(hook) ?? readEvent(hook);
  read.set(hook, event);
  return event;
}

function readEvent(hook: Hook): ToldEvent {
  const { type, timestamp, data } = JSON.parse(hook.body) as EventBody;
  const { commit, relation, rolledBackFrom, rolledBackTo } = data;
  return {
    hook,
    type,
    timestampMs: Date.parse(timestamp),
    gitRepo: data.gitRepo.name,
    target: data.target.name,
    uid: data.gitRepo.uid,
    repository: data.gitRepo.repo.split("/").at(-1) ?? "",
    at: type === "GitRepoRolledBack" ? rolledBackTo : commit,
    commit,
    relation,
    rolledBackFrom,
    rolledBackTo,
  };
}

const notOfRollouts: ReadonlySet<string> = new Set([receivers.news, receivers.clusters]);

/** True where each message is told in its order, however late. */
export function isOfEvery({ receiver }: Hook): boolean {
  return receiver === receivers.every || receiver === receivers.team;
}

/**
 * What each stream's receiver took, in the order of arrival; repetitions included. What arrives after its sender had given it up is dropped
 * where its sequence is not greater than the last one, as receivers are told to do (docs/guarantees.md).
 */
export function toldStreams(hooks: readonly Hook[]): ReadonlyMap<string, readonly ToldEvent[]> {
  const streams = new Map<string, ToldEvent[]>();
  for (const hook of hooks) {
    if (!hook.isTaken || notOfRollouts.has(hook.receiver)) continue;
    const told = streams.get(hook.stream) ?? [];
    if (hook.isLate && hook.sequence <= (told.at(-1)?.hook.sequence ?? 0)) continue;
    told.push(toldEvent(hook));
    streams.set(hook.stream, told);
  }
  return streams;
}
