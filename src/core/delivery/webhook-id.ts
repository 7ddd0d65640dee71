import { createHash } from "node:crypto";
import type { Message } from "../message/message.ts";

/**
 * The `webhook-id` of a message: a hash of its place in its stream, so that a restart sends the same id again (Standard Webhooks 1.0:
 * the id is the receiver's key for recognising a repetition).
 */
export function webhookId(stream: string, message: Pick<Message, "epoch" | "commit" | "event" | "sequence">): string {
  const place = [stream, message.epoch, message.commit, message.event, message.sequence].join("\n");
  return `msg_${createHash("sha256").update(place).digest("base64url").slice(0, 27)}`;
}
