import { escapeHtml } from "./escape-html.ts";
import { escapeJson } from "./escape-json.ts";

/** How `{{x}}` is escaped: by JSON's rules for the inside of a string, by HTML's (XML's too), or not at all. */
export type Escaping = "json" | "html" | "text";

/** By a media type such as `application/json; charset=utf-8`; "text" where it is of neither kind. */
export function escapingOf(contentType: string): Escaping {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json" || type === "text/json" || type.endsWith("+json")) return "json";
  if (type === "text/html" || type === "application/xml" || type === "text/xml" || type.endsWith("+xml")) return "html";
  return "text";
}

export function escapeFor(escaping: Escaping, text: string): string {
  switch (escaping) {
    case "json":
      return escapeJson(text);
    case "html":
      return escapeHtml(text);
    case "text":
      return text;
  }
}
