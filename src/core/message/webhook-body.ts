import { eventBody, templateContext } from "./event-document.ts";
import type { Message } from "./message.ts";
import type { WebhookConfig } from "../notification/rule.ts";
import { escapingOf } from "../template/escaping.ts";
import { renderTemplate } from "../template/evaluate.ts";
import { compileTemplate, type Template } from "../template/parse-template.ts";

/** Parsed once for each configuration; gone with it. */
const parsed = new WeakMap<WebhookConfig, Template>();

/**
 * The body of a webhook: a pure function of its configuration and the message, so that every attempt sends the same bytes.
 *
 * @throws TemplateError where the template is wrong or does not render.
 */
export function webhookBody(
  config: WebhookConfig,
  { message, stream }: { message: Message; stream: string },
): { contentType: string; body: string } {
  if (config.format === "event") return { contentType: "application/json", body: eventBody(message, stream) };
  let template = parsed.get(config);
  if (template === undefined) {
    template = compileTemplate(config.body);
    parsed.set(config, template);
  }
  const body = renderTemplate(template, { context: templateContext(message, stream), escaping: escapingOf(config.contentType) });
  return { contentType: withCharset(config.contentType), body };
}

/** JSON is UTF-8 by its definition; a text has to say so. */
function withCharset(contentType: string): string {
  const isText = contentType.startsWith("text/") && !/;\s*charset=/i.test(contentType);
  return isText ? `${contentType}; charset=utf-8` : contentType;
}
