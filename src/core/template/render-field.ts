import { escapingOf } from "./escaping.ts";
import { renderTemplate } from "./evaluate.ts";
import { compileTemplate, type Template } from "./parse-template.ts";

/** Parsed once for each configuration, by source; gone with it. A configuration has no more sources than fields. */
const parsed = new WeakMap<object, Map<string, Template>>();

/**
 * Renders a template of a destination's configuration. What is inserted is escaped for the content type; `context` is plain data.
 *
 * @throws TemplateError where the template is wrong or does not render.
 */
export function renderField(
  config: object,
  { source, contentType, context }: { source: string; contentType: string; context: object },
): string {
  let templates = parsed.get(config);
  if (templates === undefined) {
    templates = new Map();
    parsed.set(config, templates);
  }
  let template = templates.get(source);
  if (template === undefined) {
    template = compileTemplate(source);
    templates.set(source, template);
  }
  return renderTemplate(template, { context, escaping: escapingOf(contentType) });
}
