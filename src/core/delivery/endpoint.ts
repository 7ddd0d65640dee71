import { parseRepository } from "../history/parse-repository.ts";
import { limits } from "../limits.ts";
import { accountKey } from "../notification/git-hub-account.ts";
import type { Rule, SecretReference, WebhookConfig } from "../notification/rule.ts";
import { backoffMs } from "./backoff.ts";

/**
 * One receiver's end: a webhook's host, or GitHub for an owner and who speaks to it: GitHub's limits are each installation's and each token's own. Streams that share it share its limits.
 *
 * It is **open** while requests succeed; after `limits.breakerFailures` failures in a row it is **probing**: one request at a time, with a
 * pause that doubles, until one is answered. `restUntilMs` is what the receiver itself asked for (Retry-After, a rate limit).
 */
export interface Endpoint {
  readonly key: string;
  inFlight: number;
  failures: number;
  restUntilMs: number;
}

/** Asked for every stream that waits, at every turn, and a URL is dear to parse: kept with its configuration. */
const receivers = new WeakMap<WebhookConfig, string>();

/** The endpoint of a rule for a GitRepo's repository. */
export function endpointKey(rule: Rule, repo: string): string {
  if (rule.config.type === "webhook") {
    const known = receivers.get(rule.config);
    if (known !== undefined) return known;
    const key = `webhook ${receiverOf(rule.config)}`;
    receivers.set(rule.config, key);
    return key;
  }
  const repository = parseRepository(repo);
  const owner = repository === null ? "" : ` ${repository.host}/${repository.owner}`.toLowerCase();
  return rule.account === null ? `github${owner}` : `github${owner} as ${accountKey(rule.account)}`;
}

/**
 * A template's host is written out in its URL. What is in a Secret is not known here: the Secret stands for it. Who trusts other authorities, or shows
 * another certificate, has connections of his own, which fail by themselves: they must not hold up those of others.
 */
function receiverOf({ url, urlSecret, tls }: WebhookConfig): string {
  const host = urlSecret === null ? URL.parse(url.replace(/[?#{].*/s, ""))?.origin : `Secret ${nameOf(urlSecret)}`;
  if (tls === null) return host ?? "";
  const secrets = [tls.ca, tls.client?.certificate ?? null].map((it) => (it === null ? "" : nameOf(it)));
  return `${host ?? ""} tls ${secrets.join(" ")}`;
}

function nameOf({ namespace, name, key }: SecretReference): string {
  return `${namespace}/${name}/${key}`;
}

export function newEndpoint(key: string): Endpoint {
  return { key, inFlight: 0, failures: 0, restUntilMs: 0 };
}

export function hasRoom(endpoint: Endpoint, now: number): boolean {
  const most = endpoint.key.startsWith("webhook ") ? limits.endpointInFlightMax : limits.gitHubInFlightMax;
  const max = endpoint.failures >= limits.breakerFailures ? 1 : most;
  return endpoint.restUntilMs <= now && endpoint.inFlight < max;
}

/** Takes over what came of a request. `untilMs`: until when the receiver asked to be left alone, 0 where it did not. */
export function settle(endpoint: Endpoint, { isAlive, untilMs }: { isAlive: boolean; untilMs: number }, now: number): void {
  endpoint.inFlight -= 1;
  endpoint.failures = isAlive ? 0 : endpoint.failures + 1;
  const over = endpoint.failures - limits.breakerFailures;
  const pauseMs =
    over < 0
      ? 0
      : backoffMs({ failures: over + 1, seed: endpoint.key, minMs: limits.retryMinMs, maxMs: limits.breakerPauseMaxMs });
  endpoint.restUntilMs = Math.max(endpoint.restUntilMs, untilMs, now + pauseMs);
}
