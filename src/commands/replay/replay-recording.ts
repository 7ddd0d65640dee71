import { newCoreState } from "../../core/core-state.ts";
import { anyRepository } from "../../core/notification/repository-policy.ts";
import type { Send } from "../../core/delivery/effect.ts";
import { project } from "../../core/fleet/project.ts";
import type { FleetChange, FleetKind } from "../../core/fleet/record.ts";
import { toldRelation } from "../../core/message/event-document.ts";
import type { DestinationIo, Instance } from "../../destinations/destination.ts";
import { Actor } from "../../engine/actor.ts";
import { Engine } from "../../engine/engine.ts";
import { SlotMemories } from "../../engine/slot-memories.ts";
import { VirtualClock } from "../../engine/virtual-clock.ts";
import { AssumedGitHub, type AssumedWrite } from "../../github/assumed-github.ts";
import { assumedIo } from "../assumed-io.ts";
import { MemoryDeliveryStore } from "./memory-delivery-store.ts";
import { RecordedHost } from "./recorded-host.ts";
import type { RecordedChange, RecordedCommit, Recording } from "./recording.ts";

/** One request that would have left (design §11). */
export interface ReplayedRequest {
  readonly ms: number;
  readonly gitRepo: string;
  readonly destination: string;
  readonly target: string;
  readonly cluster: string;
  readonly event: string;
  readonly commit: string;
  readonly relation: string;
  readonly request: AssumedWrite;
}

/** What was there when the recording began arrives within this time, over several watches; until then the world is half read. */
const initialMs = 100;
/** The clock runs on after the last line until nothing is left to do, but not longer than this. */
const runOnMs = 86_400_000;
const instance: Instance = { name: "", cluster: "replay", shard: "" };

/**
 * Plays a recording through the engine of `run` under a virtual clock and hands out every request that would leave, in order. GitHub's
 * answers are assumed, webhooks are assumed to be acknowledged. `notifications` are the raw objects, as a cluster would hold them.
 */
export async function replayRecording(
  {
    recording,
    commits,
    notifications,
  }: { recording: Recording; commits: readonly RecordedCommit[]; notifications: readonly unknown[] },
  onRequest: (request: ReplayedRequest) => void,
): Promise<void> {
  const clock = new VirtualClock(recording.startedMs);
  const abort = new AbortController();
  const slots = new SlotMemories();
  const github = new AssumedGitHub();
  const actor = new Actor({
    clock,
    store: new MemoryDeliveryStore(),
    host: new RecordedHost(commits),
    io: (send) => replayIo({ send, slots, github, clock, startedMs: recording.startedMs, onRequest }),
    instance,
    note: () => {},
    signal: abort.signal,
  });
  const engine = new Engine({ state: newCoreState({ shard: "", repositoryPolicy: anyRepository }), clock, actor });
  engine.feed({ kind: "loaded", documents: [] });
  for (const object of notifications) engine.feed({ kind: "notification", change: { kind: "put", object } });
  await play({ engine, clock, recording });
  engine.stop();
  abort.abort();
}

async function play({ engine, clock, recording }: { engine: Engine; clock: VirtualClock; recording: Recording }): Promise<void> {
  const firstMs = recording.changes[0]?.ms ?? 0;
  let isSynced = false;
  const moveTo = async (ms: number) => {
    while (clock.nextMs() < ms) {
      clock.moveTo(clock.nextMs());
      await engine.idle();
    }
    clock.moveTo(ms);
  };
  const sync = async (ms: number) => {
    isSynced = true;
    await moveTo(recording.startedMs + ms);
    engine.feed({ kind: "synced" });
    await engine.idle();
  };
  for (const change of recording.changes) {
    if (!isSynced && change.ms > firstMs + initialMs) await sync(firstMs + initialMs);
    await moveTo(recording.startedMs + change.ms);
    for (const fleetChange of fleetChanges(change)) engine.feed({ kind: "fleet", change: fleetChange });
    await engine.idle();
  }
  if (!isSynced) await sync(firstMs + initialMs);
  const endMs = clock.now() + runOnMs;
  while (clock.nextMs() <= endMs) {
    clock.moveTo(clock.nextMs());
    await engine.idle();
  }
}

/** An object that is none of Fleet's is passed over. A DELETED line names its uid; what it held no longer matters. */
function fleetChanges(change: RecordedChange): FleetChange[] {
  const record = project(change.object);
  if (change.type !== "DELETED") return record === null ? [] : [{ kind: "put", record }];
  const { kind, metadata } = (change.object ?? {}) as { kind?: FleetKind; metadata?: { uid?: string } };
  return kind === undefined || metadata?.uid === undefined ? [] : [{ kind: "remove", recordKind: kind, uid: metadata.uid }];
}

interface ReplayIoOptions {
  readonly send: Send;
  readonly slots: SlotMemories;
  readonly github: AssumedGitHub;
  readonly clock: VirtualClock;
  readonly startedMs: number;
  readonly onRequest: (request: ReplayedRequest) => void;
}

function replayIo({ send, slots, github, clock, startedMs, onRequest }: ReplayIoOptions): Omit<DestinationIo, "rows" | "now"> {
  const { message, rule } = send;
  return assumedIo({
    gitHubApiUrl: "",
    account: rule.account,
    slots,
    github,
    onRequest: ({ body, ...request }) =>
      onRequest({
        ms: clock.now() - startedMs,
        gitRepo: `${message.gitRepo.namespace}/${message.gitRepo.name}`,
        destination: rule.destination,
        target: message.target,
        cluster: message.cluster?.name ?? "",
        event: message.event,
        commit: message.commit,
        relation: toldRelation(message),
        request: { ...request, body: parsedBody(body) },
      }),
  });
}

/** A JSON body is shown as JSON, any other as text. */
function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
