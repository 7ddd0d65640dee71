import type { Probot } from "probot";
import type { Log } from "../telemetry/log.ts";
import type { Fetch } from "./clients.ts";

export interface CreateProbotOptions {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** "" where no webhooks are taken. */
  readonly webhookSecret: string;
  /** "" for github.com's. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly log: Log;
}

/** A GitHub App, ready to be asked. Probot is loaded only where there is one. */
export async function createProbot(options: CreateProbotOptions): Promise<Probot> {
  const { appId, privateKey, webhookSecret, baseUrl, fetch, log } = options;
  const { Probot, ProbotOctokit } = await import("probot");
  const request = { fetch };
  const probot = new Probot({
    appId,
    privateKey,
    ...(webhookSecret === "" ? {} : { secret: webhookSecret }),
    ...(baseUrl === "" ? {} : { baseUrl }),
    // core/delivery owns retries and limits; the retry plugin would repeat a POST whose answer was lost (design §5).
    Octokit: ProbotOctokit.defaults((defaults: { readonly auth?: unknown }) => ({
      ...defaults,
      ...authFrom(defaults.auth, baseUrl),
      retry: { enabled: false },
      throttle: { enabled: false },
      request,
    })),
    // Its errors carry the bodies of hooks, signed or not, and each is logged three times: `listenToHooks` tells them.
    log: log.child({}, { level: "fatal" }),
    request,
  });
  await probot.ready();
  return probot;
}

/** Probot's own way to ask for a token knows no base: where one is renewed, the App's JWT would go to github.com. */
function authFrom(auth: unknown, baseUrl: string): { auth?: unknown } {
  const { request } = (auth ?? {}) as { request?: { defaults(options: object): unknown } };
  return request === undefined || baseUrl === "" ? {} : { auth: { ...(auth as object), request: request.defaults({ baseUrl }) } };
}
