import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../engine/ports.ts";
import type { Settings } from "../settings.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Connect, Connection } from "./account-clients.ts";
import { apiUrlOf } from "./api-url.ts";
import { AppClients } from "./app-clients.ts";
import type { Fetch, GitHubClients } from "./clients.ts";
import { createProbot } from "./create-probot.ts";
import { followedFetch } from "./followed-fetch.ts";
import type { HookHandlers } from "./hooks.ts";
import { noClients } from "./no-clients.ts";
import { hostsAt, hostsOf, onHosts } from "./one-host.ts";
import { ownerOf, pacedFetch, writeGapMs } from "./paced-fetch.ts";
import { privateKeyOf } from "./private-key.ts";
import { TokenClients } from "./token-clients.ts";

/** Handles a request of GitHub's webhooks; false where it was for another path. */
export type HookHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export interface GitHub {
  /** Signalman's own. */
  readonly clients: GitHubClients;
  /** For accounts that Notifications name. */
  readonly connect: Connect;
  /** null without the App's endpoint. */
  readonly hooks: HookHandler | null;
}

export interface StartGitHubOptions extends HookHandlers {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** See PacedFetchOptions. */
  readonly onDeparture?: () => void;
  /** To the GitHub that the settings name; the global fetch by default. */
  readonly fetch?: Fetch;
  /** To a GitHub that a Notification names: it may refuse addresses (http/client). */
  readonly guardedFetch: Fetch;
}

export const hooksPath = "/api/github/webhooks";

/** Connects to GitHub as the settings say: by an App (Probot, loaded only then), by a token, or not at all. */
export async function startGitHub(options: StartGitHubOptions): Promise<GitHub> {
  const { settings } = options;
  const connect: Connect = (connection) => connectAs(connection, options);
  if (settings.appId !== 0) return { ...(await startApp(options)), connect };
  const { gitHubToken: token } = settings;
  const own = { apiUrl: "", credentials: { kind: "token", token }, name: "" } as const;
  return { clients: token === "" ? noClients : await connect(own), connect, hooks: null };
}

/** The GitHub that is meant, and the way there, with manners of its own for each account: GitHub's limits are each one's own. */
function wayTo({ apiUrl, name }: Pick<Connection, "apiUrl" | "name">, options: StartGitHubOptions) {
  const { settings, clock, metrics, fetch = globalThis.fetch, guardedFetch, onDeparture = () => {} } = options;
  const isOwn = apiUrl === "";
  const baseUrl = isOwn ? apiUrlOf(settings) : apiUrl;
  const followed = followedFetch({ clock, fetch: isOwn ? fetch : guardedFetch });
  const onResponse = (response: Response) => countResponse(metrics, { response, name });
  return {
    baseUrl,
    hosts: isOwn ? hostsOf(settings) : hostsAt(apiUrl),
    fetch: pacedFetch({ clock, fetch: followed, writeGapMs: writeGapMs(baseUrl), onDeparture, onResponse }),
  };
}

async function connectAs({ credentials, ...connection }: Connection, options: StartGitHubOptions): Promise<GitHubClients> {
  const { baseUrl, hosts, fetch } = wayTo(connection, options);
  if (credentials.kind === "token") return onHosts(new TokenClients({ token: credentials.token, baseUrl, fetch }), hosts);
  const { appId, privateKey } = credentials;
  const probot = await createProbot({ appId, privateKey, webhookSecret: "", baseUrl, fetch, log: options.log });
  return onHosts(new AppClients(probot), hosts);
}

function countResponse(metrics: Metrics, { response, name }: { response: Response; name: string }): void {
  const { status, headers, url } = response;
  metrics.count("signalman_github_requests_total", { status: `${Math.floor(status / 100)}xx` });
  const remaining = headers.get("x-ratelimit-remaining");
  const owner = ownerOf(url);
  if (remaining === null || owner === null) return;
  const installation = name === "" ? owner : `${owner} as ${name}`;
  metrics.set("signalman_github_rate_remaining", { installation }, Number(remaining));
}

/** Signalman's own App, which may listen to GitHub's webhooks. */
async function startApp(options: StartGitHubOptions): Promise<Omit<GitHub, "connect">> {
  const { settings, log } = options;
  const { appId, app, webhookSecret } = settings;
  // Probot would take a secret of its own then, which everybody knows.
  if (app && webhookSecret === "") throw new Error("WEBHOOK_SECRET is empty. Set it, or start with --no-app");
  const { baseUrl, hosts, fetch } = wayTo({ apiUrl: "", name: "" }, options);
  const probot = await createProbot({ appId, privateKey: await ownPrivateKey(settings), webhookSecret, baseUrl, fetch, log });
  const clients = onHosts(new AppClients(probot), hosts);
  const onInstalled = () => {
    clients.forget();
    options.onInstalled();
  };
  const { listenToHooks } = await import("./hooks.ts");
  listenToHooks(probot, { ...options, onInstalled });
  const middleware = app ? await probot.getNodeMiddleware({ path: hooksPath }) : null;
  return {
    clients,
    hooks: middleware === null ? null : async (incoming, outgoing) => Boolean(await middleware(incoming, outgoing)),
  };
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

/** Throws where it is no key: every request would fail later, and say less. */
async function ownPrivateKey({ privateKey, privateKeyPath }: Settings): Promise<string> {
  const source = privateKeyPath === "" ? "PRIVATE_KEY" : "PRIVATE_KEY_PATH";
  const key = privateKeyOf(privateKeyPath === "" ? privateKey : await readKeyFile(privateKeyPath));
  if (key !== null) return key;
  throw new Error(`${source} holds no private key. Use the .pem file that GitHub gave for the App, as it is or in base64`);
}
