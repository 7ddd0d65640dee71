import { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitHubUnderTest, shopParameters, type GitHubUnderTest } from "../../simulator/faces/github-api-under-test.ts";
import { limits } from "../core/limits.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { followedFetch } from "./followed-fetch.ts";
import { silent } from "./token-clients.ts";

let github: GitHubUnderTest;
let clock: VirtualClock;
beforeEach(async () => {
  github = await gitHubUnderTest();
  clock = new VirtualClock(0);
});
afterEach(async () => github.close());

function client(fetch: typeof globalThis.fetch = globalThis.fetch): Octokit {
  const request = { fetch: followedFetch({ fetch, clock }) };
  return new Octokit({ auth: "ada-token", baseUrl: github.url, request, log: silent });
}
const status = () => ({ ...shopParameters, sha: github.first, state: "success" }) as const;
const paths = () => github.world.requests.map(({ method, path }) => `${method} ${path.replace(/(?<=repositories\/)\d+/, "ID")}`);

describe("a renamed repository", () => {
  test("is resolved once, also by a POST, and then spoken to by its id", async () => {
    github.world.renameRepository("acme/shop", "acme/store");
    const octokit = client();
    await octokit.rest.repos.createCommitStatus(status());
    await octokit.rest.repos.listCommitStatusesForRef({ ...shopParameters, ref: github.first, per_page: 5 });
    expect(paths()).toEqual([
      `POST /repos/acme/shop/statuses/${github.first}`,
      `POST /repositories/ID/statuses/${github.first}`,
      `GET /repositories/ID/commits/${github.first}/statuses`,
    ]);
    expect(github.world.statuses("acme/store", github.first)).toHaveLength(1);
    expect(github.world.requests[2]?.query).toContain("per_page=5");
  });

  test("also on a GHES, below its own base", async () => {
    github.world.renameRepository("acme/shop", "acme/store");
    const request = { fetch: followedFetch({ fetch: globalThis.fetch, clock }) };
    const octokit = new Octokit({ auth: "ada-token", baseUrl: `${github.url}/api/v3`, request, log: silent });
    await octokit.rest.repos.createCommitStatus(status());
    expect(github.world.statuses("acme/store", github.first)).toHaveLength(1);
  });

  test("is looked up anew after an hour: somebody may have taken the old name", async () => {
    github.world.renameRepository("acme/shop", "acme/store");
    const octokit = client();
    await octokit.rest.repos.get(shopParameters);
    const other = await github.world.createRepository("acme/shop");
    clock.moveTo(limits.renameKnownMs);
    expect((await octokit.rest.repos.get(shopParameters)).data.id).toBe(other.id);
  });

  test("is looked up anew where what has its id is gone", async () => {
    github.world.renameRepository("acme/shop", "acme/store");
    const octokit = client();
    await octokit.rest.repos.get(shopParameters);
    await github.world.deleteRepository("acme/store");
    const other = await github.world.createRepository("acme/shop");
    await expect(octokit.rest.repos.get(shopParameters)).rejects.toMatchObject({ status: 404 });
    expect((await octokit.rest.repos.get(shopParameters)).data.id).toBe(other.id);
  });
});

describe("no other redirect is followed", () => {
  test.each([
    ["to another host", "https://evil.example.com/repositories/1"],
    ["to another scheme", "ftp://api.github.com/repositories/1"],
    ["to another path", "/repos/acme/other"],
    ["to what only looks like an id", "/repositories/1x/y"],
    ["without an address", ""],
  ])("%s", async (_, location) => {
    const asked: string[] = [];
    const redirecting = async (url: string | URL | Request) => {
      asked.push(url as string);
      return new Response(null, { status: 307, headers: location === "" ? {} : { location } });
    };
    const octokit = client(redirecting);
    await expect(octokit.rest.repos.createCommitStatus(status())).rejects.toMatchObject({ status: 421 });
    expect(asked).toHaveLength(1);
  });

  test("nor a second one", async () => {
    let asked = 0;
    const location = `${github.url}/repositories/1`;
    const octokit = client(async () => {
      asked += 1;
      return new Response(null, { status: 301, headers: { location } });
    });
    await expect(octokit.rest.repos.get(shopParameters)).rejects.toMatchObject({ status: 421 });
    expect(asked).toBe(2);
  });

  test("nor for what is no repository's", async () => {
    const octokit = client(async () => new Response(null, { status: 302, headers: { location: "https://evil.example.com/" } }));
    await expect(octokit.rest.users.getAuthenticated()).rejects.toMatchObject({ status: 421 });
  });
});
