import { z } from "zod";
import { storedAccount } from "../notification/git-hub-account.ts";
import { gitHubTypeNames } from "../notification/github/git-hub-types.ts";
import type { Message } from "../message/message.ts";
import { mannerOf } from "./manners.ts";
import { type StreamState, newStream } from "./stream.ts";

const told = z.object({
  epoch: z.number(),
  commit: z.string(),
  event: z.string(),
  attempt: z.string(),
  rolledBackFrom: z.string(),
});

/** One stream as it lies in a Delivery: all that a restart needs, nothing that can be derived. */
const storedStream = z.object({
  identity: z.object({
    notification: z.object({ kind: z.enum(["Notification", "ClusterNotification"]), namespace: z.string(), name: z.string() }),
    destination: z.string(),
    gitRepoNamespace: z.string(),
    gitRepoName: z.string(),
    target: z.string(),
    // Absent in what an earlier version stored.
    subject: z.string().default(""),
  }),
  gitRepoUid: z.string(),
  repo: z.string(),
  destinationType: z.enum([...gitHubTypeNames, "webhook", ""]),
  // Absent in what an earlier version stored.
  markName: z.string().default(""),
  // Absent in what an earlier version stored.
  account: storedAccount.nullable().default(null),
  orphanedMs: z.number(),
  orphanedFor: z.enum(["removed", "unreported", "muted", ""]),
  origin: z.string(),
  acknowledged: told.nullable(),
  possible: z.array(told),
  deployed: z.string(),
  readyAttempt: z.string(),
  replaced: z.array(z.object({ commit: z.string(), shown: z.boolean() })),
  sequence: z.number(),
  queue: z.array(z.looseObject({ id: z.string(), sequence: z.number(), event: z.string(), commit: z.string() })),
  // Absent in what an earlier version stored.
  unanswered: z
    .looseObject({ id: z.string(), sequence: z.number(), event: z.string(), commit: z.string() })
    .nullable()
    .default(null),
  shownText: z.string(),
  row: z.looseObject({ state: z.string(), commit: z.string() }).nullable(),
  // Absent in what an earlier version stored.
  deployedRow: z.looseObject({ state: z.string(), commit: z.string() }).nullable().default(null),
  dropped: z.number(),
  lastSentMs: z.number(),
  lastError: z.string(),
  rollout: z.string(),
  revision: z.number(),
});

const storedFields = Object.keys(storedStream.shape) as readonly (keyof z.infer<typeof storedStream>)[];

/** The text of one stream in `DeliverySpec.streams`. What is read is checked; what is written is ours, and every save writes each stream. */
export function storeStream(stream: StreamState): string {
  const stored: Record<string, unknown> = {};
  for (const field of storedFields) stored[field] = stream[field];
  stored["queue"] = keptQueue(stream);
  return JSON.stringify(stored);
}

/** What a write of the stream as it is now says of it. */
export function storedNow({ possible, queue, sequence }: StreamState): StreamState["stored"] {
  return { possible: possible.map((it) => ({ ...it })), messageId: queue[0]?.id ?? "", sequence };
}

/**
 * Reads a stream back; null where the text is none (edited by hand, or of a version that this one does not know): its baseline is then
 * reset, as if it had been deleted. What may have been on the wire is asked for before anything is written again (`verify`).
 */
export function restoreStream(text: string): StreamState | null {
  const parsed = storedStream.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const stored = parsed.data as unknown as Pick<StreamState, keyof z.infer<typeof storedStream>>;
  const stream: StreamState = { ...newStream(stored.identity), ...stored };
  stream.stored = storedNow(stream);
  stream.head.verify = stream.possible.length > 0;
  return stream;
}

/**
 * Under `latest` those that repeat their messages keep the message that may be on the wire, so that it repeats its id and body; GitHub's slots are derived anew. Where the
 * rule is not known (after a restart while it is suspended), what was stored is kept as it was.
 */
function keptQueue(stream: StreamState): readonly Message[] {
  if (stream.rule === null || stream.rule.order === "every") return stream.queue;
  const [head] = stream.queue;
  return mannerOf(stream.destinationType).repeatsMessage && head !== undefined && head.id !== "" ? [head] : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
