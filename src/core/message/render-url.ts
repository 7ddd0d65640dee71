import { limits } from "../limits.ts";
import type { TemplateContext } from "../template/event-data.ts";
import { isTemplate } from "../template/is-template.ts";
import { TemplateError } from "../template/template-problem.ts";
import { renderField } from "../template/render-field.ts";

/**
 * A URL of a destination's configuration, a template behind its host. What is inserted is percent-encoded, so that it stays within its segment or
 * value; one that is a segment of dots would still lead elsewhere and is refused.
 *
 * @throws TemplateError where the template is wrong, does not render, or makes another URL than was written.
 */
export function renderUrl(config: object, { source, context }: { source: string; context: TemplateContext }): string {
  if (!isTemplate(source)) return source;
  const url = renderField(config, { source, contentType: "application/x-www-form-urlencoded", context });
  if (url.length > limits.urlRenderedMax) throw refused(`${url.length} characters; at most ${limits.urlRenderedMax} are sent`);
  if (pathOf(url).some(isDots)) throw refused('a segment of the path is "." or "..", which would lead elsewhere');
  const host = (text: string) => /^https?:\/\/[^/?#]*/.exec(text)?.[0];
  if (host(url) !== host(source) || !URL.canParse(url)) throw refused("the host is not the one that is written");
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
