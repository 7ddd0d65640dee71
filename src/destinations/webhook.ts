import type { Outcome } from "../core/delivery/outcome.ts";
import { limits } from "../core/limits.ts";
import { webhookBody } from "../core/message/webhook-body.ts";
import { headerText, webhookHeaders } from "../core/message/webhook-headers.ts";
import { webhookUrl } from "../core/message/webhook-url.ts";
import type { WebhookConfig } from "../core/notification/rule.ts";
import { TemplateError } from "../core/template/template-problem.ts";
import { EgressRefusedError } from "../http/egress.ts";
import { HttpError } from "../http/http-error.ts";
import type { Attempt, Destination, DestinationIo, HttpRequest } from "./destination.ts";
import { SecretMissingError } from "./secret-missing-error.ts";
import { UnusableSecretError } from "./unusable-secret-error.ts";
import { authHeaders } from "./webhook-auth.ts";
import { webhookOutcome } from "./webhook-outcome.ts";
import { UsableSecrets } from "./usable-secrets.ts";
import { webhookSignature } from "./webhook-signature.ts";
import { tlsIdentity } from "./webhook-tls.ts";

/**
 * A webhook (design §5): one request for each message. `webhook-id` and body are the same on every attempt of a message, so that after a lost
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
      return webhookOutcome(await io.http(request, signal), { receiver: request.receiver, now: io.now() });
    } catch (error) {
      return unanswered(error, request.receiver);
    }
  },
};

/** @throws FieldError, SecretMissingError or UnusableSecretError; whatever else `io.secret` throws. */
async function webhookRequest(attempt: Attempt<WebhookConfig>, io: DestinationIo, signal: AbortSignal): Promise<HttpRequest> {
  const { config, message, stream } = attempt;
  // Templates first: where one fails, no Secret is read.
  const { contentType, body } = made("body", () => webhookBody(config, attempt));
  const headers = made("headers", () => webhookHeaders(config, attempt));
  const written = made("url", () => webhookUrl(config, attempt));
  const secrets = new UsableSecrets(io, signal);
  const timestamp = String(Math.floor(io.now() / 1_000));
  const [url, authorization, signature, tls] = await Promise.all([
    config.urlSecret === null ? written : secrets.read(config.urlSecret, usableUrl),
    authHeaders(config.auth, secrets),
    config.signing === null ? null : webhookSignature(config.signing, secrets, { id: message.id, timestamp, body }),
    config.tls === null ? null : tlsIdentity(config.tls, secrets),
  ]);
  return {
    method: config.method,
    url,
    receiver: receiverOf(config),
    headers: {
      "user-agent": "signalman",
      ...headers,
      ...(contentType !== null && { "content-type": contentType }),
      ...authorization,
      "webhook-id": message.id,
      "webhook-timestamp": timestamp,
      ...(signature !== null && { "webhook-signature": signature }),
      "signalman-stream": headerText(stream),
      "signalman-sequence": String(message.sequence),
    },
    body,
    ...(tls !== null && { tls }),
    timeoutMs: config.timeoutMs,
  };
}

/** What texts call the receiver. Paths of webhooks are secrets often enough, so they name the host alone; of a URL in a Secret not even that. */
function receiverOf({ url, urlSecret }: WebhookConfig): string {
  if (urlSecret !== null) return `the URL in Secret ${urlSecret.namespace}/${urlSecret.name}`;
  return /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? "the receiver";
}

function usableUrl(value: string, refuse: (why: string) => never): string {
  const url = URL.parse(value);
  if (url === null || !/^https?:\/\/[^/?#]/.test(value) || value.length > limits.urlMax) return refuse("no http or https URL");
  if (url.username !== "" || url.password !== "")
    return refuse("a URL with a user name or password in it, which belongs into auth.basic");
  return value;
}

/** A template that failed, with the field that it stands in. */
class FieldError extends Error {
  override readonly name = "FieldError";
}

function made<Made>(field: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new FieldError(`The template of webhook.${field} failed at ${error.message}`, { cause: error });
  }
}

/** Nothing was sent. */
function unsent(error: unknown): Outcome {
  if (error instanceof FieldError) return { kind: "park", code: "TemplateFailed", reason: error.message };
  if (error instanceof SecretMissingError || error instanceof UnusableSecretError) {
    return { kind: "park", code: "SecretMissing", reason: error.message };
  }
  const reason = error instanceof Error ? error.message.slice(0, limits.conditionMessageMax) : "a Secret could not be read";
  return { kind: "retry", reason, notBeforeMs: 0, endpointUntilMs: 0 };
}

function unanswered(error: unknown, receiver: string): Outcome {
  if (error instanceof EgressRefusedError) return { kind: "park", code: "EgressRefused", reason: error.message };
  if (!(error instanceof HttpError)) return { kind: "unknown", reason: `the request to ${receiver} failed` };
  if (error.code === "InvalidRequest") return { kind: "park", code: "Refused", reason: error.message };
  if (error.mayHaveArrived) return { kind: "unknown", reason: error.message };
  return { kind: "retry", reason: error.message, notBeforeMs: 0, endpointUntilMs: 0 };
}
