import { escapeHtml } from "./escape-html.ts";
import { escapeJson } from "./escape-json.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { escapeUrl } from "./escape-url.ts";
import type { TemplateProblemCode } from "./template-problem.ts";

/**
 * How `{{x}}` is escaped: by JSON's rules for the inside of a string, by HTML's (XML's too), by a URL's (a form's too), as text in GitHub's Markdown that
 * does nothing, or not at all.
 */
export type Escaping = "json" | "html" | "url" | "markdown" | "text";

/** GitHub's Markdown (RFC 7764): what is inserted stays text. */
export const gitHubMarkdown = "text/markdown; variant=GFM";

/** Why `{{{x}}}` is refused, where one value could end what it stands in and begin another; null where it is allowed. */
export function rawRefusal(escaping: Escaping): { readonly code: TemplateProblemCode; readonly message: string } | null {
  switch (escaping) {
    case "json":
      return { code: "TemplateJson", message: "{{{x}}} is not allowed in JSON: write {{x}} in quotes, or {{json x}}." };
    case "url":
      return { code: "TemplateUnsupported", message: "{{{x}}} is not allowed in a URL or a form: write {{x}}." };
    case "markdown":
      return { code: "TemplateUnsupported", message: "{{{x}}} is not allowed in Markdown that GitHub shows: write {{x}}." };
    case "html":
    case "text":
      return null;
  }
}

/** By a media type such as `application/json; charset=utf-8`; "text" where it is of neither kind. */
export function escapingOf(contentType: string): Escaping {
  if (contentType === gitHubMarkdown) return "markdown";
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json" || type === "text/json" || type.endsWith("+json")) return "json";
  if (type === "text/html" || type === "application/xml" || type === "text/xml" || type.endsWith("+xml")) return "html";
  return type === "application/x-www-form-urlencoded" ? "url" : "text";
}

export function escapeFor(escaping: Escaping, text: string): string {
  switch (escaping) {
    case "json":
      return escapeJson(text);
    case "html":
      return escapeHtml(text);
    case "url":
      return escapeUrl(text);
    case "markdown":
      return escapeMarkdown(text);
    case "text":
      return text;
  }
}
