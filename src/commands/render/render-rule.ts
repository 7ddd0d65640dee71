import { rowOf } from "../../core/delivery/comment-rows.ts";
import type { Outcome } from "../../core/delivery/outcome.ts";
import { streamKey } from "../../core/delivery/stream.ts";
import { parseRepository } from "../../core/history/parse-repository.ts";
import { eventDocument } from "../../core/message/event-document.ts";
import type { Message } from "../../core/message/message.ts";
import { sampleMessage } from "../../core/message/sample-message.ts";
import type { EventType } from "../../core/notification/rule.ts";
import { applyTo } from "../../destinations/index.ts";
import { SlotMemories } from "../../engine/slot-memories.ts";
import { AssumedGitHub } from "../../github/assumed-github.ts";
import { assumedIo, type ShownRequest } from "../assumed-io.ts";
import type { SampleRule } from "./sample-rules.ts";

/** What a rule would send for an event; `silence` says why it sends nothing, "" where it does. */
export interface RenderedRule {
  readonly requests: readonly ShownRequest[];
  readonly silence: string;
  /** Why a request could not be made; null where nothing went wrong. */
  readonly failure: Extract<Outcome, { kind: "park" | "retry" | "unknown" }> | null;
}

/** Brings a sample message to the rule's destination by the `apply` of `run`; its io shows each write and sends none. */
export async function renderRule(
  { rule, namespace }: SampleRule,
  { event, name, signal }: { event: EventType; name: string; signal: AbortSignal },
): Promise<RenderedRule> {
  const message = messageOf({ event, namespace, target: rule.target });
  const silence = silenceOf({ rule, namespace }, message);
  if (silence !== "") return { requests: [], silence, failure: null };
  const requests: ShownRequest[] = [];
  const io = assumedIo({
    slots: new SlotMemories(),
    github: new AssumedGitHub(),
    onRequest: (request) => requests.push(request),
  });
  const stream = streamKey({
    notification: rule.notification,
    destination: rule.destination,
    gitRepoNamespace: message.gitRepo.namespace,
    gitRepoName: message.gitRepo.name,
    target: message.target,
    subject: "",
  });
  const instance = { name, cluster: "render", shard: "" };
  const attempt = { rule, message, stream, instance, repository: parseRepository(message.gitRepo.repo), verify: false };
  const outcome = await applyTo(attempt, { ...io, rows: () => [rowOf(message)], now: () => message.createdMs }, signal);
  const isSilent = outcome.kind === "delivered" && requests.length === 0;
  return {
    requests,
    silence: isSilent ? `there is nothing to write at ${event}` : "",
    failure: outcome.kind === "delivered" ? null : outcome,
  };
}

function messageOf({ event, namespace, target }: { event: EventType; namespace: string; target: string }): Message {
  const sample = sampleMessage(event, { target });
  if (sample.gitRepo.name === "") return { ...sample, ...(sample.cluster && { cluster: { ...sample.cluster, namespace } }) };
  return { ...sample, gitRepo: { ...sample.gitRepo, namespace } };
}

function silenceOf({ rule }: SampleRule, message: Message): string {
  if (rule.suspended) return "it is suspended";
  if (!rule.on.has(message.event)) return `it is not told of ${message.event}, but of ${[...rule.on].join(", ")}`;
  const answer = rule.when?.ask(eventDocument(message)) ?? { kind: "yes" };
  if (answer.kind === "error") return `"when" cannot be answered: ${answer.error}`;
  return answer.kind === "no" ? '"when" is false for the sample' : "";
}
