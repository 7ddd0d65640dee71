import type { WebhookConfig } from "../notification/webhook-config.ts";
import { templateContext } from "./event-document.ts";
import type { Message } from "./message.ts";
import { renderUrl } from "./render-url.ts";

/**
 * The URL of a webhook that has one (no `urlSecret`).
 *
 * @throws TemplateError as `renderUrl` does.
 */
export function webhookUrl(config: WebhookConfig, { message, stream }: { message: Message; stream: string }): string {
  return renderUrl(config, { source: config.url, context: templateContext(message, stream) });
}
