import { limits } from "../limits.ts";
import type { WebhookConfig } from "../notification/webhook-config.ts";
import { cut } from "../template/cut.ts";
import { isTemplate } from "../template/is-template.ts";
import { templateContext } from "./event-document.ts";
import type { Message } from "./message.ts";
import { renderField } from "../template/render-field.ts";

/**
 * The headers that a Notification gives, names in small letters. What a template inserts stays in its header: see `headerText`.
 *
 * @throws TemplateError where a template is wrong or does not render.
 */
export function webhookHeaders(
  config: WebhookConfig,
  { message, stream }: { message: Message; stream: string },
): Readonly<Record<string, string>> {
  const valueOf = (value: string) => {
    if (!isTemplate(value)) return value;
    const context = templateContext(message, stream);
    return headerText(cut(renderField(config, { source: value, contentType: "text/plain", context }), limits.headerValueMax));
  };
  return Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), valueOf(value)]));
}

/** A text as a header's value: what is not printable ASCII is percent-encoded, as in a URL, and so no line of it can end. */
export function headerText(text: string): string {
  return text
    .toWellFormed()
    .trim()
    .replaceAll(/[^\x20-\x7e]+/gu, encodeURIComponent);
}
