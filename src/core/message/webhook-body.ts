import { cloudEvent } from "./cloud-event.ts";
import { eventBody, templateContext } from "./event-document.ts";
import type { Message } from "./message.ts";
import { renderField } from "../template/render-field.ts";
import { hasBody, type WebhookConfig } from "../notification/webhook-config.ts";

/** "" and null for a request that has no body. */
export interface WebhookBody {
  readonly contentType: string | null;
  readonly body: string;
}

/**
 * The body of a webhook: a pure function of its configuration and the message, so that every attempt sends the same bytes.
 *
 * @throws TemplateError where the template is wrong or does not render.
 */
export function webhookBody(config: WebhookConfig, { message, stream }: { message: Message; stream: string }): WebhookBody {
  if (!hasBody(config.method)) return { contentType: null, body: "" };
  switch (config.format) {
    case "event":
      return { contentType: "application/json", body: eventBody(message, stream) };
    case "cloudevents":
      return { contentType: "application/cloudevents+json; charset=utf-8", body: cloudEvent(message, stream) };
    case "template": {
      const { body: source, contentType } = config;
      const body = renderField(config, { source, contentType, context: templateContext(message, stream) });
      return { contentType: withCharset(contentType), body };
    }
  }
}

/** JSON is UTF-8 by its definition; a text has to say so. */
function withCharset(contentType: string): string {
  const isText = contentType.startsWith("text/") && !/;\s*charset=/i.test(contentType);
  return isText ? `${contentType}; charset=utf-8` : contentType;
}
