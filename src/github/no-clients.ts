import type { Octokit } from "@octokit/rest";
import type { GitHubClients } from "./clients.ts";
import { NotInstalledError } from "./not-installed-error.ts";

/** Neither App nor token: GitHub destinations are parked with the remedy, history is Fleet's observed order. */
export const noClients: GitHubClients = {
  forRepository: refuse<Octokit>,
  botLogin: refuse<string>,
  forget() {},
};

async function refuse<T>(): Promise<T> {
  throw new NotInstalledError("Signalman has neither a GitHub App nor a token. Set APP_ID and PRIVATE_KEY, or GITHUB_TOKEN");
}
