import type { Octokit } from "@octokit/rest";
import type { Repository } from "../core/history/relation.ts";
import type { GitHubClients } from "./clients.ts";
import { NotInstalledError } from "./not-installed-error.ts";

/**
 * Clients for the repositories of GitHub's own hosts only. A GitRepo names any host, and whoever may write GitRepos is a tenant: neither a token
 * nor a look-up of "acme/shop" may go where it says.
 */
export function onHosts(clients: GitHubClients, hosts: ReadonlySet<string>): GitHubClients {
  const check = (repository: Repository) => {
    if (hosts.has(repository.host)) return;
    const known = [...hosts].join(", ");
    throw new NotInstalledError(
      `Signalman speaks to GitHub on ${known}, not to ${repository.host}. Use a webhook destination for other hosts`,
    );
  };
  return {
    async forRepository(repository, signal): Promise<Octokit> {
      check(repository);
      return await clients.forRepository(repository, signal);
    },
    async botLogin(repository, signal): Promise<string> {
      check(repository);
      return await clients.botLogin(repository, signal);
    },
    forget: () => clients.forget(),
  };
}

/** The hosts of repositories that the API base serves: a GHES its own, everything else github.com's. */
export function hostsOf({ gheHost, gitHubApiUrl }: { gheHost: string; gitHubApiUrl: string }): ReadonlySet<string> {
  if (gheHost !== "") return new Set([withoutPort(gheHost)]);
  return new Set(["github.com", ...hostsAt(gitHubApiUrl)]);
}

/** The hosts of repositories that an API serves: "api.acme.ghe.com" serves acme.ghe.com's. */
export function hostsAt(gitHubApiUrl: string): ReadonlySet<string> {
  const host = URL.parse(gitHubApiUrl)?.hostname ?? "";
  return new Set(host === "" ? [] : [host, host.replace(/^api\./, "")]);
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
