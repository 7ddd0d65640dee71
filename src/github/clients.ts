import type { Octokit } from "@octokit/rest";
import type { Repository } from "../core/history/relation.ts";

/** Authenticated clients for repositories: by a GitHub App's installations, by a token, or none at all. */
export interface GitHubClients {
  /** Retry and throttling are core/delivery's. Throws NotInstalledError, or Octokit's RequestError. */
  forRepository(repository: Repository, signal: AbortSignal): Promise<Octokit>;
  /** Under which login our comments stand: "<app>[bot]", or the token's user. */
  botLogin(repository: Repository, signal: AbortSignal): Promise<string>;
  /** What is remembered of installations is forgotten: one came, went or changed. */
  forget(): void;
}

/** Octokit's `request.fetch`. */
export type { Fetch } from "../http/guarded-fetch.ts";
