import { limits } from "../limits.ts";
import type { Message } from "../message/message.ts";
import type { Rule } from "../notification/rule.ts";
import { backoffMs } from "./backoff.ts";
import type { DeliveryEffect, Note } from "./effect.ts";
import { endpointKey, settle } from "./endpoint.ts";
import { settleFates } from "./fates.ts";
import { rowOf } from "./comment-rows.ts";
import { acknowledge } from "./intent.ts";
import { mannerOf } from "./manners.ts";
import type { Outcome } from "./outcome.ts";
import { dropHead, shiftHead } from "./queue.ts";
import { saysDeployed } from "./said.ts";
import { shownText } from "./shown-text.ts";
import { type DeliveryState, endpointOf, touch } from "./state.ts";
import { type StreamState, setPhase, toldBy } from "./stream.ts";

/** The one place that decides what follows the outcome of a try (design §7, §10). */
export function learn(
  state: DeliveryState,
  { stream, outcome }: { stream: StreamState; outcome: Outcome },
  now: number,
): DeliveryEffect[] {
  const { head, rule } = stream;
  const message = stream.queue[0];
  if (message === undefined || rule === null || head.phase !== "sending") return [];
  const untilMs = outcome.kind === "retry" ? outcome.endpointUntilMs : 0;
  // A retry that has its own time and does not ask the endpoint to rest is an answer too: about this message alone.
  const isAnswer = outcome.kind === "retry" && outcome.notBeforeMs > 0 && untilMs === 0;
  const isAlive = outcome.kind === "delivered" || outcome.kind === "park" || isAnswer;
  settle(endpointOf(state, endpointKey(rule, stream.repo)), { isAlive, untilMs }, now);
  const said = { stream: stream.key, message, rule };
  switch (outcome.kind) {
    case "delivered":
      deliver(state, { stream, message }, now);
      return [
        {
          kind: "note",
          note: { kind: "delivered", ...said, ...(outcome.remark === undefined ? {} : { remark: outcome.remark }) },
        },
      ];
    case "retry":
      stream.lastError = outcome.reason;
      return [
        again(
          state,
          { stream, rule, notBeforeMs: outcome.notBeforeMs, note: { kind: "retried", ...said, reason: outcome.reason } },
          now,
        ),
      ];
    case "unknown":
      stream.lastError = outcome.reason;
      head.verify = true;
      return [
        again(
          state,
          {
            stream,
            rule,
            notBeforeMs: outcome.settledMs ?? head.attemptStartedMs + limits.unknownOutcomeMs,
            note: { kind: "unknown", ...said, reason: outcome.reason },
          },
          now,
        ),
      ];
    case "park":
      stream.lastError = outcome.reason;
      head.parkedFor = outcome.code;
      head.parkedCommit = toldBy(message).commit;
      setPhase(stream, "parked", now + (outcome.code === "SecretMissing" ? limits.parkedSecretMs : limits.parkedMs));
      touch(state, stream, { isUrgent: false, now });
      return [{ kind: "note", note: { kind: "parked", ...said, code: outcome.code, reason: outcome.reason } }];
  }
}

function deliver(state: DeliveryState, { stream, message }: { stream: StreamState; message: Message }, now: number): void {
  acknowledge(stream, message);
  const told = toldBy(message);
  settleFates(stream, { ...told, fates: message.fates });
  if (saysDeployed(told.event)) {
    stream.deployed = told.commit;
    stream.readyAttempt = told.attempt;
  }
  stream.shownText = shownText(stream.destinationType, message);
  if (mannerOf(stream.destinationType).keepsRow) {
    stream.row = rowOf(message);
    if (saysDeployed(told.event)) stream.deployedRow = stream.row;
  }
  if (stream.orphanedFor === "unreported") retellOthers(state, stream);
  stream.lastSentMs = now;
  stream.lastError = "";
  shiftHead(stream);
  if (stream.queue.length === 0) state.active.delete(stream);
  touch(state, stream, { isUrgent: false, now });
}

/**
 * What the stream left pending was closed, and another one may have begun to speak in its place meanwhile: its word was closed too, so it is said again.
 */
function retellOthers(state: DeliveryState, { key, repo, destinationType, markName }: StreamState): void {
  if (!mannerOf(destinationType).marksCommits) return;
  for (const other of state.streams.values()) {
    const isInItsPlace = other.repo === repo && other.markName === markName && other.destinationType === destinationType;
    if (other.key === key || other.orphanedFor !== "" || !isInItsPlace) continue;
    other.shownText = "";
    state.undecided.add(other.gitRepoUid);
  }
}

/** Tries again later; `every` gives up after `limits.giveUpMs`, so that one message cannot hold up all others for ever. */
function again(
  state: DeliveryState,
  {
    stream,
    rule,
    notBeforeMs,
    note,
  }: { stream: StreamState; rule: Rule; notBeforeMs: number; note: Extract<Note, { reason: string; message: Message }> },
  now: number,
): DeliveryEffect {
  const { head } = stream;
  if (rule.order === "every" && now - head.firstAttemptMs >= limits.giveUpMs) {
    shiftHead(stream);
    stream.dropped += 1;
    touch(state, stream, { isUrgent: false, now });
    return { kind: "note", note: { kind: "abandoned", stream: stream.key, message: note.message, rule, reason: note.reason } };
  }
  head.failures += 1;
  const pauseMs = backoffMs({ failures: head.failures, seed: stream.key, minMs: limits.retryMinMs, maxMs: limits.retryMaxMs });
  setPhase(stream, "ready", Math.max(notBeforeMs, now + pauseMs));
  // It was on its way when nothing more was to be told: only what closes the rest is tried again.
  const isMuted = stream.orphanedFor === "muted" || stream.orphanedFor === "unreported";
  if (isMuted && mannerOf(rule.config.type).marksCommits && note.message.event !== "GitRepoRemoved") {
    dropHead(stream);
    if (stream.queue.length === 0) state.active.delete(stream);
  }
  return { kind: "note", note };
}
