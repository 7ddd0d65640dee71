import { hash } from "node:crypto";
import { limits } from "../core/limits.ts";
import { accountKey, type GitHubAccount, type GitHubCredentials } from "../core/notification/git-hub-account.ts";
import { maskedSecret } from "../destinations/destination.ts";
import { type SecretSource, UsableSecrets } from "../destinations/usable-secrets.ts";
import type { GitHubClients } from "./clients.ts";
import { privateKeyOf } from "./private-key.ts";

/** Credentials that were read and can be used. */
export type ReadCredentials =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "app"; readonly appId: number; readonly privateKey: string };

/** Whom to speak as, and to which GitHub. */
export interface Connection {
  readonly apiUrl: string;
  readonly credentials: ReadCredentials;
  /** What metrics call it beside the owner; "" for Signalman itself. */
  readonly name: string;
}

export type Connect = (connection: Connection) => Promise<GitHubClients>;

/**
 * Clients for everybody that destinations speak as: Signalman itself, and the accounts that Notifications name. An account's Secret is read each
 * time; its clients, with their limits and tokens, are kept until there is something else in it. At most `limits.gitHubAccountsMax`, the one
 * that was used least recently goes.
 */
export class AccountClients {
  readonly #own: GitHubClients;
  readonly #connect: Connect;
  readonly #source: SecretSource;
  readonly #known = new Map<string, { readonly content: string; readonly clients: Promise<GitHubClients> }>();

  constructor({ own, connect, ...source }: { own: GitHubClients; connect: Connect } & SecretSource) {
    this.#own = own;
    this.#connect = connect;
    this.#source = source;
  }

  /** null: Signalman itself. Throws SecretMissingError, UnusableSecretError, and what `secret` throws. */
  async of(account: GitHubAccount | null, signal: AbortSignal): Promise<GitHubClients> {
    if (account === null) return this.#own;
    const credentials = await readCredentials(account.credentials, new UsableSecrets(this.#source, signal));
    const key = accountKey(account);
    const content = hash("sha256", JSON.stringify(credentials), "hex");
    const known = this.#known.get(key);
    const clients = known?.content === content ? known.clients : this.#make(account, credentials);
    this.#known.delete(key);
    this.#known.set(key, { content, clients });
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > limits.gitHubAccountsMax) this.#known.delete(oldest);
    return await clients;
  }

  #make({ apiUrl, credentials: named }: GitHubAccount, credentials: ReadCredentials): Promise<GitHubClients> {
    const { namespace, name } = named.kind === "token" ? named.token : named.privateKey;
    return this.#connect({ apiUrl, credentials, name: `${namespace}/${name}` });
  }
}

async function readCredentials(credentials: GitHubCredentials, secrets: UsableSecrets): Promise<ReadCredentials> {
  if (credentials.kind === "token") return { kind: "token", token: await secrets.read(credentials.token, tokenOf) };
  const appId = await secrets.read(credentials.appId, appIdOf);
  const privateKey = await secrets.read(
    credentials.privateKey,
    (value, refuse) => privateKeyOf(value) ?? refuse("no private key"),
  );
  return { kind: "app", appId: appId === maskedSecret ? 0 : appId, privateKey };
}

function tokenOf(value: string, refuse: (why: string) => never): string {
  return /^[\x21-\x7e]+$/.test(value) ? value : refuse("no token");
}

function appIdOf(value: string, refuse: (why: string) => never): number {
  const id = Number(value);
  return /^\d+$/.test(value) && Number.isSafeInteger(id) && id > 0 ? id : refuse("no id of an App, which is a number");
}
