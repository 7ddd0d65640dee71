import type { Octokit } from "@octokit/rest";
import type { Probot } from "probot";
import { repositoryKey } from "../core/history/parse-repository.ts";
import type { Repository } from "../core/history/relation.ts";
import type { GitHubClients } from "./clients.ts";
import { NotInstalledError } from "./outcome.ts";

/** A GitHub App's installations. Probot signs, asks for tokens and keeps them; which installation has a repository is asked once. */
export class AppClients implements GitHubClients {
  readonly #probot: Probot;
  /** Repository → installation; forgotten when an installation changes, and where a token is refused. */
  readonly #installations = new Map<string, number>();
  #login = "";

  /** `probot` must be ready: its log is null before (github-facts §2.1). */
  constructor(probot: Probot) {
    this.#probot = probot;
  }

  async forRepository(repository: Repository, signal: AbortSignal): Promise<Octokit> {
    const key = repositoryKey(repository);
    const id = this.#installations.get(key) ?? (await this.#findInstallation(repository, signal));
    this.#installations.set(key, id);
    // `auth(0)` would silently be the App itself (github-facts §2.1).
    if (id <= 0) throw new NotInstalledError(notInstalled(repository));
    return (await this.#probot.auth(id)) as unknown as Octokit;
  }

  async botLogin(_: Repository, signal: AbortSignal): Promise<string> {
    if (this.#login !== "") return this.#login;
    const app = await this.#probot.auth();
    const { data } = await app.rest.apps.getAuthenticated({ request: { signal } });
    this.#login = `${data?.slug ?? ""}[bot]`;
    return this.#login;
  }

  forget(): void {
    this.#installations.clear();
  }

  async #findInstallation(repository: Repository, signal: AbortSignal): Promise<number> {
    const app = await this.#probot.auth();
    try {
      const { data } = await app.rest.apps.getRepoInstallation({
        owner: repository.owner,
        repo: repository.name,
        request: { signal },
      });
      return data.id;
    } catch (error) {
      if ((error as { status?: unknown }).status === 404) throw new NotInstalledError(notInstalled(repository));
      throw error;
    }
  }
}

function notInstalled({ owner, name }: Repository): string {
  return `the GitHub App is not installed on ${owner}/${name}. Install it there, or name another repository`;
}
