import { createHttpClient, type HttpClient } from "../http/client.ts";
import type { Settings } from "../settings.ts";

/** The way out for webhooks, with the guard and the proxies that the settings say; `onDeparture`: see HttpClientOptions. */
export function startHttpClient(settings: Settings, onDeparture: () => void = () => {}): HttpClient {
  const { strictEgress, allowEgress, httpsProxy, httpProxy, noProxy } = settings;
  return createHttpClient({
    onDeparture,
    egress: { strict: strictEgress, allow: allowEgress },
    proxies: { https: httpsProxy, http: httpProxy, except: noProxy },
  });
}
