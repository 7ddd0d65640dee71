import type { Octokit } from "@octokit/rest";
import type { Repository } from "../core/history/relation.ts";
import { apiUrl } from "./api-url.ts";
import type { Fetch, GitHubClients } from "./clients.ts";

export interface TokenClientsOptions {
  readonly token: string;
  /** "" where it follows from the repository's host. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
}

/** A token in place of an App, through @octokit/rest. One client for each host. */
export class TokenClients implements GitHubClients {
  readonly #options: TokenClientsOptions;
  readonly #clients = new Map<string, Octokit>();
  readonly #logins = new Map<string, string>();

  constructor(options: TokenClientsOptions) {
    this.#options = options;
  }

  async forRepository({ host }: Repository): Promise<Octokit> {
    const { token, fetch } = this.#options;
    const baseUrl = this.#options.baseUrl || apiUrl(host);
    const known = this.#clients.get(baseUrl);
    if (known !== undefined) return known;
    const { Octokit } = await import("@octokit/rest");
    const made = new Octokit({ auth: token, baseUrl, request: { fetch }, log: silent });
    this.#clients.set(baseUrl, made);
    return made;
  }

  async botLogin(repository: Repository, signal: AbortSignal): Promise<string> {
    const known = this.#logins.get(repository.host);
    if (known !== undefined) return known;
    const octokit = await this.forRepository(repository);
    // Not GET /user: it answers people's tokens only, and a workflow or another App may have given us its installation's.
    const { viewer } = await octokit.graphql<{ viewer: { login: string } }>("query{viewer{login}}", { request: { signal } });
    this.#logins.set(repository.host, viewer.login);
    return viewer.login;
  }

  forget(): void {
    this.#logins.clear();
  }
}

/** Octokit logs requests and deprecations to the console; ours are logged with their outcome. */
const nothing = () => {};
export const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
