import type { Outcome } from "../core/delivery/outcome.ts";
import { limits } from "../core/limits.ts";
import type { SecretReference, WebhookConfig } from "../core/notification/rule.ts";
import { TemplateError } from "../core/template/template-problem.ts";
import { EgressRefusedError } from "../http/egress.ts";
import { HttpError } from "../http/http-error.ts";
import type { Attempt, Destination, DestinationIo, HttpRequest } from "./destination.ts";
import { SecretMissingError } from "./secret-missing-error.ts";
import { webhookBody } from "../core/message/webhook-body.ts";
import { webhookOutcome } from "./webhook-outcome.ts";

/**
 * A webhook (design §5): one POST for each message. `webhook-id` and body are the same on every attempt of a message, so that after a lost
 * answer the receiver can tell a repetition; `webhook-timestamp` is the attempt's (Standard Webhooks 1.0). `attempt.verify` changes nothing:
 * a receiver cannot be asked what it has.
 */
export const webhook: Destination<WebhookConfig> = {
  type: "webhook",
  async apply(attempt, io, signal): Promise<Outcome> {
    let request: HttpRequest;
    try {
      request = await webhookRequest(attempt, io, signal);
    } catch (error) {
      return unsent(error);
    }
    try {
      return webhookOutcome(await io.http(request, signal), { host: hostOf(attempt.config.url), now: io.now() });
    } catch (error) {
      return unanswered(error, hostOf(attempt.config.url));
    }
  },
};

/** @throws TemplateError, SecretMissingError or UnusableSecretError; whatever else `io.secret` throws. */
async function webhookRequest(attempt: Attempt<WebhookConfig>, io: DestinationIo, signal: AbortSignal): Promise<HttpRequest> {
  const { config, message, stream } = attempt;
  const { contentType, body } = webhookBody(config, { message, stream });
  const authorization = await authorizationOf(config, (reference) => io.secret(reference, signal));
  return {
    method: config.method,
    url: config.url,
    headers: {
      "user-agent": "signalman",
      ...lowerCaseNames(config.headers),
      "content-type": contentType,
      ...(authorization === null ? {} : { authorization }),
      "webhook-id": message.id,
      "webhook-timestamp": String(Math.floor(io.now() / 1_000)),
      "signalman-stream": asHeader(stream),
      "signalman-sequence": String(message.sequence),
    },
    body,
    timeoutMs: config.timeoutMs,
  };
}

/** Names that a Notification gives must not stand beside ours in another case. */
function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function authorizationOf(
  { auth }: WebhookConfig,
  secret: (reference: SecretReference) => Promise<string>,
): Promise<string | null> {
  switch (auth.kind) {
    case "none":
      return null;
    case "bearer":
      return `Bearer ${headerSafe(auth.secret, await secret(auth.secret))}`;
    case "basic": {
      const username = withoutLineEnd(await secret(auth.username));
      const password = withoutLineEnd(await secret(auth.password));
      // RFC 7617: the first colon ends the user name.
      if (username.includes(":")) throw new UnusableSecretError(auth.username, "a colon, which no user name may have");
      return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    }
  }
}

/** A Secret that is there and cannot be used. Says which and why, never what is in it. */
class UnusableSecretError extends Error {
  override readonly name = "UnusableSecretError";

  constructor({ namespace, name, key }: SecretReference, why: string) {
    super(`Secret ${namespace}/${name} has ${why}, under the key "${key}". Change it; it is looked at again every 5 minutes.`);
  }
}

/** Files that Secrets are made from mostly end with a line end that was not meant. */
function withoutLineEnd(value: string): string {
  return value.replace(/(\r?\n)+$/, "");
}

function headerSafe(reference: SecretReference, value: string): string {
  const token = withoutLineEnd(value);
  if (token === "") throw new UnusableSecretError(reference, "nothing in it");
  if (/[^\x21-\x7e]/.test(token)) throw new UnusableSecretError(reference, "characters that no header may have");
  return token;
}

/** A stream's name as a header: what is not printable ASCII is percent-encoded, as in a URL. */
function asHeader(text: string): string {
  return text.toWellFormed().replaceAll(/[^\x20-\x7e]+/gu, encodeURIComponent);
}

/** Nothing was sent. */
function unsent(error: unknown): Outcome {
  if (error instanceof TemplateError)
    return { kind: "park", code: "TemplateFailed", reason: `The body's template failed at ${error.message}` };
  if (error instanceof SecretMissingError || error instanceof UnusableSecretError) {
    return { kind: "park", code: "SecretMissing", reason: error.message };
  }
  const reason = error instanceof Error ? error.message.slice(0, limits.conditionMessageMax) : "a Secret could not be read";
  return { kind: "retry", reason, notBeforeMs: 0, endpointUntilMs: 0 };
}

function unanswered(error: unknown, host: string): Outcome {
  if (error instanceof EgressRefusedError) return { kind: "park", code: "EgressRefused", reason: error.message };
  if (!(error instanceof HttpError)) return { kind: "unknown", reason: `the request to ${host} failed` };
  if (error.code === "InvalidRequest") return { kind: "park", code: "Refused", reason: error.message };
  if (error.mayHaveArrived) return { kind: "unknown", reason: error.message };
  return { kind: "retry", reason: error.message, notBeforeMs: 0, endpointUntilMs: 0 };
}

/** Paths of webhooks are secrets often enough: texts name the host alone. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "the receiver";
}
