import type { WrittenWebhook } from "./written-webhook.ts";

/**
 * A webhook, overridden by the same one of the level below, field by field. Who changes where it goes (`url`, `urlSecretRef`) inherits nothing
 * that says who we are: neither auth, headers, signing nor tls (design §3). Else a tenant could have the platform's token sent to himself.
 */
export function mergeWebhook(upper: WrittenWebhook, lower: WrittenWebhook | undefined): WrittenWebhook {
  if (lower === undefined) return upper;
  const changes = Object.fromEntries(Object.entries(lower).filter(([, value]) => value !== undefined)) as WrittenWebhook;
  if (!isMoved(upper, lower)) return { ...upper, ...changes };
  const { url: _url, urlSecretRef: _secret, auth: _auth, headers: _headers, signing: _signing, tls: _tls, ...harmless } = upper;
  return { ...harmless, ...changes };
}

/** A Secret that is named anew counts as another address, whatever is in it: whoever names it chose it. */
function isMoved(upper: WrittenWebhook, { url, urlSecretRef }: WrittenWebhook): boolean {
  return urlSecretRef !== undefined || (url !== undefined && url !== upper.url);
}
