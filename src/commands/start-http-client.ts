import { createHttpClient, type HttpClient } from "../http/client.ts";
import type { Settings } from "../settings.ts";

/** The way out for webhooks, with the guard and the proxies that the settings say. */
export function startHttpClient({ strictEgress, allowEgress, httpsProxy, httpProxy, noProxy }: Settings): HttpClient {
  return createHttpClient({
    egress: { strict: strictEgress, allow: allowEgress },
    proxies: { https: httpsProxy, http: httpProxy, except: noProxy },
  });
}
