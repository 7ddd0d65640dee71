import { formatDuration, parseDuration } from "./core/notification/duration.ts";
import type { RepositoryGrant } from "./core/notification/repository-policy.ts";
import { nearest } from "./core/template/suggest.ts";

/** Readers of values. Each throws an Error whose message is the end of the sentence "PORT "x" …". */

export function parseText(text: string): string {
  return text;
}

export function parseInteger({ min, max }: { min: number; max: number }): (text: string) => number {
  return (text) => {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new Error(`is not a whole number from ${min} to ${max}.`);
  };
}

export function parseOneOf<T extends string>(values: readonly T[]): (text: string) => T {
  return (text) => {
    const value = values.find((it) => it === text);
    if (value !== undefined) return value;
    const meant = nearest(text, values);
    throw new Error(`is not one of ${values.join(", ")}.${meant === null ? "" : ` Did you mean "${meant}"?`}`);
  };
}

/** What may stand in labels, status contexts and Kubernetes names. */
export function parseName({ max }: { max: number }): (text: string) => string {
  return (text) => {
    if (text.length <= max && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text)) return text;
    throw new Error(`is not a name: letters, digits, "-", "_" and ".", a letter or digit at both ends, at most ${max}.`);
  };
}

export function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error("is not a URL that begins with https:// or http://.");
  if (url.username !== "" || url.password !== "") throw new Error("may not have a user name or password in it.");
  return text.replace(/\/+$/, "");
}

/** Name of a GitHub App: GitHub takes at most 34 characters. */
export function parseAppName(text: string): string {
  if (text.length <= 34 && text.trim() === text && !/\p{C}/u.test(text)) return text;
  throw new Error("is not a name of a GitHub App: at most 34 characters, none of them invisible.");
}

/** `15m`, `1h30m`: milliseconds. */
export function parseDurationWithin({ minMs, maxMs }: { minMs: number; maxMs: number }): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== null && ms >= minMs && ms <= maxMs) return ms;
    throw new Error(`is not a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, as in 15m or 1h30m.`);
  };
}

/** `fleet-default/shop`: a GitRepo. */
export function parseGitRepoName(text: string): { readonly namespace: string; readonly name: string } | null {
  const [, namespace, name] = /^([a-z0-9][-a-z0-9]{0,62})\/([a-z0-9][-.a-z0-9]{0,252})$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { namespace, name };
  throw new Error("is not NAMESPACE/NAME, as in fleet-default/shop.");
}

/** `team-a=acme/shop`, `team-*=acme/*`: who may report to what (`repositoryPolicy`). */
export function parseRepositoryGrant(text: string): RepositoryGrant {
  const [, namespace, repository] =
    /^([a-z0-9*?-]{1,63})=([A-Za-z0-9_.*?-]{1,100}(?:\/[A-Za-z0-9_.*?-]{1,100})+)$/.exec(text) ?? [];
  if (namespace !== undefined && repository !== undefined) return { namespace, repository };
  throw new Error("is not NAMESPACE=OWNER/NAME, as in team-a=acme/shop; * and ? may stand for letters: team-a=acme/*.");
}

/** A proxy's URL; `HOST:PORT` is http. Its path is not looked at. */
export function parseProxy(text: string): string {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  const isProxy = url !== null && /^https?:$/.test(url.protocol) && isEncoded(url.username) && isEncoded(url.password);
  if (isProxy) return url.href;
  throw new Error("is not a proxy: http://HOST:PORT or https://HOST:PORT, user and password percent-encoded.");
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text).isWellFormed();
  } catch {
    return false;
  }
}
