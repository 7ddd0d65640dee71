import { Octokit } from "@octokit/rest";
import { createGitHubWorld, type GitHubWorld } from "../world/github.ts";
import type { GitHubRepository } from "../world/github-repository.ts";
import { startGitHubApi } from "./github-api.ts";

/** A world with one repository, served over HTTP, a clock that a test moves, and real Octokits for it. */
export interface GitHubUnderTest {
  readonly world: GitHubWorld;
  readonly shop: GitHubRepository;
  readonly url: string;
  /** The first commit of `acme/shop`. */
  readonly first: string;
  /** With a personal token; without one where `null`. */
  readonly octokit: (token?: string | null) => Octokit;
  readonly advance: (ms: number) => void;
  readonly close: () => Promise<void>;
}

/** Octokit logs refusals otherwise. */
export const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
export const testStartMs = Date.UTC(2026, 10, 23, 12, 0, 0);
export const shopParameters = { owner: "acme", repo: "shop" } as const;

export async function gitHubUnderTest(): Promise<GitHubUnderTest> {
  let nowMs = testStartMs;
  const world = createGitHubWorld({ now: () => nowMs });
  const shop = await world.createRepository("acme/shop");
  const first = await shop.git.commit({ "fleet.yaml": "one" }, { message: "Begin" });
  world.addToken("ada-token", "ada");
  const api = await startGitHubApi(world);
  return {
    world,
    shop,
    url: api.url,
    first,
    octokit: (token = "ada-token") =>
      new Octokit({ baseUrl: api.url, log: silentLog, ...(token === null ? {} : { auth: token }) }),
    advance: (ms) => {
      nowMs += ms;
    },
    close: async () => {
      await api.close();
      await world.close();
    },
  };
}
