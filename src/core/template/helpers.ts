import type { Escaping } from "./escaping.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { limits } from "../limits.ts";
import { plainJson, tooDeep } from "./plain-json.ts";
import type { HelperName } from "./syntax.ts";

/** What a helper made: text to be escaped as any other, but where it is already what the body needs. */
export interface HelperResult {
  readonly text: string;
  readonly safeIn: ReadonlySet<Escaping>;
}

const nowhere: ReadonlySet<Escaping> = new Set();
/** In a URL nothing is safe, and in Markdown JSON is not. */
const whereJsonIs: ReadonlySet<Escaping> = new Set<Escaping>(["json", "html", "text"]);
const whereMarkdownIs: ReadonlySet<Escaping> = new Set<Escaping>(["markdown"]);

/**
 * The helpers of templates (design §4):
 *
 * - `json x`: x as JSON, with its quotes; never escaped again.
 * - `md x`: x as text in Markdown that does nothing (no formatting, mentions, links, HTML comments).
 * - `short sha`: the first 7 characters.
 * - `date t`: `2026-11-23 12:00 UTC`, from an ISO time or from milliseconds; what is neither stays as it is.
 */
export function callHelper(name: HelperName, value: unknown): HelperResult {
  switch (name) {
    case "json":
      return { text: plainJson(value), safeIn: whereJsonIs };
    case "md":
      return { text: escapeMarkdown(asText(value)), safeIn: whereMarkdownIs };
    case "short":
      return { text: Array.from(asText(value).slice(0, 14)).slice(0, 7).join(""), safeIn: nowhere };
    case "date":
      return { text: minute(value), safeIn: nowhere };
  }
}

/**
 * A value as Handlebars writes it, by JavaScript's rules: null is nothing, a list is joined by commas, an object is "[object Object]".
 *
 * @throws RangeError where lists are nested deeper than `limits.templateDataDepthMax`.
 */
export function asText(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) {
    if (depth >= limits.templateDataDepthMax) throw tooDeep();
    return value.map((it) => asText(it, depth + 1)).join(",");
  }
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "[object Object]";
}

function minute(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return asText(value);
  const ms = typeof value === "number" ? value : Date.parse(value);
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return String(value);
  return `${new Date(ms).toISOString().slice(0, -8).replace("T", " ")} UTC`;
}
