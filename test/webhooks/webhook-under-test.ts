import { expect } from "vitest";
import { sampleMessage } from "../../src/core/message/sample-message.ts";
import type { SecretReference, WebhookConfig } from "../../src/core/notification/rule.ts";
import type { Attempt, DestinationIo, HttpRequest, HttpResponse } from "../../src/destinations/destination.ts";
import { SecretMissingError } from "../../src/destinations/secret-missing-error.ts";
import { webhook } from "../../src/destinations/webhook.ts";
import { sampleRule } from "../samples/rollout.ts";
import { sampleWebhook } from "../samples/webhook.ts";

export const now = Date.parse("2026-11-23T12:02:30.700Z");
export const never = new AbortController().signal;
export const stream = "fleet-default/deployments/chat/fleet-default/shop";
export const token: SecretReference = { namespace: "fleet-default", name: "hook", key: "token" };

const config: WebhookConfig = {
  ...sampleWebhook,
  url: "https://hooks.example.com/services/T0/secret-path",
  headers: { "X-Env": "prod" },
};
/** One try to bring a message to a webhook with these changes. */
export function attemptWith(changes: Partial<WebhookConfig>, message = sampleMessage("GitRepoReady")): Attempt<WebhookConfig> {
  const changed = { ...config, ...changes };
  const instance = { name: "", cluster: "uid", shard: "" };
  return {
    rule: sampleRule("webhook", { config: changed }),
    config: changed,
    message,
    stream,
    instance,
    repository: null,
    verify: false,
  };
}

export interface Ports {
  readonly answer?: HttpResponse | Error;
  readonly secrets?: Readonly<Record<string, string | Error>>;
  readonly atMs?: number;
}

/** Brings a message to a receiver that answers as told; says what came of it and what was sent. */
export async function send(changes: Partial<WebhookConfig>, ports: Ports = {}, message = sampleMessage("GitRepoReady")) {
  const sent: HttpRequest[] = [];
  const unexpected = () => expect.unreachable("a webhook does not use this");
  const io: DestinationIo = {
    github: unexpected,
    botLogin: unexpected,
    inSlot: unexpected,
    rows: unexpected,
    now: () => ports.atMs ?? now,
    http: (request) => {
      sent.push(request);
      const answer = ports.answer ?? { status: 204, headers: {}, body: "" };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    secret: (reference) => {
      const value = ports.secrets?.[reference.key] ?? new SecretMissingError(reference);
      return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
    },
  };
  return { outcome: await webhook.apply(attemptWith(changes, message), io, never), sent };
}

export async function outcomeOf(changes: Partial<WebhookConfig>, ports: Ports = {}) {
  return (await send(changes, ports)).outcome;
}
