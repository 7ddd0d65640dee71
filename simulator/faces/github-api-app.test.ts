import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitHubUnderTest, silentLog, shopParameters, type GitHubUnderTest } from "./github-api-under-test.ts";

let github: GitHubUnderTest;
beforeEach(async () => {
  github = await gitHubUnderTest();
});
afterEach(async () => {
  await github.close();
  expect(github.world.violations).toEqual([]);
});

/** As Probot does it: a JWT of the App's own key, or installation tokens that the strategy fetches by it. */
function appOctokit(installationId?: number): Octokit {
  const { app, privateKey } = github.world.installations;
  const auth = { appId: app.id, privateKey, ...(installationId === undefined ? {} : { installationId }) };
  return new Octokit({ baseUrl: github.url, log: silentLog, authStrategy: createAppAuth, auth });
}

async function statusOf(request: Promise<unknown>): Promise<number> {
  return request.then(
    () => 0,
    (error: unknown) => (error as { status: number }).status,
  );
}

describe("the App", () => {
  test("finds itself and its installations", async () => {
    const { world } = github;
    expect((await appOctokit().rest.apps.getAuthenticated()).data).toMatchObject({ slug: "signalman", installations_count: 0 });
    expect(await statusOf(appOctokit().rest.apps.getRepoInstallation(shopParameters))).toBe(404);
    const { id } = world.install("acme/shop");
    const found = await appOctokit().rest.apps.getRepoInstallation(shopParameters);
    expect(found.data).toMatchObject({
      id,
      app_id: world.installations.app.id,
      account: { login: "acme" },
      repository_selection: "selected",
    });
    expect((await appOctokit().rest.apps.listInstallations()).data.map((each) => each.id)).toEqual([id]);
    expect((await appOctokit().rest.apps.getInstallation({ installation_id: id })).data.suspended_at).toBeNull();
  });

  test("writes as its bot, and the comment says which App it is", async () => {
    const { world, shop, first } = github;
    const octokit = appOctokit(world.install("acme/shop").id);
    const { number } = await shop.openPullRequest({ title: "One" }, { one: "1" });
    await octokit.rest.repos.createCommitStatus({ ...shopParameters, sha: first, state: "success" });
    const { data } = await octokit.rest.issues.createComment({ ...shopParameters, issue_number: number, body: "Hello" });
    expect(data).toMatchObject({
      user: { login: "signalman[bot]", type: "Bot" },
      performed_via_github_app: { slug: "signalman" },
    });
    expect(world.statuses("acme/shop", first)[0]?.creator.login).toBe("signalman[bot]");
  });

  test("a key that is not the App's is 401", async () => {
    const { app } = github.world.installations;
    const other = await gitHubUnderTest();
    const { privateKey } = other.world.installations;
    await other.close();
    expect(github.world.installations.privateKey).not.toBe(privateKey);
    const octokit = new Octokit({
      baseUrl: github.url,
      log: silentLog,
      authStrategy: createAppAuth,
      auth: { appId: app.id, privateKey },
    });
    expect(await statusOf(octokit.rest.apps.getAuthenticated())).toBe(401);
  });
});

describe("installations", () => {
  test("a repository that the App is not installed on is not there; once it is, it is", async () => {
    const { world, first } = github;
    await world.createRepository("acme/other");
    const { id } = world.install("acme/other");
    const status = { ...shopParameters, sha: first, state: "success" } as const;
    expect(await statusOf(appOctokit(id).rest.repos.createCommitStatus(status))).toBe(404);
    expect(world.install("acme/shop").id).toBe(id);
    await appOctokit(id).rest.repos.createCommitStatus(status);
    const { data } = await appOctokit(id).rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories.map(({ name }) => name).toSorted()).toEqual(["other", "shop"]);
  });

  test("a token lives an hour, and dies with its installation or while that is suspended", async () => {
    const { world, first } = github;
    const { id, account } = world.install("acme");
    const { data } = await appOctokit().rest.apps.createInstallationAccessToken({ installation_id: id });
    expect(Date.parse(data.expires_at) - world.now()).toBe(3_600_000);
    const read = () => statusOf(github.octokit(data.token).rest.repos.getCommit({ ...shopParameters, ref: first }));
    expect(await read()).toBe(0);
    world.installations.suspend(account);
    expect(await read()).toBe(401);
    expect(await statusOf(appOctokit().rest.apps.createInstallationAccessToken({ installation_id: id }))).toBe(403);
    world.installations.suspend(account, false);
    expect(await read()).toBe(0);
    github.advance(3_600_000);
    expect(await read()).toBe(401);
    world.uninstall("acme");
    expect(await statusOf(appOctokit().rest.apps.createInstallationAccessToken({ installation_id: id }))).toBe(404);
  });

  test("a repository can be taken out of an installation of all", async () => {
    const { world, first } = github;
    const { id } = world.install("acme");
    const { data } = await appOctokit().rest.apps.createInstallationAccessToken({ installation_id: id });
    world.uninstall("acme/shop");
    expect(await statusOf(github.octokit(data.token).rest.repos.getCommit({ ...shopParameters, ref: first }))).toBe(404);
    expect(await statusOf(appOctokit().rest.apps.getRepoInstallation(shopParameters))).toBe(404);
  });

  test("a permission that was not granted is 403 in GitHub's words", async () => {
    const { world, first } = github;
    const { id } = world.install("acme/shop", { metadata: "read", contents: "read", statuses: "read" });
    const write = appOctokit(id).rest.repos.createCommitStatus({ ...shopParameters, sha: first, state: "success" });
    await expect(write).rejects.toMatchObject({
      status: 403,
      response: { data: { message: "Resource not accessible by integration" } },
    });
    await appOctokit(id).rest.repos.listCommitStatusesForRef({ ...shopParameters, ref: first });
  });

  test("a token can be asked for that reaches less", async () => {
    const { world, first } = github;
    const { id } = world.install("acme");
    await world.createRepository("acme/other");
    const narrow = await appOctokit().rest.apps.createInstallationAccessToken({
      installation_id: id,
      repositories: ["shop"],
      permissions: { contents: "read" },
    });
    expect(narrow.data.repositories?.map(({ name }) => name)).toEqual(["shop"]);
    const octokit = github.octokit(narrow.data.token);
    await octokit.rest.repos.getCommit({ ...shopParameters, ref: first });
    expect(await statusOf(octokit.rest.repos.createCommitStatus({ ...shopParameters, sha: first, state: "success" }))).toBe(403);
    const foreign = appOctokit().rest.apps.createInstallationAccessToken({ installation_id: id, repositories: ["nothing"] });
    expect(await statusOf(foreign)).toBe(422);
  });
});
