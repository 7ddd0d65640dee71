import { systemClock } from "../engine/system-clock.ts";
import type { SecretReference } from "../core/notification/rule.ts";
import type { AccountClients } from "../github/account-clients.ts";
import type { GitHub } from "../github/start-github.ts";
import { type GitHubWrite, toldFetch } from "../github/told-fetch.ts";
import type { HttpClient } from "../http/client.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Credentials } from "../kubernetes/credentials.ts";
import type { SecretReader } from "../kubernetes/secret-reader.ts";
import type { Settings } from "../settings.ts";

/**
 * The world outside for a verb that does one thing and ends. Each connection is made, and its libraries are loaded, when it is first asked for:
 * who shows a sample needs none.
 */
export class Connections {
  readonly #settings: Settings;
  #credentials: Promise<Credentials> | null = null;
  #http: Promise<HttpClient> | null = null;
  #gitHub: Promise<GitHub> | null = null;
  #accounts: Promise<AccountClients> | null = null;
  /** Gets every write to GitHub, once it was answered. */
  onGitHubWrite: (write: GitHubWrite) => void = () => {};

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Rejects where there are no credentials. */
  async kubernetes(): Promise<KubernetesClient> {
    this.#credentials ??= this.#loadCredentials();
    // Together: credentials that are refused while the client is loaded would be an error that nobody takes.
    const [credentials, { KubernetesClient }] = await Promise.all([this.#credentials, import("../kubernetes/client.ts")]);
    return new KubernetesClient({ credentials, clock: systemClock });
  }

  /** By App, by token, or one that refuses; never listens to hooks. */
  gitHub(): Promise<GitHub> {
    this.#gitHub ??= this.#startGitHub();
    return this.#gitHub;
  }

  /** Everybody that destinations speak as; an account's Secrets are read from the cluster. */
  accounts(signal: AbortSignal): Promise<AccountClients> {
    this.#accounts ??= this.#connectAccounts(signal);
    return this.#accounts;
  }

  /** Secrets of the cluster. */
  async secrets(signal: AbortSignal): Promise<SecretReader> {
    const { SecretReader } = await import("../kubernetes/secret-reader.ts");
    return new SecretReader({ client: await this.kubernetes(), signal });
  }

  http(): Promise<HttpClient> {
    this.#http ??= import("./start-http-client.ts").then((it) => it.startHttpClient(this.#settings));
    return this.#http;
  }

  /** Never rejects. */
  async close(): Promise<void> {
    const closable = [this.#credentials, this.#http].filter((it) => it !== null);
    await Promise.allSettled(closable.map(async (it) => (await it).close()));
  }

  async #loadCredentials(): Promise<Credentials> {
    const { credentialsSource, loadCredentials } = await import("../kubernetes/credentials.ts");
    return await loadCredentials(credentialsSource(this.#settings.kubeconfig), systemClock);
  }

  async #connectAccounts(signal: AbortSignal): Promise<AccountClients> {
    const { AccountClients } = await import("../github/account-clients.ts");
    const { clients, connect } = await this.gitHub();
    const secret = async (reference: SecretReference) => (await this.secrets(signal)).read(reference);
    return new AccountClients({ own: clients, connect, secret });
  }

  async #startGitHub(): Promise<GitHub> {
    const { startGitHub } = await import("../github/start-github.ts");
    const { createLog } = await import("../telemetry/log.ts");
    const { createMetrics } = await import("../telemetry/metrics.ts");
    const told = (write: GitHubWrite) => this.onGitHubWrite(write);
    return await startGitHub({
      settings: { ...this.#settings, app: false },
      clock: systemClock,
      log: createLog({ level: "fatal" }),
      metrics: await createMetrics(),
      onPushed: () => {},
      onInstalled: () => {},
      fetch: toldFetch(globalThis.fetch, told),
      guardedFetch: toldFetch((await this.http()).fetch, told),
    });
  }
}
