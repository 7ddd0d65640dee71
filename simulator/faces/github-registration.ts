import type { AppManifest } from "../world/github-manifests.ts";
import type { Permissions } from "../world/github-installations.ts";
import type { GitHubWorld } from "../world/github.ts";
import type { ApiAnswer, ApiRequest } from "./github-api-answer.ts";

/**
 * GitHub's page on which an App is registered from a manifest, as if whoever sees it agreed at once: 302 to the manifest's `redirect_url` with
 * the code and the state. null for every other path.
 */
export function answerRegistration(world: GitHubWorld, { method, path, query, bodyText = "" }: ApiRequest): ApiAnswer | null {
  const found = /^(?:\/organizations\/(?<organization>[^/]+))?\/settings\/apps\/new$/.exec(path);
  if (found === null || method !== "POST") return null;
  const manifest = manifestOf(new URLSearchParams(bodyText).get("manifest") ?? "");
  if (typeof manifest === "string") return { status: 422, headers: { "content-type": "text/plain" }, body: `${manifest}\n` };
  const to = new URL(manifest.redirectUrl);
  to.searchParams.set("code", world.manifests.register(manifest, found.groups?.["organization"] ?? ""));
  const state = query.get("state");
  if (state !== null) to.searchParams.set("state", state);
  return { status: 302, headers: { location: to.href }, body: "" };
}

/** Parameters of a manifest, by GitHub's page about them. */
const known = new Set([
  "name",
  "url",
  "hook_attributes",
  "redirect_url",
  "callback_urls",
  "setup_url",
  "description",
  "public",
  "default_events",
  "default_permissions",
  "request_oauth_on_install",
  "setup_on_update",
]);
/** GitHub: at most 34 characters. */
const nameMax = 34;

/** What is wrong with it, where it is none. */
function manifestOf(text: string): AppManifest | string {
  const fields = asObject(text);
  if (fields === null) return "the manifest is no JSON object";
  const { name = "", url, hook_attributes: hook, redirect_url: redirectUrl, default_events: events = [] } = fields;
  const unknown = Object.keys(fields).filter((it) => !known.has(it));
  if (unknown.length > 0) return `unknown: ${unknown.join(", ")}`;
  if (typeof url !== "string" || !URL.canParse(url)) return "url is missing";
  if (typeof redirectUrl !== "string" || !URL.canParse(redirectUrl)) return "redirect_url is missing";
  if (typeof name !== "string" || name.length > nameMax) return `name is longer than ${nameMax}`;
  const { url: hookUrl, active = true } = (hook ?? {}) as { url?: string; active?: boolean };
  if (hook !== undefined && (hookUrl === undefined || !URL.canParse(hookUrl))) return "hook_attributes has no url";
  return {
    name,
    url,
    redirectUrl,
    events: events as string[],
    permissions: (fields["default_permissions"] ?? {}) as Permissions,
    hookUrl: active ? (hookUrl ?? "") : "",
  };
}

function asObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
