import type { Message } from "../message/message.ts";
import { eventDocument } from "../message/event-document.ts";
import type { Rule } from "../notification/rule.ts";
import type { DeliveryEffect } from "./effect.ts";
import { enqueue, supersede } from "./queue.ts";
import { type DeliveryState, closeStream, openStream, touch } from "./state.ts";
import { type StreamIdentity, type StreamState, type Told, seen, streamKey, toldBy } from "./stream.ts";

/**
 * News are what is told of something that is no rollout: a GitRepo that came or went, one bundle on one cluster, one cluster. There may be 50,000
 * such subjects, so a stream is there only while its receiver has to know something: it is **opened** by the first word, **kept** while what was
 * told last is not the quiet state (`isQuiet`: deployed, online), and **closed** when the quiet state was told, or is so and nobody asked for it.
 *
 * A stream that is opened again must go on with greater sequence numbers, or receivers would drop them: it begins at the seconds since 1970.
 */
export interface News {
  readonly identity: StreamIdentity;
  readonly rule: Rule;
  /** What is so now; null: nothing is certain, and nothing changes. */
  readonly message: Message | null;
  /** True where it is as when nothing was ever told. */
  readonly isQuiet: boolean;
}

/** Tells a subject's stream what is so; returns whether something is (still) to be told, or must be remembered. */
export function tellNews(state: DeliveryState, news: News, now: number): { isOpen: boolean; effects: DeliveryEffect[] } {
  const { identity, rule, message, isQuiet } = news;
  const known = state.streams.get(streamKey(identity));
  if (known !== undefined) adopt(state, { stream: known, rule }, now);
  if (message === null) return { isOpen: known !== undefined, effects: [] };
  if (known !== undefined && known.gitRepoUid !== message.gitRepo.uid) forgetFormer(known, message);
  if (known !== undefined && isSaid(known, { rule, message }))
    return { isOpen: !settle(state, { stream: known, rule, isQuiet }, now), effects: [] };
  const isAsked = rule.on.has(message.event) && (rule.when?.ask(eventDocument(message)).kind ?? "yes") === "yes";
  if (!isAsked) return { isOpen: known !== undefined && !settle(state, { stream: known, rule, isQuiet }, now), effects: [] };
  const stream = known ?? begin(state, { identity, rule, message }, now);
  const { kind, superseded, fallenOff } = enqueue(stream, rule, message);
  if (kind === "enqueued") touch(state, stream, { isUrgent: false, now });
  state.active.add(stream);
  const count = superseded + fallenOff;
  return count === 0
    ? { isOpen: true, effects: [] }
    : {
        isOpen: true,
        effects: [{ kind: "note", note: { kind: fallenOff > 0 ? "fellOff" : "superseded", stream: stream.key, count } }],
      };
}

/** First sight of something that is not quiet and is old news: from now on its end is news. */
export function rememberNews(
  state: DeliveryState,
  { identity, rule, message }: { identity: StreamIdentity; rule: Rule; message: Message },
  now: number,
): void {
  const stream = begin(state, { identity, rule, message }, now);
  stream.acknowledged = toldBy(message);
  touch(state, stream, { isUrgent: false, now });
}

function begin(
  state: DeliveryState,
  { identity, rule, message }: { identity: StreamIdentity; rule: Rule; message: Message },
  now: number,
): StreamState {
  const stream = openStream(state, identity);
  stream.sequence = Math.max(stream.sequence, Math.floor(now / 1_000));
  stream.gitRepoUid = message.gitRepo.uid;
  stream.repo = message.gitRepo.repo;
  adopt(state, { stream, rule }, now);
  return stream;
}

/** By this rule the stream is told from now on. */
export function adopt(state: DeliveryState, { stream, rule }: { stream: StreamState; rule: Rule }, now: number): void {
  stream.rule = rule;
  stream.destinationType = rule.config.type;
  if (stream.orphanedMs === 0) return;
  stream.orphanedMs = 0;
  stream.orphanedFor = "";
  touch(state, stream, { isUrgent: false, now });
}

/** The GitRepo was made anew under its name, and nobody saw it go: what was told is of the former one. */
function forgetFormer(stream: StreamState, { gitRepo }: Message): void {
  stream.gitRepoUid = gitRepo.uid;
  stream.repo = gitRepo.repo;
  stream.acknowledged = null;
  stream.possible = [];
}

/**
 * What the receiver knows, or will once all is told that cannot be taken back. Where nothing is acknowledged it may know nothing, whatever was
 * attempted since: what is being stored or sent is only possible, and taking it out of the queue would lose it.
 */
function isSaid(stream: StreamState, { rule, message }: { rule: Rule; message: Message }): boolean {
  const isTold = (it: Pick<Told, "event" | "commit">) => it.event === message.event && it.commit === message.commit;
  const last = stream.queue.at(-1);
  const isQueued = last !== undefined && last.gitRepo.uid === message.gitRepo.uid && isTold(last);
  // What waits under `latest` stays: what is acknowledged may be of a former GitRepo of that name.
  if (last !== undefined && (isQueued || rule.order === "every")) return isQueued && rule.order === "every";
  return stream.acknowledged !== null && (rule.order === "every" ? seen(stream).slice(-1) : seen(stream)).every(isTold);
}

/** Takes back what is no longer so, and closes the stream where nothing is left to tell or to remember; returns whether it did. */
function settle(
  state: DeliveryState,
  { stream, rule, isQuiet }: { stream: StreamState; rule: Rule; isQuiet: boolean },
  now: number,
): boolean {
  supersede(stream, rule);
  if (stream.queue.length > 0) return false;
  state.active.delete(stream);
  if (!isQuiet) return false;
  closeStream(state, stream, now);
  return true;
}
