import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, RepositoryHost } from "../engine/ports.ts";
import type { Settings } from "../settings.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { apiUrlOf } from "./api-url.ts";
import { AppClients } from "./app-clients.ts";
import type { Fetch, GitHubClients } from "./clients.ts";
import type { HookHandlers } from "./hooks.ts";
import { noClients } from "./no-clients.ts";
import { followedFetch } from "./followed-fetch.ts";
import { hostsOf, onHosts } from "./one-host.ts";
import { ownerOf, pacedFetch, writeGapMs } from "./paced-fetch.ts";
import { GitHubRepositoryHost } from "./repository-host.ts";
import { TokenClients } from "./token-clients.ts";

/** Handles a request of GitHub's webhooks; false where it was for another path. */
export type HookHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export interface GitHub {
  readonly clients: GitHubClients;
  readonly host: RepositoryHost;
  /** null without the App's endpoint. */
  readonly hooks: HookHandler | null;
}

export interface StartGitHubOptions extends HookHandlers {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** See PacedFetchOptions. */
  readonly onDeparture?: () => void;
  /** For tests; the global fetch by default. */
  readonly fetch?: Fetch;
}

export const hooksPath = "/api/github/webhooks";

/** Connects to GitHub as the settings say: by an App (Probot, loaded only then), by a token, or not at all. */
export async function startGitHub(options: StartGitHubOptions): Promise<GitHub> {
  const { settings, clock, fetch = globalThis.fetch, onDeparture = () => {} } = options;
  const baseUrl = apiUrlOf(settings);
  const onResponse = (response: Response) => countResponse(options.metrics, response);
  const followed = followedFetch({ clock, fetch });
  const paced = pacedFetch({ clock, fetch: followed, writeGapMs: writeGapMs(baseUrl), onDeparture, onResponse });
  if (settings.appId === 0) {
    const { gitHubToken: token } = settings;
    const clients = token === "" ? noClients : onHosts(new TokenClients({ token, baseUrl, fetch: paced }), hostsOf(settings));
    return { clients, host: new GitHubRepositoryHost({ clients, clock, log: options.log }), hooks: null };
  }
  return await startApp({ ...options, baseUrl, fetch: paced });
}

function countResponse(metrics: Metrics, { status, headers, url }: Response): void {
  metrics.count("signalman_github_requests_total", { status: `${Math.floor(status / 100)}xx` });
  const remaining = headers.get("x-ratelimit-remaining");
  const owner = ownerOf(url);
  if (remaining !== null && owner !== null)
    metrics.set("signalman_github_rate_remaining", { installation: owner }, Number(remaining));
}

async function startApp(options: StartGitHubOptions & { baseUrl: string; fetch: Fetch }): Promise<GitHub> {
  const { settings, clock, log, baseUrl, fetch } = options;
  // Probot would take a secret of its own then, which everybody knows.
  if (settings.app && settings.webhookSecret === "") throw new Error("WEBHOOK_SECRET is empty. Set it, or start with --no-app");
  const { Probot, ProbotOctokit } = await import("probot");
  const { listenToHooks } = await import("./hooks.ts");
  const request = { fetch };
  const probot = new Probot({
    appId: settings.appId,
    privateKey: await privateKeyOf(settings),
    ...(settings.webhookSecret === "" ? {} : { secret: settings.webhookSecret }),
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
  const clients = onHosts(new AppClients(probot), hostsOf(settings));
  const onInstalled = () => {
    clients.forget();
    options.onInstalled();
  };
  listenToHooks(probot, { ...options, onInstalled });
  const middleware = settings.app ? await probot.getNodeMiddleware({ path: hooksPath }) : null;
  return {
    clients,
    host: new GitHubRepositoryHost({ clients, clock, log }),
    hooks: middleware === null ? null : async (incoming, outgoing) => Boolean(await middleware(incoming, outgoing)),
  };
}

/** Probot's own way to ask for a token knows no base: where one is renewed, the App's JWT would go to github.com. */
function authFrom(auth: unknown, baseUrl: string): { auth?: unknown } {
  const { request } = (auth ?? {}) as { request?: { defaults(options: object): unknown } };
  return request === undefined || baseUrl === "" ? {} : { auth: { ...(auth as object), request: request.defaults({ baseUrl }) } };
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`PRIVATE_KEY_PATH names ${path}, which cannot be read (${code}). Set it to the App's .pem file`, {
      cause: error,
    });
  }
}

/** PEM, PEM with \n for line ends, or base64 of it. Throws where it is no key: every request would fail later, and say less. */
async function privateKeyOf({ privateKey, privateKeyPath }: Settings): Promise<string> {
  const source = privateKeyPath === "" ? "PRIVATE_KEY" : "PRIVATE_KEY_PATH";
  const text = privateKeyPath === "" ? privateKey : await readKeyFile(privateKeyPath);
  const lines = text.replaceAll("\\n", "\n").trim();
  const pem = lines.startsWith("-----BEGIN") ? lines : Buffer.from(lines, "base64").toString("utf8");
  try {
    createPrivateKey(pem);
  } catch {
    // The error's own words could repeat a part of the key.
    throw new Error(`${source} holds no private key. Use the .pem file that GitHub gave for the App, as it is or in base64`);
  }
  return pem;
}
