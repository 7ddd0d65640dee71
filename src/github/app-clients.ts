import type { Octokit } from "@octokit/rest";
import type { Probot } from "probot";
import { repositoryKey } from "../core/history/parse-repository.ts";
import type { Repository } from "../core/history/relation.ts";
import { limits } from "../core/limits.ts";
import type { GitHubClients } from "./clients.ts";
import { NotInstalledError } from "./not-installed-error.ts";

/**
 * A GitHub App's installations. Probot signs, asks for tokens and keeps them; which installation has a repository is asked once, and again where
 * GitHub refuses something: without webhooks nobody says that an installation is gone.
 */
export class AppClients implements GitHubClients {
  readonly #probot: Probot;
  /** Repository → the question for its installation; at most `limits.installationsKnownMax`. */
  readonly #installations = new Map<string, Promise<number>>();
  /** Installation → its client. */
  readonly #octokits = new Map<number, Promise<Octokit>>();
  #login: Promise<string> | null = null;

  /** `probot` must be ready: its log is null before (github-facts §2.1). */
  constructor(probot: Probot) {
    this.#probot = probot;
  }

  async forRepository(repository: Repository, signal: AbortSignal): Promise<Octokit> {
    const key = repositoryKey(repository);
    let asked = this.#installations.get(key);
    if (asked === undefined) {
      asked = this.#findInstallation(repository, signal);
      this.#installations.set(key, asked);
      asked.catch(() => this.#installations.delete(key));
      const [oldest] = this.#installations.keys();
      if (this.#installations.size > limits.installationsKnownMax && oldest !== undefined) this.#installations.delete(oldest);
    }
    const id = await asked;
    let octokit = this.#octokits.get(id);
    if (octokit === undefined) {
      octokit = this.#connect(id);
      this.#octokits.set(id, octokit);
      octokit.catch(() => this.#octokits.delete(id));
    }
    return await octokit;
  }

  async botLogin(_: Repository, signal: AbortSignal): Promise<string> {
    const asked = this.#login ?? this.#askLogin(signal);
    this.#login = asked;
    asked.catch(() => {
      this.#login = null;
    });
    return await asked;
  }

  forget(): void {
    this.#installations.clear();
    this.#octokits.clear();
  }

  async #askLogin(signal: AbortSignal): Promise<string> {
    const app = await this.#probot.auth();
    const { data } = await app.rest.apps.getAuthenticated({ request: { signal } });
    if (data?.slug === undefined) throw new Error("GitHub did not say the App's name");
    return `${data.slug}[bot]`;
  }

  async #findInstallation({ owner, name }: Repository, signal: AbortSignal): Promise<number> {
    const app = await this.#probot.auth();
    try {
      const { data } = await app.rest.apps.getRepoInstallation({ owner, repo: name, request: { signal } });
      // `auth(0)` and `auth(undefined)` would silently be the App itself (github-facts §2.1).
      if (!Number.isSafeInteger(data.id) || data.id <= 0) throw new Error(`GitHub named no installation of ${owner}/${name}`);
      return data.id;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      const remedy = "Install it there, or name another repository";
      throw new NotInstalledError(`the GitHub App is not installed on ${owner}/${name}. ${remedy}`, { cause: error });
    }
  }

  async #connect(id: number): Promise<Octokit> {
    const octokit = (await this.#probot.auth(id)) as unknown as Octokit;
    octokit.hook.wrap("request", async (request, options) => {
      try {
        return await request(options);
      } catch (error) {
        const status = statusOf(error);
        if (status === 404 || (status === 403 && isAboutAccess(error))) this.#forgetInstallation(id);
        if (status !== 401) throw error;
        // A token that GitHub takes no longer, though its hour is not over: nothing was done with it, so another one may try.
        this.#forgetInstallation(id);
        await octokit.auth({ type: "installation", installationId: id, refresh: true });
        return await request(options);
      }
    });
    return octokit;
  }

  #forgetInstallation(id: number): void {
    for (const [key, asked] of this.#installations) {
      void asked.then(
        (known) => known === id && this.#installations.get(key) === asked && this.#installations.delete(key),
        () => {},
      );
    }
  }
}

/** The App was taken off the repository, or its installation was suspended: no rate limit. */
function isAboutAccess(error: unknown): boolean {
  return /not accessible|suspended/i.test(error instanceof Error ? error.message : "");
}

function statusOf(error: unknown): unknown {
  return (error as { status?: unknown } | null)?.status;
}
