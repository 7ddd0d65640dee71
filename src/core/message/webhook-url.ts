import { limits } from "../limits.ts";
import type { WebhookConfig } from "../notification/webhook-config.ts";
import { isTemplate } from "../template/is-template.ts";
import { TemplateError } from "../template/template-problem.ts";
import { templateContext } from "./event-document.ts";
import type { Message } from "./message.ts";
import { renderField } from "./render-field.ts";

/**
 * The URL of a webhook that has one (no `urlSecret`). What a template inserts is percent-encoded, so that it stays within its segment or value;
 * one that is a segment of dots would still lead elsewhere and is refused.
 *
 * @throws TemplateError where the template is wrong, does not render, or makes another URL than was written.
 */
export function webhookUrl(config: WebhookConfig, { message, stream }: { message: Message; stream: string }): string {
  if (!isTemplate(config.url)) return config.url;
  const context = templateContext(message, stream);
  const url = renderField(config, { source: config.url, contentType: "application/x-www-form-urlencoded", context });
  if (url.length > limits.urlRenderedMax) throw refused(`${url.length} characters; at most ${limits.urlRenderedMax} are sent`);
  if (pathOf(url).some(isDots)) throw refused('a segment of the path is "." or "..", which would lead elsewhere');
  const host = (text: string) => /^https?:\/\/[^/?#]*/.exec(text)?.[0];
  if (host(url) !== host(config.url) || !URL.canParse(url)) throw refused("the host is not the one that is written");
  return url;
}

function pathOf(url: string): readonly string[] {
  const [path = ""] = url.replace(/^https?:\/\//, "").split(/[?#]/, 1);
  return path.split("/");
}

/** As URLs are read (WHATWG): `%2e` is a dot too. */
function isDots(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

function refused(what: string): TemplateError {
  return new TemplateError({
    code: "TemplateType",
    line: 1,
    column: 1,
    message: `What the template renders is no URL to use: ${what}.`,
  });
}
