import { hash } from "node:crypto";
import type { Message } from "../message/message.ts";
import type { Rule } from "../notification/rule.ts";
import { mannerOf } from "./manners.ts";

/** Asked again at every turn in which the message waits, and a hash is dear: kept with the message, for the rule that it was made under. */
const made = new WeakMap<Message, { readonly stream: string; readonly rule: Rule | null; readonly id: string }>();

/**
 * The `webhook-id` of a message: a hash of its place in its stream, of when it was made (a GitRepo that is recreated, or a Delivery that is
 * deleted, begins its sequence anew), and of what its body is made by, so that a retry or a restart sends the same
 * id with the same body (Standard Webhooks 1.0: the id is the receiver's key for recognising a repetition), and a changed template or
 * destination, which makes another body, gets another id.
 */
export function webhookId({ stream, rule, message }: { stream: string; rule: Rule | null; message: Message }): string {
  const known = made.get(message);
  if (known !== undefined && known.rule === rule && known.stream === stream) return known.id;
  const place = [stream, message.epoch, message.commit, message.event, message.sequence, message.createdMs, bodyKey(rule)];
  const id = `msg_${hash("sha256", place.join("\n"), "base64url").slice(0, 27)}`;
  made.set(message, { stream, rule, id });
  return id;
}

function bodyKey(rule: Rule | null): string {
  if (rule === null || !mannerOf(rule.config.type).repeatsMessage) return "";
  if (rule.config.type !== "webhook") return JSON.stringify(rule.config);
  const { url, urlSecret, format, contentType, body } = rule.config;
  return JSON.stringify([urlSecret ?? url, format, contentType, body]);
}
